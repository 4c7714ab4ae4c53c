import type { Db } from "@billpost/db/connection";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { ledgerWhen, readLedger, waitForEmptyQueue } from "./src/ledger.ts";
import { openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

let database: TestDatabase;
let db: Db;
let s3: FaultyS3;
let ses: FaultySes;
let paused: WorkerProcess;
let other: WorkerProcess | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  db = openTestDatabase(database.url);
  other = undefined;
  paused = await start({ S3_TIMEOUT_MS: "60000", SES_TIMEOUT_MS: "60000" });
});

afterEach(async () => {
  for (const worker of [paused, other]) {
    worker?.kill("SIGCONT");
    worker?.kill("SIGKILL");
  }
  await Promise.all([paused.exited, other?.exited]);
  await Promise.all([db.destroy(), s3.stop(), ses.stop()]);
});

const start = (extra: Readonly<Record<string, string>> = {}) =>
  startWorkerProcess({ databaseUrl: database.url, s3, ses }, extra);

test("a worker that is paused while SES answers is replaced within 15 s, and changes nothing when it wakes", async () => {
  ses.next("hold_taken");
  const [placed] = await placeTestOrders(db, [{}]);
  const orderId = placed?.id ?? 0;
  await waitFor("the call", () => ses.held === 1);
  other = await start();
  paused.kill("SIGSTOP");
  const stopped = performance.now();
  await ledgerWhen(db, orderId, ["ambiguous"], 15_000);
  expect(performance.now() - stopped).toBeGreaterThan(5_000);
  const taken = await ledgerWhen(db, orderId, ["sent"]);
  await waitForEmptyQueue(db);
  const before = await readLedger(db, orderId);
  ses.release();
  paused.kill("SIGCONT");
  // It learns that it was taken for dead, and ends, so that a fresh one is started in its place.
  expect((await paused.exited).code).toBe(1);
  expect(await readLedger(db, orderId)).toEqual(before);
  expect(taken.deliveries[0]).toMatchObject({ resends: 1, messageId: ses.taken[1]?.messageId });
  expect(ses.taken).toHaveLength(2);
});

test("a worker that is paused in the middle of a put stores and sends nothing a second time", async () => {
  s3.next("PUT", "hold_done");
  const [placed] = await placeTestOrders(db, [{}]);
  const orderId = placed?.id ?? 0;
  await waitFor("the put", () => s3.held === 1);
  other = await start();
  paused.kill("SIGSTOP");
  await ledgerWhen(db, orderId, ["sent"], 30_000);
  await waitForEmptyQueue(db);
  const before = await readLedger(db, orderId);
  s3.release();
  paused.kill("SIGCONT");
  expect((await paused.exited).code).toBe(1);
  expect(await readLedger(db, orderId)).toEqual(before);
  expect(s3.created).toHaveLength(1);
  expect(ses.taken).toHaveLength(1);
  const [next] = await placeTestOrders(db, [{}]);
  await ledgerWhen(db, next?.id ?? 0, ["sent"]);
});
