import { createDatabase, createPool } from "@billpost/db/connection";
import { takeSendToken } from "@billpost/db/send-rate";
import { sql } from "kysely";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { startFaultyS3 } from "./src/faulty-s3.ts";
import { startFaultySes } from "./src/faulty-ses.ts";
import { many, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess } from "./src/worker-process.ts";

let database: TestDatabase;
let db: ReturnType<typeof createDatabase>;

beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabase(
    createPool({ url: database.url, max: 10, applicationName: "test", onIdleError: () => {} }),
  );
  return () => db.destroy();
});

const stopping: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stopping.splice(0).map((stop) => stop()));
});

/** Takes as fast as it is let, for so long; answers how often it was. */
const takeFor = async (ms: number, perSecond: number, fresh: boolean): Promise<number> => {
  let taken = 0;
  for (const started = performance.now(); performance.now() - started < ms; ) {
    const waitMs = await takeSendToken(db, { perSecond, freshShare: 0.3 }, fresh);
    if (waitMs === 0) taken += 1;
    else await delay(Math.min(waitMs, 50));
  }
  return taken;
};

test("ten takers together get the rate and no more", async () => {
  const taken = await Promise.all(Array.from({ length: 10 }, () => takeFor(2_000, 20, true)));
  const sum = taken.reduce((total, some) => total + some, 0);
  expect(sum).toBeGreaterThan(25);
  // Two seconds' worth, what a full bucket may hold, and a moment at the end.
  expect(sum).toBeLessThanOrEqual(65);
});

test("what is sent again cannot use up the share of fresh orders", async () => {
  const bulk = Promise.all(Array.from({ length: 8 }, () => takeFor(3_000, 20, false)));
  const [again, fresh] = await Promise.all([bulk, takeFor(3_000, 20, true)]);
  const bulkSum = again.reduce((total, some) => total + some, 0);
  // 70 % of three seconds' worth, and a second's that was saved up.
  expect(bulkSum).toBeLessThanOrEqual(60);
  expect(fresh).toBeGreaterThanOrEqual(12);
});

test("the database's clock going back takes nothing away and gives nothing", async () => {
  await sql`update send_buckets set tokens = 0, updated_at = now() + interval '1 day'`.execute(db);
  const rate = { perSecond: 50, freshShare: 0 };
  expect(await takeSendToken(db, rate, true)).toBeGreaterThan(0);
  await waitFor("a token", async () => (await takeSendToken(db, rate, true)) === 0, { timeoutMs: 2_000 });
});

test("two workers keep to the account's rate together, and waiting burns no attempt", async () => {
  const [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  const rate = { SES_SENDS_PER_SECOND: "4", WORKER_CONCURRENCY: "4" };
  const services = { databaseUrl: database.url, s3, ses };
  const workers = await Promise.all([1, 2].map(() => startWorkerProcess(services, rate)));
  stopping.push(async () => {
    for (const worker of workers) worker.kill("SIGKILL");
    await Promise.all([s3.stop(), ses.stop(), ...workers.map(({ exited }) => exited)]);
  });
  const count = 24;
  const times: number[] = [];
  await placeTestOrders(db, many(count));
  await waitFor(
    "every email",
    () => {
      while (times.length < ses.taken.length) times.push(performance.now());
      return times.length === count;
    },
    { timeoutMs: 40_000, everyMs: 5 },
  );
  // In no second more than the rate and what a full bucket may hold.
  for (const [index, start] of times.entries())
    expect(times.slice(index).filter((time) => time < start + 1_000).length).toBeLessThanOrEqual(9);
  const attempts = await db
    .selectFrom("work_items")
    .select("attempt")
    .where("task", "=", "deliver-invoice")
    .execute();
  await waitFor("the ledger", async () => {
    const states = await db.selectFrom("deliveries").select("state").distinct().execute();
    return states.length === 1 && states[0]?.state === "sent";
  });
  expect(attempts.every(({ attempt }) => attempt <= 1)).toBe(true);
}, 60_000);
