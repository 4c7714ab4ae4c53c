import type { Db } from "@billpost/db/connection";
import { withClient } from "@billpost/local/database-roles";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { type Ledger, ledgerWhen, readJobs, readLedger, waitForEmptyQueue } from "./src/ledger.ts";
import { openTestDatabase, placeTestOrders, type TestOrder } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

// Processes are started and killed here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

let database: TestDatabase;
let db: Db;
let s3: FaultyS3;
let ses: FaultySes;
let victim: WorkerProcess;
let others: WorkerProcess[];

beforeEach(async () => {
  database = await createTestDatabase();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  db = openTestDatabase(database.url);
  others = [];
  victim = await start();
});

afterEach(async () => {
  for (const worker of [victim, ...others]) worker.kill("SIGKILL");
  await Promise.all([victim, ...others].map((worker) => worker.exited));
  await Promise.all([db.destroy(), s3.stop(), ses.stop()]);
});

const start = () => startWorkerProcess({ databaseUrl: database.url, s3, ses });

const place = async (order: TestOrder = {}): Promise<number> => {
  const [placed] = await placeTestOrders(db, [order]);
  return placed?.id ?? 0;
};

/** Holds locks, by `statement`, so that the worker waits at the point that needs them, until `release`. */
const holdLock = async (statement: string) => {
  const released = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const done = withClient(database.superuserUrl, async (client) => {
    await client.query("begin");
    await client.query(statement);
    locked.resolve();
    await released.promise;
    await client.query("rollback");
  });
  done.catch(locked.reject);
  await locked.promise;
  return async () => {
    released.resolve();
    await done;
  };
};

/** A session of the worker waits for a lock that the test holds. */
const workerWaits = () =>
  waitFor("the worker to wait for a lock", () =>
    withClient(database.superuserUrl, async (client) => {
      const { rows } = await client.query<{ waiting: boolean }>(
        `select count(*) > 0 as waiting from pg_stat_activity
         where datname = current_database() and application_name like 'billpost-worker%' and wait_event_type = 'Lock'`,
      );
      return rows[0]?.waiting;
    }),
  );

/** Ends the session of a dead worker in the middle of its statement, which would else still be done. */
const loseStatement = () =>
  withClient(database.superuserUrl, async (client) => {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'billpost-worker%' and wait_event_type = 'Lock'`,
    );
  });

const kill = async () => {
  victim.kill("SIGKILL");
  await victim.exited;
};

/** Another worker takes over by itself, in seconds: that is all that happens after a death. */
const restart = async (orderId: number): Promise<Ledger> => {
  others.push(await start());
  const ready = performance.now();
  await waitFor("the dead worker's work to be taken over", async () => {
    const held = await db
      .selectFrom("work_items")
      .select("id")
      .where("worker_id", "=", victim.poolId)
      .where("state", "=", "running")
      .execute();
    return held.length === 0;
  });
  expect(performance.now() - ready).toBeLessThan(15_000);
  return ledgerWhen(db, orderId, ["sent"], 55_000);
};

const expectOnce = async (ledger: Ledger, mails = 1): Promise<void> => {
  expect(ledger.invoices.map(({ number }) => number.slice(-6))).toEqual(["000001"]);
  expect(ledger.documents.map(({ stored }) => stored)).toEqual([true]);
  expect(s3.created).toEqual(ledger.documents.map(({ s3Key }) => s3Key));
  expect(ledger.deliveries).toHaveLength(1);
  expect(ses.taken).toHaveLength(mails);
  const object = s3.objects.get(ledger.documents[0]?.s3Key ?? "");
  for (const mail of ses.taken)
    expect([...mail.attachments.values()].every((bytes) => bytes.equals(object ?? Buffer.alloc(0)))).toBe(
      true,
    );
  await waitForEmptyQueue(db);
  const work = await db.selectFrom("work_items").select("state").execute();
  expect(work.every(({ state }) => state === "done")).toBe(true);
};

/** Where the victim was, the attempt shows as crashed. */
const expectCrashed = (ledger: Ledger) => expect(ledger.stages).toContain("attempt.crashed");

test("killed after it locked the job, before it claimed the work: nothing is lost", async () => {
  // A claim asks whether this worker's heart beats.
  const release = await holdLock("lock table worker_heartbeats in access exclusive mode");
  const orderId = await place();
  await waitFor("the job to be locked", async () => (await readJobs(db)).locked === 1);
  await kill();
  await release();
  // The statement may still be carried out when its client is long gone: then the claim is a dead worker's.
  const ledger = await restart(orderId);
  await expectOnce(ledger);
  expect(ledger.timeline).toEqual(["invoice.issued", "document.stored", "email.sent"]);
});

test("killed in the issuing transaction: the number is given back and taken once", async () => {
  const release = await holdLock("lock table invoice_series in access exclusive mode");
  const orderId = await place();
  await workerWaits();
  await kill();
  await release();
  const ledger = await restart(orderId);
  await expectOnce(ledger);
  const { rows } = await withClient(database.url, (client) =>
    client.query<{ event: string }>("select event from work_item_events where event = 'crashed'"),
  );
  expect(rows).toHaveLength(1);
});

test("killed while Chrome prints: printed again, stored once", async () => {
  const lines = Array.from({ length: 1_500 }, () => ({ quantity: 1, unitPriceMinor: 100 }));
  const orderId = await place({ lines });
  await waitFor(
    "the render",
    async () => (await readLedger(db, orderId)).deliveries[0]?.state === "rendering",
  );
  await kill();
  const before = await readLedger(db, orderId);
  expect(before.documents).toEqual([]);
  const ledger = await restart(orderId);
  expectCrashed(ledger);
  await expectOnce(ledger);
});

test("killed after the document's row, before its object: the row is made good", async () => {
  s3.next("PUT", "hold");
  const orderId = await place();
  await waitFor("the put", () => s3.held === 1);
  await kill();
  expect((await readLedger(db, orderId)).documents.map(({ stored }) => stored)).toEqual([false]);
  const ledger = await restart(orderId);
  expectCrashed(ledger);
  await expectOnce(ledger);
});

test("killed after the put, before its note: the object is adopted, not written again", async () => {
  s3.next("PUT", "hold_done");
  const orderId = await place();
  await waitFor("the put", () => s3.held === 1);
  await kill();
  expect(s3.created).toHaveLength(1);
  const ledger = await restart(orderId);
  expectCrashed(ledger);
  await expectOnce(ledger);
});

test("killed after the document is stored, before the intent: only the sending is done", async () => {
  const release = await holdLock("lock table suppressed_addresses in access exclusive mode");
  const orderId = await place();
  await workerWaits();
  await kill();
  expect((await readLedger(db, orderId)).deliveries[0]?.state).toBe("stored");
  await loseStatement();
  await release();
  const ledger = await restart(orderId);
  expectCrashed(ledger);
  expect(ledger.stages.filter((stage) => stage === "render.succeeded")).toHaveLength(1);
  await expectOnce(ledger);
});

test("killed during the call to SES, before it took the message: in doubt, and sent once more", async () => {
  ses.next("hold");
  const orderId = await place();
  await waitFor("the call", () => ses.held === 1);
  await kill();
  const ledger = await restart(orderId);
  expectCrashed(ledger);
  expect(ledger.timeline).toContain("delivery.ambiguous");
  expect(ledger.deliveries[0]?.resends).toBe(1);
  await expectOnce(ledger, 1);
});

test("killed after SES took the message, before the reply: in doubt, and at most one more", async () => {
  ses.next("hold_taken");
  const orderId = await place();
  await waitFor("the call", () => ses.held === 1);
  await kill();
  const ledger = await restart(orderId);
  expectCrashed(ledger);
  expect(ledger.deliveries[0]?.resends).toBe(1);
  await expectOnce(ledger, 2);
});

test("killed after SES' reply, before the ledger's commit: in doubt, and at most one more", async () => {
  ses.next("hold_taken");
  const orderId = await place();
  await waitFor("the call", () => ses.held === 1);
  const release = await holdLock("select from work_items for update");
  ses.release();
  await workerWaits();
  await kill();
  await loseStatement();
  await release();
  const ledger = await restart(orderId);
  expectCrashed(ledger);
  expect(ledger.timeline).toContain("delivery.ambiguous");
  await expectOnce(ledger, 2);
});

test("killed while its last statement waits in the database: the statement is done, and nothing is in doubt", async () => {
  ses.next("hold_taken");
  const orderId = await place();
  await waitFor("the call", () => ses.held === 1);
  const release = await holdLock("select from work_items for update");
  ses.release();
  await workerWaits();
  await kill();
  await release();
  const ledger = await restart(orderId);
  expect(ledger.deliveries[0]?.resends).toBe(0);
  await expectOnce(ledger, 1);
});

test("killed on its last attempt: shown as failed because the worker died", async () => {
  s3.next("PUT", "hold");
  const orderId = await place();
  await waitFor("the put", () => s3.held === 1);
  await db.updateTable("work_items").set({ max_attempts: 1 }).where("task", "=", "deliver-invoice").execute();
  await kill();
  others.push(await start());
  const ledger = await ledgerWhen(db, orderId, ["failed"]);
  expect(ledger.work.at(-1)).toMatchObject({ state: "failed", errorMessage: "worker died" });
  expect(ledger.timeline.at(-1)).toBe("delivery.failed");
  await waitForEmptyQueue(db);
});
