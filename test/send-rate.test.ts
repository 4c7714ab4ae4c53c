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

/** Takes as fast as it is let, for so long or, on a busy machine, longer; answers how often it was. */
const takeFor = async (ms: number, perSecond: number, fresh: boolean): Promise<number> => {
  let taken = 0;
  for (const started = performance.now(); performance.now() - started < ms; ) {
    const waitMs = await takeSendToken(db, { perSecond, freshShare: 0.3 }, fresh);
    if (waitMs === 0) taken += 1;
    else await delay(Math.min(waitMs, 50));
  }
  return taken;
};

const sumOf = (counts: readonly number[]): number => counts.reduce((total, some) => total + some, 0);

test("ten takers together get the rate and no more", async () => {
  const started = performance.now();
  const taken = sumOf(await Promise.all(Array.from({ length: 10 }, () => takeFor(2_000, 20, true))));
  const seconds = (performance.now() - started) / 1_000;
  expect(taken).toBeGreaterThan(25);
  // What that time brings, and what a full bucket may hold.
  expect(taken).toBeLessThanOrEqual(20 * seconds + 20);
});

test("what is sent again cannot use up the share of fresh orders", async () => {
  const started = performance.now();
  const bulk = Promise.all(Array.from({ length: 8 }, () => takeFor(3_000, 20, false)));
  const [again, fresh] = await Promise.all([bulk, takeFor(3_000, 20, true)]);
  const seconds = (performance.now() - started) / 1_000;
  // 70 % of what that time brings, and a second's that was saved up.
  expect(sumOf(again)).toBeLessThanOrEqual(20 * 0.7 * seconds + 14);
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
  const started = performance.now();
  await placeTestOrders(db, many(count));
  await waitFor("every email", () => ses.taken.length === count, { timeoutMs: 40_000, everyMs: 5 });
  // No sooner than the rate brings what a full bucket does not hold; each worker by itself would take half as long.
  expect((performance.now() - started) / 1_000).toBeGreaterThanOrEqual((count - 4) / 4 - 0.1);
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
