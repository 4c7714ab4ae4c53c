import type { Db, Trx } from "@billpost/db/connection";
import { handOver } from "@billpost/db/handover";
import { startHeartbeat } from "@billpost/db/heartbeats";
import { issueInvoices, type IssuingSettings, lockOrderToInvoice } from "@billpost/db/invoices";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { type Ledger, ledgerWhen, readJobs, waitForEmptyQueue } from "./src/ledger.ts";
import { startTcpProxy, type TcpProxy } from "./src/tcp-proxy.ts";
import { many, openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

let database: TestDatabase;
let db: Db;
let s3: FaultyS3;
let ses: FaultySes;
let proxy: TcpProxy;
let workers: WorkerProcess[];

beforeEach(async () => {
  database = await createTestDatabase();
  const { port, hostname } = new URL(database.url);
  [s3, ses, proxy] = await Promise.all([
    startFaultyS3(),
    startFaultySes(),
    startTcpProxy({ port: Number(port), host: hostname }),
  ]);
  db = openTestDatabase(database.url);
  workers = [];
});

afterEach(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await Promise.all(workers.map(({ exited }) => exited));
  await Promise.all([db.destroy(), s3.stop(), ses.stop(), proxy.stop()]);
});

const settings: IssuingSettings = {
  seller: {
    name: "Shop",
    address: { line1: "1 Rue de la Paix", postalCode: "75002", city: "Paris", countryCode: "FR" },
    vatId: "FR40303265045",
    email: null,
  },
  profile: "eu",
  timeZone: "UTC",
  invoiceSeries: { kind: "invoice", prefix: "INV", padding: 6, startNumber: 1, timeZone: "UTC" },
  deliveryAttempts: 12,
};

/** A worker whose database is behind the proxy. */
const start = async () => {
  const url = new URL(database.url);
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  const worker = await startWorkerProcess({ databaseUrl: url.href, s3, ses });
  workers.push(worker);
  return worker;
};

const workOf = (orderId: number) =>
  db
    .selectFrom("work_items")
    .select(["task", "job_id", "attempt", "state"])
    .where("order_id", "=", orderId)
    .orderBy("id")
    .execute();

const expectSentOnce = async (ledger: Ledger) => {
  expect(ledger.stages).not.toContain("attempt.crashed");
  expect(ledger.deliveries).toMatchObject([{ state: "sent", resends: 0 }]);
  expect(ses.taken).toHaveLength(1);
  await waitForEmptyQueue(db);
};

test("the job that issues an invoice delivers it, too: there is no second way through the queue", async () => {
  await start();
  const [order] = await placeTestOrders(db, many(1));
  await expectSentOnce(await ledgerWhen(db, order?.id ?? 0, ["sent"]));
  const [issuing, delivering] = await workOf(order?.id ?? 0);
  expect(delivering).toMatchObject({ task: "deliver-invoice", job_id: issuing?.job_id, attempt: 1 });
});

test("when the reply to the issuing COMMIT is lost, the same job finds the delivery that it was left", async () => {
  await start();
  let issuing = false;
  proxy.inspect((direction, chunk) => {
    if (direction === "to_target" && chunk.includes('insert into "invoices"')) issuing = true;
    if (!issuing || direction !== "to_caller" || !chunk.includes("COMMIT\0")) return "pass";
    issuing = false;
    setImmediate(() => proxy.cut());
    return "hold";
  });
  const [order] = await placeTestOrders(db, many(1));
  const ledger = await ledgerWhen(db, order?.id ?? 0, ["sent"]);
  await expectSentOnce(ledger);
  expect(ledger.invoices).toHaveLength(1);
  const [first, delivering] = await workOf(order?.id ?? 0);
  // Its first claim was written by the COMMIT of which nobody heard.
  expect(delivering).toMatchObject({ job_id: first?.job_id, attempt: 2, state: "done" });
});

/** Issues as the task does, and leaves the delivery to the job that asked for the invoice. */
const issueAndLeave = (orderId: number, leave: (trx: Trx, workItemId: number) => Promise<unknown>) =>
  db.transaction().execute(async (trx) => {
    await lockOrderToInvoice(trx, orderId);
    const [issued] = await issueInvoices(trx, [orderId], settings, new Map(), undefined, orderId);
    if (issued?.outcome !== "issued" || issued.jobless === undefined)
      throw new Error("the delivery has a job");
    await leave(trx, issued.jobless);
  });

test("a job that comes again, when its own work is over, goes on with what it was left", async () => {
  const [order] = await placeTestOrders(db, many(1));
  const { rows } = await sql<{ id: number }>`select id from graphile_worker.jobs`.execute(db);
  await issueAndLeave(order?.id ?? 0, async (trx, workItemId) => {
    await trx
      .updateTable("work_items")
      .set({ state: "done" })
      .where("id", "=", order?.workItemId ?? 0)
      .execute();
    await trx
      .updateTable("work_items")
      .set({ state: "running", job_id: rows[0]?.id, fence: 1, attempt: 1, worker_id: "gone" })
      .where("id", "=", workItemId)
      .execute();
  });
  await start();
  await expectSentOnce(await ledgerWhen(db, order?.id ?? 0, ["sent"]));
  const [, delivering] = await workOf(order?.id ?? 0);
  expect(delivering).toMatchObject({ job_id: rows[0]?.id, attempt: 2, state: "done" });
});

test("a delivery whose task was paused meanwhile is not handed over, and waits in a job of its own", async () => {
  const [order] = await placeTestOrders(db, many(1));
  const pool = { poolId: "pool", host: "elsewhere", pid: 1, version: "test", hostname: "elsewhere" };
  await startHeartbeat(db, { ...pool, slots: 1, renderSlots: 1 });
  await sql`insert into pauses (task, reason, actor) values ('deliver-invoice', 'a test', 'test')`.execute(
    db,
  );
  let claim: unknown;
  await issueAndLeave(order?.id ?? 0, async (trx, workItemId) => {
    claim = await handOver(trx, { poolId: "pool", jobId: 1 }, workItemId);
  });
  expect(claim).toBeUndefined();
  expect(await readJobs(db)).toEqual({ jobs: 2, locked: 0 });
  const [, delivering] = await workOf(order?.id ?? 0);
  expect(delivering).toMatchObject({ state: "waiting", attempt: 0 });
});
