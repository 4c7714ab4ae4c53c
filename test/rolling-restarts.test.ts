import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { insertApiKey } from "@billpost/db/api-keys";
import { loadSampleData } from "@billpost/db/sample-data";
import { freePort } from "@billpost/local/ports";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { provenRestarts } from "./src/config.ts";
import { readJobs } from "./src/ledger.ts";
import { waitFor } from "./src/wait-for.ts";
import { useWorkerBench } from "./src/worker-bench.ts";

/** Within which a process has to end after SIGTERM, in ms. */
const graceMs = 25_000;
const bench = useWorkerBench();

interface Ended {
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

/** Asks a process to end, sees that it does so well, and answers how long that took, in ms. */
const end = async (process: Ended): Promise<number> => {
  const asked = performance.now();
  process.kill("SIGTERM");
  expect(await process.exited).toEqual({ code: 0, signal: null });
  return performance.now() - asked;
};

/** Buys until told to stop, each order under a key of its own, asked for again until it is answered. */
const goShopping = (apis: readonly string[], key: string, tooMany: (orders: number) => boolean) => {
  const orders = new Set<string>();
  const state = { over: false, asked: 0 };
  const buy = async (): Promise<void> => {
    const idempotencyKey = randomUUID();
    for (;;) {
      state.asked += 1;
      const reply = await fetch(`${apis[state.asked % apis.length]}/api/orders`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${key}`,
          "content-type": "application/json",
          "idempotency-key": idempotencyKey,
        },
        body: JSON.stringify({ customerId: 1, items: [{ productId: 1, quantity: 1 }] }),
        signal: AbortSignal.timeout(15_000),
      }).catch(() => undefined);
      if (reply?.status === 201) {
        orders.add(((await reply.json()) as { orderId: string }).orderId);
        return;
      }
      await delay(20);
    }
  };
  const shop = async () => {
    while (!state.over)
      if (tooMany(orders.size)) await delay(20);
      else await buy();
  };
  const all = Promise.all(Array.from({ length: 4 }, shop));
  return {
    orders,
    async stop() {
      state.over = true;
      await all;
    },
  };
};

test(`${provenRestarts} rolling restarts of API and worker under load: nothing is lost, nothing is sent twice, no lock is left, each ends in time`, async () => {
  const { db, ses } = bench;
  await loadSampleData(db);
  await sql`update products set tracks_stock = false`.execute(db);
  const { key } = await db
    .transaction()
    .execute((trx) => insertApiKey(trx, { clientId: 1, scopes: ["orders:write"] }));
  const ports = await Promise.all([freePort(), freePort()]);
  const startApi = (place: number) =>
    bench.startApi({ PORT: String(ports[place]), SHUTDOWN_DRAIN_SECONDS: "1" });
  const apis = await Promise.all([startApi(0), startApi(1)]);
  await Promise.all([bench.startWorker(), bench.startWorker()]);
  const sent = () => ses.taken.length;
  const shoppers = goShopping(
    apis.map(({ url }) => url),
    key,
    (orders) => orders - sent() > 20,
  );

  const took: { readonly what: string; readonly ms: number }[] = [];
  for (let restart = 0; restart < provenRestarts; restart += 1) {
    const before = sent();
    await waitFor("work to be under way", () => sent() > before + 2, { timeoutMs: 60_000 });
    if (restart % 3 === 2) {
      const place = Math.floor(restart / 3) % 2;
      const [api] = apis.splice(place, 1);
      if (api) took.push({ what: "API", ms: await end(api) });
      apis.splice(place, 0, await startApi(place));
      continue;
    }
    await bench.startWorker();
    const worker = bench.workers.shift();
    if (worker) took.push({ what: "worker", ms: await end(worker) });
    const { rows } = await sql<{ held: number }>`
      select (select count(*) from graphile_worker.jobs where locked_by = ${worker?.poolId})
        + (select count(*) from work_items where worker_id = ${worker?.poolId} and state = 'running') as held`.execute(
      db,
    );
    expect(rows).toEqual([{ held: 0 }]);
  }
  await shoppers.stop();
  const count = shoppers.orders.size;
  await waitFor("every email", () => sent() >= count, { timeoutMs: 60_000 });
  await waitFor("nothing to be left to do", async () => (await readJobs(db)).jobs === 0);

  const stored = await db.selectFrom("orders").select("order_id").execute();
  expect(new Set(stored.map((order) => order.order_id))).toEqual(shoppers.orders);
  expect(sent()).toBe(count);
  expect(new Set(ses.taken.flatMap(({ attachments }) => [...attachments.keys()])).size).toBe(count);
  const work = await db.selectFrom("work_items").select(["state", "attempt"]).distinct().execute();
  expect(work).toEqual([{ state: "done", attempt: 1 }]);
  const longest = (what: string) =>
    Math.max(0, ...took.filter((end) => end.what === what).map(({ ms }) => ms));
  expect(longest("API")).toBeLessThan(graceMs);
  expect(longest("worker")).toBeLessThan(graceMs);
  const figures = { orders: count, mails: sent(), restarts: took.length };
  console.log(
    `${JSON.stringify(figures)}; the longest end of a worker took ${Math.round(longest("worker"))} ms, of an API ${Math.round(longest("API"))} ms`,
  );
}, 900_000);
