import type { Db } from "@billpost/db/connection";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { many, openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

let database: TestDatabase;
let db: Db;
let s3: FaultyS3;
let ses: FaultySes;
let workers: WorkerProcess[];

beforeEach(async () => {
  database = await createTestDatabase();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  db = openTestDatabase(database.url);
  workers = [];
});

afterEach(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await Promise.all(workers.map(({ exited }) => exited));
  await Promise.all([db.destroy(), s3.stop(), ses.stop()]);
});

const start = async () => {
  const worker = await startWorkerProcess(
    { databaseUrl: database.url, s3, ses },
    { WORKER_CONCURRENCY: "4" },
  );
  workers.push(worker);
  return worker;
};

const underWay = () =>
  db
    .selectFrom("work_items")
    .select(["order_id", "worker_id"])
    .where("task", "=", "deliver-invoice")
    .where("state", "=", "running")
    .execute();

const killAndReplace = async (poolId: string | null): Promise<void> => {
  const victim = workers.find((worker) => worker.poolId === poolId);
  victim?.kill("SIGKILL");
  await victim?.exited;
  workers = workers.filter((worker) => worker !== victim);
  await start();
};

test("an order that kills its worker is quarantined after three deaths alone, and all others are delivered", async () => {
  await start();
  // Every put waits until the test has seen whose it is.
  s3.usually("hold");
  const [bad] = await placeTestOrders(db, many(4));
  await waitFor("all four under way in one worker", () => s3.held === 4);
  await killAndReplace(workers[0]?.poolId ?? null);
  let deathsAlone = 0;
  const seen: number[] = [];
  await waitFor(
    "the poison to be shut away",
    async () => {
      if (s3.held === 0) return false;
      const running = await underWay();
      seen.push(running.length);
      if (running.some((work) => work.order_id === bad?.id)) {
        deathsAlone += 1;
        await killAndReplace(running[0]?.worker_id ?? null);
      } else s3.release();
      return deathsAlone === 3 && (await isQuarantined(bad?.id ?? 0));
    },
    { timeoutMs: 120_000 },
  );
  s3.usually("normal");
  s3.release();
  expect(deathsAlone).toBe(3);
  // What was there at the first death ran alone ever after.
  expect(Math.max(...seen)).toBe(1);
  await waitFor("all others", () => ses.taken.length === 3, { timeoutMs: 30_000 });
  const { rows } = await sql<{ order_id: number; state: string; work: string; error: string | null }>`
    select d.order_id, d.state, w.state as work, w.last_error_message as error
    from deliveries d join work_items w on w.delivery_id = d.id order by d.order_id`.execute(db);
  expect(rows[0]).toEqual({
    order_id: bad?.id,
    state: "quarantined",
    work: "quarantined",
    error: "ended its worker 3 times, running alone",
  });
  await waitFor("the ledger", async () => {
    const others = db
      .selectFrom("deliveries")
      .select("state")
      .where("order_id", "<>", bad?.id ?? 0);
    return (await others.execute()).every(({ state }) => state === "sent");
  });
}, 200_000);

const isQuarantined = (orderId: number) =>
  waitFor("the quarantine", async () => {
    const row = await db
      .selectFrom("deliveries")
      .select("state")
      .where("order_id", "=", orderId)
      .executeTakeFirst();
    return row?.state === "quarantined";
  });
