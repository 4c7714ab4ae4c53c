import type { Trx } from "@billpost/db/connection";
import { handOver } from "@billpost/db/handover";
import { startHeartbeat } from "@billpost/db/heartbeats";
import { issueInvoices, lockOrderToInvoice } from "@billpost/db/invoices";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { eu } from "./src/invoicing/issuing-settings.ts";
import { type Ledger, ledgerWhen, readJobs, waitForEmptyQueue } from "./src/ledger.ts";
import { startTcpProxy, type TcpProxy } from "./src/tcp-proxy.ts";
import { many, placeTestOrders } from "./src/test-orders.ts";
import { useWorkerBench } from "./src/worker-bench.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

const bench = useWorkerBench();
let proxy: TcpProxy;

beforeEach(async () => {
  const { port, hostname } = new URL(bench.database.url);
  proxy = await startTcpProxy({ port: Number(port), host: hostname });
});
afterEach(() => proxy.stop());

/** A worker whose database is behind the proxy. */
const start = async () => {
  const url = new URL(bench.database.url);
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  return bench.startWorker({ DATABASE_URL: url.href });
};

const workOf = (orderId: number) =>
  bench.db
    .selectFrom("work_items")
    .select(["task", "job_id", "attempt", "state"])
    .where("order_id", "=", orderId)
    .orderBy("id")
    .execute();

const expectSentOnce = async (ledger: Ledger) => {
  expect(ledger.stages).not.toContain("attempt.crashed");
  expect(ledger.deliveries).toMatchObject([{ state: "sent", resends: 0 }]);
  expect(bench.ses.taken).toHaveLength(1);
  await waitForEmptyQueue(bench.db);
};

test("the job that issues an invoice delivers it, too: there is no second way through the queue", async () => {
  await start();
  const [order] = await placeTestOrders(bench.db, many(1));
  await expectSentOnce(await ledgerWhen(bench.db, order?.id ?? 0, ["sent"]));
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
  const [order] = await placeTestOrders(bench.db, many(1));
  const ledger = await ledgerWhen(bench.db, order?.id ?? 0, ["sent"]);
  await expectSentOnce(ledger);
  expect(ledger.invoices).toHaveLength(1);
  const [first, delivering] = await workOf(order?.id ?? 0);
  // Its first claim was written by the COMMIT of which nobody heard.
  expect(delivering).toMatchObject({ job_id: first?.job_id, attempt: 2, state: "done" });
});

/** Issues as the task does, and leaves the delivery to the job that asked for the invoice. */
const issueAndLeave = (orderId: number, leave: (trx: Trx, workItemId: number) => Promise<unknown>) =>
  bench.db.transaction().execute(async (trx) => {
    await lockOrderToInvoice(trx, orderId);
    const [issued] = await issueInvoices(trx, [orderId], eu, { carryOn: orderId });
    if (issued?.outcome !== "issued" || issued.jobless === undefined)
      throw new Error("the delivery has a job");
    await leave(trx, issued.jobless);
  });

test("a job that comes again, when its own work is over, goes on with what it was left", async () => {
  const [order] = await placeTestOrders(bench.db, many(1));
  const { rows } = await sql<{ id: number }>`select id from graphile_worker.jobs`.execute(bench.db);
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
  await expectSentOnce(await ledgerWhen(bench.db, order?.id ?? 0, ["sent"]));
  const [, delivering] = await workOf(order?.id ?? 0);
  expect(delivering).toMatchObject({ job_id: rows[0]?.id, attempt: 2, state: "done" });
});

test("a delivery whose task was paused meanwhile is not handed over, and waits in a job of its own", async () => {
  const [order] = await placeTestOrders(bench.db, many(1));
  const pool = { poolId: "pool", host: "elsewhere", pid: 1, version: "test", hostname: "elsewhere" };
  await startHeartbeat(bench.db, { ...pool, slots: 1, renderSlots: 1 });
  await sql`insert into pauses (task, reason, actor) values ('deliver-invoice', 'a test', 'test')`.execute(
    bench.db,
  );
  let claim: unknown;
  await issueAndLeave(order?.id ?? 0, async (trx, workItemId) => {
    claim = await handOver(trx, { poolId: "pool", jobId: 1 }, workItemId);
  });
  expect(claim).toBeUndefined();
  expect(await readJobs(bench.db)).toEqual({ jobs: 2, locked: 0 });
  const [, delivering] = await workOf(order?.id ?? 0);
  expect(delivering).toMatchObject({ state: "waiting", attempt: 0 });
});
