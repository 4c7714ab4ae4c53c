import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@billpost/local/ports";
import { startPostgres } from "@billpost/local/postgres";
import { type Group, inTurns } from "../harness/figure.ts";
import { startApiAlone, startBenchStack } from "../stack/bench-stack.ts";
import { type InvoiceServices, root, startInvoiceServices } from "../stack/invoice-services.ts";

/** How long the local stack takes from nothing to ready, once its data and Chrome are there. */
export const start: Group = {
  name: "start",
  summary: "the start of the local stack",
  measure: async (run) => {
    run.say("starting everything once, which makes the database");
    const [dataDir, bareDir] = await Promise.all([folder(), folder()]);
    const standing = await startBenchStack();
    const services = await startInvoiceServices(standing.databaseUrl);
    const parts = () => partsInParallel(bareDir, standing.databaseUrl, services);
    try {
      await wholeStack(dataDir);
      await parts();
      await inTurns(run, [
        {
          name: "the local stack to ready, warm",
          ceilingName: "the same parts, each by itself, in parallel",
          kind: "at most",
          unit: "s",
          target: 2,
          ours: () => wholeStack(dataDir),
          ceiling: parts,
        },
      ]);
    } finally {
      await services.stop();
      await standing.stop();
      for (const dir of [dataDir, bareDir]) await rm(dir, { recursive: true, force: true });
    }
  },
};

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), "billpost-bench-start-"));

/** What `pnpm start` runs, from its start until API and worker are ready; in s. */
const wholeStack = async (dataDir: string): Promise<number> => {
  const ports = await Promise.all(Array.from({ length: 5 }, freePort));
  const [api = 0, worker = 0, s3 = 0, ses = 0, postgres = 0] = ports;
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, "local/src/start.ts")], {
    cwd: root,
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      BILLPOST_DATA_DIR: dataDir,
      CHROME_CACHE_DIR: join(root, ".billpost/chrome"),
      PORT: String(api),
      WORKER_PORT: String(worker),
      S3_PORT: String(s3),
      SES_PORT: String(ses),
      POSTGRES_PORT: String(postgres),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    await Promise.all([untilReady(api), untilReady(worker)]);
    return (performance.now() - started) / 1000;
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  }
};

/** PostgreSQL, S3, SES, API and worker at once; the last two on a database that stands already. In s. */
const partsInParallel = async (
  dataDir: string,
  databaseUrl: string,
  services: InvoiceServices,
): Promise<number> => {
  const started = performance.now();
  const [server, ...others] = await Promise.all([
    startPostgres({ dataDir, port: 0, log: () => {} }),
    startApiAlone(databaseUrl),
    services.startWorker(),
    startInvoiceServices(databaseUrl),
  ]);
  const seconds = (performance.now() - started) / 1000;
  await Promise.all([server.stop("fast"), ...others.map((other) => other.stop())]);
  return seconds;
};

const untilReady = async (port: number): Promise<void> => {
  for (let tries = 0; tries < 2_400; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("the local stack was not ready within a minute");
};
