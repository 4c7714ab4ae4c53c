import { randomUUID } from "node:crypto";
import { createDatabase, createPool } from "@billpost/db/connection";
import { enqueue, jobKey, type TaskName } from "@billpost/db/outbox";
import {
  findInvoicesWithoutDocument,
  findOrdersWithoutInvoice,
  findStuckDeliveries,
  repairJobsWithoutWork,
  repairLocksWithoutWorker,
  repairWorkWithoutJob,
} from "@billpost/db/reconciliation-checks";
import type { WorkItemState } from "@billpost/db/schema";
import type { DeliveryState } from "@billpost/domain/delivery";
import type { RetryPolicy } from "@billpost/domain/work";
import { sql } from "kysely";
import { beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { aDelivery, anInvoice, anOrder } from "./src/rows.ts";
import { waitFor } from "./src/wait-for.ts";

const policy: RetryPolicy = {
  baseMs: 1_000,
  maxMs: 60_000,
  throttleMs: 1_000,
  throttleMaxMs: 60_000,
  ambiguous: "resend",
  settleMs: 20_000,
};

let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
let db: ReturnType<typeof createDatabase>;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, max: 5, applicationName: "test", onIdleError: () => {} });
  db = createDatabase(pool);
  return async () => {
    await pool.end();
    await database.drop();
  };
});

const work = async (task: TaskName, about: { orderId?: number; deliveryId?: number } = {}) => {
  const [id = 0] = await db.transaction().execute((trx) => enqueue(trx, [{ task, ...about }]));
  return id;
};

const setState = (id: number, state: WorkItemState) =>
  db.updateTable("work_items").set({ state }).where("id", "=", id).execute();

const dropJobs = () =>
  sql`select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))`.execute(db);

const jobs = async () =>
  (
    await sql<{ key: string; task: string }>`
    select key, task_identifier as task from graphile_worker.jobs order by id`.execute(db)
  ).rows;

test("an order that nothing is going to invoice is invoiced, and one that is on its way is left alone", async () => {
  const forgotten = await anOrder(db);
  const onItsWay = await anOrder(db);
  await work("issue-invoice", onItsWay);
  const found = await findOrdersWithoutInvoice(db);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ repaired: true, ids: { orderId: forgotten.orderId } });
  const items = await db.selectFrom("work_items").select(["order_id", "task"]).execute();
  expect(items).toHaveLength(2);
  expect(items).toContainEqual({ order_id: forgotten.orderId, task: "issue-invoice" });
  expect(await jobs()).toHaveLength(2);
  expect(await findOrdersWithoutInvoice(db)).toEqual([]);
});

test("two searches at once ask for one invoice", async () => {
  const { orderId } = await anOrder(db);
  const searches = await db.transaction().execute(async (trx) => {
    await trx.selectFrom("orders").select("id").where("id", "=", orderId).forUpdate().execute();
    const both = [findOrdersWithoutInvoice(db), findOrdersWithoutInvoice(db)];
    // Both have found the order and want its lock.
    await waitFor("both to wait", async () => {
      const { rows } = await sql<{ waiting: number }>`select count(*) as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
      return rows[0]?.waiting === 2;
    });
    return both;
  });
  const found = await Promise.all(searches);
  expect(found.map((findings) => findings.length).toSorted((a, b) => a - b)).toEqual([0, 1]);
  expect(await db.selectFrom("work_items").select("id").execute()).toHaveLength(1);
});

test("an order whose invoicing failed or is blocked is listed with what repairs it", async () => {
  const failed = await anOrder(db);
  const item = await work("issue-invoice", failed);
  await setState(item, "failed");
  const blocked = await anOrder(db);
  await setState(await work("issue-invoice", blocked), "blocked");
  await db
    .updateTable("orders")
    .set({ invoice_status: "blocked", invoice_missing: ["buyer.address"] })
    .where("id", "=", blocked.orderId)
    .execute();
  const found = await findOrdersWithoutInvoice(db);
  expect(found.map(({ repaired }) => repaired)).toEqual([false, false]);
  expect(found[0]?.act).toContain(`retry job ${item}`);
  expect(found[1]?.act).toContain("buyer.address");
});

test("what is settled is neither listed nor made again", async () => {
  const cancelled = await anOrder(db);
  await db
    .updateTable("orders")
    .set({ status: "CANCELLED", invoice_status: "not_required" })
    .where("id", "=", cancelled.orderId)
    .execute();
  const external = await anOrder(db);
  await db
    .updateTable("orders")
    .set({ invoicing: "external", invoice_status: "external" })
    .where("id", "=", external.orderId)
    .execute();
  for (const state of ["handled", "cancelled"] as const)
    await setState(await work("issue-invoice", await anOrder(db)), state);
  for (const state of [
    "sent",
    "delivered",
    "bounced",
    "suppressed",
    "failed",
    "cancelled",
    "handled",
  ] as const satisfies DeliveryState[])
    await aDelivery(db, { state });
  await dropJobs();
  expect(await findOrdersWithoutInvoice(db)).toHaveLength(
    // Those orders that deliveries were made for have nothing that invoices them.
    7,
  );
  expect(await findStuckDeliveries(db)).toEqual([]);
  expect(await repairWorkWithoutJob(db)).toEqual([]);
});

test("every order is accounted for: invoiced, on its way, settled or found", async () => {
  const states = [
    "waiting",
    "running",
    "retrying",
    "throttled",
    "scheduled",
    "handled",
    "cancelled",
  ] as const;
  for (const state of states) await setState(await work("issue-invoice", await anOrder(db)), state);
  await anInvoice(db, await anOrder(db));
  const lost = ["done", "failed", "quarantined", "ambiguous", "suppressed", "blocked"] as const;
  for (const state of lost) await setState(await work("issue-invoice", await anOrder(db)), state);
  await anOrder(db);
  expect(await findOrdersWithoutInvoice(db)).toHaveLength(lost.length + 1);
});

test("an invoice without a stored document is listed unless its delivery goes on or was settled by hand", async () => {
  const lonely = await anInvoice(db, await anOrder(db));
  const rendered = await anInvoice(db, await anOrder(db));
  const document = {
    locale: "en",
    template_hash: "t",
    chrome_version: "c",
    sha256: "s",
    byte_size: 1,
    pages: 1,
  };
  await db
    .insertInto("documents")
    .values({ ...document, invoice_id: rendered.invoiceId, revision: 1, s3_key: randomUUID() })
    .execute();
  const stored = await anInvoice(db, await anOrder(db));
  await db
    .insertInto("documents")
    .values({
      ...document,
      invoice_id: stored.invoiceId,
      revision: 1,
      s3_key: randomUUID(),
      stored_at: new Date(),
    })
    .execute();
  for (const state of ["pending", "handled", "failed"] as const) {
    const { deliveryId } = await aDelivery(db, { state });
    const { invoiceId } = await anInvoice(db, await anOrder(db));
    await db
      .insertInto("delivery_documents")
      .values({ delivery_id: deliveryId, position: 1, invoice_id: invoiceId })
      .execute();
  }
  const found = await findInvoicesWithoutDocument(db);
  expect(found.map(({ ids }) => ids["invoiceId"])).toEqual([
    lonely.invoiceId,
    rendered.invoiceId,
    stored.invoiceId + 3,
  ]);
  expect(found[2]?.act).toMatch(/failed.*retry job/);
});

test("a delivery that nobody works on is listed; one without any work gets it, unless it may have been sent", async () => {
  const stuck = await aDelivery(db, { state: "stored" });
  await setState(stuck.workItemId, "done");
  const forgotten = await aDelivery(db, { state: "pending" });
  const dubious = await aDelivery(db, { state: "sending" });
  for (const { workItemId } of [forgotten, dubious])
    await db.deleteFrom("work_items").where("id", "=", workItemId).execute();
  const held = await aDelivery(db, { state: "ambiguous" });
  await db
    .updateTable("work_items")
    .set({ finished_at: new Date() })
    .where("id", "=", held.workItemId)
    .execute();
  await aDelivery(db, { state: "ambiguous" }); // a resend is to come
  await aDelivery(db, { state: "throttled" });
  expect(await findStuckDeliveries(db)).toMatchObject([
    { kind: "delivery_stuck", repaired: false, ids: { deliveryId: stuck.deliveryId } },
    { kind: "delivery_stuck", repaired: true, ids: { deliveryId: forgotten.deliveryId } },
    { kind: "delivery_stuck", repaired: false, ids: { deliveryId: dubious.deliveryId } },
    { kind: "delivery_in_doubt", repaired: false, ids: { deliveryId: held.deliveryId } },
  ]);
});

test("work whose job is gone or dead gets one again, due when it was due", async () => {
  const gone = await work("deliver-invoice");
  const dead = await work("deliver-invoice");
  const fine = await work("deliver-invoice");
  await sql`select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs where key = ${jobKey(gone, 0)}))`.execute(
    db,
  );
  await sql`select graphile_worker.permanently_fail_jobs(array(select id from graphile_worker.jobs where key = ${jobKey(dead, 0)}))`.execute(
    db,
  );
  await db
    .updateTable("work_items")
    .set({ state: "retrying", run_at: sql<Date>`now() + interval '1 hour'` })
    .where("id", "=", gone)
    .execute();
  const found = await repairWorkWithoutJob(db);
  expect(found.map(({ ids }) => ids["workItemId"])).toEqual([gone, dead]);
  const { rows } = await sql<{ key: string; minutes: number }>`
    select key, round(extract(epoch from run_at - now()) / 60)::int as minutes from graphile_worker.jobs
    where attempts < max_attempts order by key`.execute(db);
  expect(rows).toEqual([
    { key: jobKey(gone, 0), minutes: 60 },
    { key: jobKey(dead, 0), minutes: 0 },
    { key: jobKey(fine, 0), minutes: 0 },
  ]);
  expect(await repairWorkWithoutJob(db)).toEqual([]);
});

test("a job without work is removed, one that is not ours is listed, and those with work stay", async () => {
  const fine = await work("deliver-invoice");
  const over = await work("deliver-invoice");
  await sql`select graphile_worker.permanently_fail_jobs(array(select id from graphile_worker.jobs where key = ${jobKey(over, 0)}))`.execute(
    db,
  );
  await setState(over, "done");
  await sql`select graphile_worker.add_job('deliver-invoice', '{}', job_key => ${jobKey(999_999, 0)})`.execute(
    db,
  );
  await sql`select graphile_worker.add_job('strange')`.execute(db);
  await sql`select graphile_worker.add_job('expected')`.execute(db);
  const found = await repairJobsWithoutWork(db, ["expected"]);
  expect(found.map(({ subject, repaired }) => [subject, repaired])).toEqual([
    [`deliver-invoice ${jobKey(over, 0)}`, true],
    [`deliver-invoice ${jobKey(999_999, 0)}`, true],
    ["strange without a key", false],
  ]);
  expect((await jobs()).map(({ task, key }) => [task, key])).toEqual([
    ["deliver-invoice", jobKey(fine, 0)],
    ["strange", null],
    ["expected", null],
  ]);
});

test("work of a worker that is gone and unwatched is taken over; a watched worker's is not", async () => {
  const orphan = await work("deliver-invoice");
  const watched = await work("deliver-invoice");
  await db
    .insertInto("worker_heartbeats")
    .values({ pool_id: "pool-watched", host: "h", pid: 1, version: "1" })
    .execute();
  for (const [id, worker] of [
    [orphan, "pool-gone"],
    [watched, "pool-watched"],
  ] as const)
    await db
      .updateTable("work_items")
      .set({
        state: "running",
        worker_id: worker,
        fence: 1,
        attempt: 1,
        started_at: sql<Date>`now() - interval '2 minutes'`,
      })
      .where("id", "=", id)
      .execute();
  const found = await repairLocksWithoutWorker(db, policy);
  expect(found).toMatchObject([{ subject: "pool-gone", repaired: true, ids: { items: 1 } }]);
  const states = await db.selectFrom("work_items").select(["id", "state"]).orderBy("id").execute();
  expect(states).toEqual([
    { id: orphan, state: "retrying" },
    { id: watched, state: "running" },
  ]);
});
