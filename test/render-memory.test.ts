import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { provenRenders } from "./src/config.ts";
import { waitForEmptyQueue } from "./src/ledger.ts";
import { memoryOf } from "./src/process-memory.ts";
import { many, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { useWorkerBench } from "./src/worker-bench.ts";
import { chromesOf, livingOf } from "./soak/chromes.ts";

const bench = useWorkerBench();

/** The share of the renders after which memory counts as warm, and that of the last ones it is compared with. */
const warmUp = 0.2;
const compared = 0.4;
/** A few hundred renders do not warm up Node and both pages: there only a gross leak shows. */
const allowed = provenRenders >= 2_000 ? { node: 1.1, chrome: 1.1 } : { node: 2, chrome: 2 };

/** Pages are replaced every 200 renders, so Chrome's memory goes up and down; over many rounds the mean is steady. */
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

test.runIf(process.platform === "linux")(
  `${provenRenders} renders of a worker: its memory and Chrome's hardly grow, and no process and no profile is left`,
  async () => {
    const { db, ses } = bench;
    const profiles = await mkdtemp(join(tmpdir(), "billpost-profiles-"));
    const worker = await bench.startWorker({
      CHROME_PROFILE_ROOT: profiles,
      RENDER_PAGES: "2",
      WORKER_CONCURRENCY: "4",
    });
    const rendered = () => ses.taken.length;
    const samples: { readonly at: number; readonly node: number; readonly chrome: number }[] = [];
    const family = new Set<number>();
    const look = async () => {
      const at = rendered();
      const chromes = await chromesOf(worker.pid);
      for (const pid of chromes) family.add(pid);
      samples.push({ at, node: await memoryOf([worker.pid]), chrome: await memoryOf(chromes) });
    };
    const batch = 60;
    for (let placed = 0; placed < provenRenders; placed += batch) {
      await placeTestOrders(db, many(Math.min(batch, provenRenders - placed)));
      await waitFor("most of it", () => rendered() > placed, { timeoutMs: 60_000 });
      await look();
    }
    await waitFor("every email", () => rendered() === provenRenders, { timeoutMs: 60_000 });
    await waitForEmptyQueue(db);
    await look();

    const between = (from: number, to: number) =>
      samples.filter(({ at }) => at >= provenRenders * from && at <= provenRenders * to);
    const windows = { warm: between(warmUp, warmUp + compared), last: between(1 - compared, 1) };
    const middle = (window: keyof typeof windows, what: "node" | "chrome") =>
      mean(windows[window].map((sample) => sample[what]));
    const growth = (what: "node" | "chrome") => middle("last", what) / middle("warm", what);
    for (const what of ["node", "chrome"] as const)
      console.log(
        `${what === "node" ? "worker process" : "Chrome"}: ${middle("warm", what).toFixed(0)} MiB after warm-up, ${middle("last", what).toFixed(0)} MiB after ${provenRenders} renders (${((growth(what) - 1) * 100).toFixed(1)} %)`,
      );
    expect(await chromesOf(worker.pid)).not.toHaveLength(0);
    expect(growth("node")).toBeLessThan(allowed.node);
    expect(growth("chrome")).toBeLessThan(allowed.chrome);

    worker.kill("SIGTERM");
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    await waitFor("Chrome to be gone", async () => (await livingOf([...family])).length === 0);
    expect(await readdir(profiles)).toEqual([]);
    await rm(profiles, { recursive: true });
  },
  3_600_000,
);
