import { suppressAddress } from "@billpost/db/suppressions";
import type { WorkItemState } from "@billpost/db/schema";
import type { DeliveryState } from "@billpost/domain/delivery";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { aCustomer, aProduct, type Call, type RunningApi, startApi } from "./src/catalogue-api.ts";
import { anInvoice } from "./src/rows.ts";

let api: RunningApi;
let shop: { readonly call: Call; readonly clientId: number };
let productId: number;
let customerId: number;
let orderId: string;

beforeAll(async () => {
  api = await startApi();
  shop = await api.clientWith();
  productId = await aProduct(shop.call, { stock: 10_000 });
});
afterAll(() => api.stop());

beforeEach(async () => {
  customerId = await aCustomer(shop.call, { email: `${crypto.randomUUID()}@example.com` });
  const { body } = await shop.call("POST /api/orders", { customerId, items: [{ productId, quantity: 1 }] });
  orderId = body.orderId;
  await beat();
});

/** As a worker that lives. */
const beat = () =>
  sql`insert into worker_heartbeats (pool_id, host, pid, version) values ('w', 'h', 1, 'test')
    on conflict (pool_id) do update set last_beat_at = clock_timestamp()`.execute(api.db);

const verdict = async (call: Call = api.call) => (await call(`GET /api/orders/${orderId}/verdict`)).body;

const rowOf = () =>
  api.db
    .selectFrom("orders")
    .select(["id", "client_id as clientId"])
    .where("order_id", "=", orderId)
    .executeTakeFirstOrThrow();

/** The order's job, in a state. */
const issuing = async (state: WorkItemState, message?: string) => {
  const { id } = await rowOf();
  await api.db
    .updateTable("work_items")
    .set({
      state,
      attempt: 2,
      last_error_message: message ?? null,
      finished_at: state === "failed" ? new Date() : null,
    })
    .where("order_id", "=", id)
    .execute();
};

/** The order as invoiced, with a delivery of it in a state. */
const invoiced = async (state: DeliveryState, work: WorkItemState) => {
  const { id, clientId } = await rowOf();
  const { invoiceId, number } = await anInvoice(api.db, { orderId: id, clientId });
  const { customer_email: email } = await api.db
    .selectFrom("orders")
    .select("customer_email")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  const delivery = await api.db
    .insertInto("deliveries")
    .values({
      client_id: clientId,
      order_id: id,
      purpose: `invoice:${invoiceId}`,
      recipient_name: "John Doe",
      recipient_email: email,
      locale: "en",
      state,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await api.db
    .insertInto("delivery_documents")
    .values({ delivery_id: delivery.id, position: 1, invoice_id: invoiceId })
    .execute();
  await api.db
    .insertInto("work_items")
    .values({
      task: "deliver-invoice",
      state: work,
      client_id: clientId,
      order_id: id,
      invoice_id: invoiceId,
      delivery_id: delivery.id,
      max_attempts: 12,
      finished_at: new Date(),
    })
    .execute();
  return { number, deliveryId: delivery.id, email };
};

test("an order that was just placed waits for its turn, for a worker, or for whoever paused its task", async () => {
  expect(await verdict()).toMatchObject({ code: "waiting", standing: "moving", orderId, others: [] });
  await api.db.deleteFrom("worker_heartbeats").execute();
  expect(await verdict()).toMatchObject({ code: "no_workers", act: { name: "start-workers" } });
  await api.call("POST /api/tasks/issue-invoice/pause", { reason: "the <b>number</b> range is checked" });
  const paused = await verdict();
  expect(paused).toMatchObject({ code: "paused", standing: "stuck", act: { name: "resume" } });
  expect(paused.sentence).toContain("“the <b>number</b> range is checked”");
  const own = await api.clientWith(["orders:read"]);
  expect((await own.call(`GET /api/orders/${orderId}/verdict`)).status).toBe(404);
  await api.call("POST /api/tasks/issue-invoice/resume", { reason: "checked" });
  expect((await verdict()).code).toBe("no_workers");
});

test("a client's own key is told why of its own orders, but not why an operator paused something", async () => {
  const { db } = api;
  const { key } = await db.transaction().execute(async (trx) => {
    const { insertApiKey } = await import("@billpost/db/api-keys");
    return insertApiKey(trx, { clientId: shop.clientId, scopes: ["orders:read"] });
  });
  const ask = async (path: string) => {
    const response = await fetch(`${api.origin}${path}`, { headers: { authorization: `Bearer ${key}` } });
    return { status: response.status, body: await response.json() };
  };
  await api.call("POST /api/tasks/issue-invoice/pause", { reason: "client Acme does not pay" });
  const { status, body } = await ask(`/api/orders/${orderId}/verdict`);
  await api.call("POST /api/tasks/issue-invoice/resume", { reason: "it does" });
  expect(status).toBe(200);
  expect(body).toMatchObject({ code: "paused" });
  expect(JSON.stringify(body)).not.toContain("Acme");
  expect((await ask(`/api/customers/${customerId}/verdict`)).status).toBe(200);
  const others = await aCustomer(api.call);
  expect((await ask(`/api/customers/${others}/verdict`)).status).toBe(404);
  const catalog = await api.clientWith(["catalog:read"]);
  expect((await catalog.call(`GET /api/orders/${orderId}/verdict`)).status).toBe(403);
});

test("an order whose job is gone, failed or blocked says what repairs it", async () => {
  await issuing("failed", "the series is full");
  expect(await verdict()).toMatchObject({ code: "failed", act: { name: "retry" } });
  expect((await verdict()).sentence).toContain("“the series is full”");
  const { id } = await rowOf();
  await api.db
    .updateTable("orders")
    .set({ invoice_status: "blocked", invoice_missing: ["billingDetails.address"] })
    .where("id", "=", id)
    .execute();
  expect(await verdict()).toMatchObject({ code: "blocked", act: { name: "complete-billing" } });
  await api.db.updateTable("orders").set({ invoice_status: "pending" }).where("id", "=", id).execute();
  await sql`update work_items set order_id = null where order_id = ${id}`.execute(api.db);
  expect(await verdict()).toMatchObject({ code: "no_job", act: { name: "reconcile", jobId: null } });
});

test("an order that was cancelled before it was numbered needs nothing", async () => {
  await shop.call(`POST /api/orders/${orderId}/cancel`, { reason: "changed their mind" });
  expect(await verdict()).toMatchObject({
    code: "cancelled_before_invoice",
    standing: "settled",
    act: { name: "none" },
  });
});

test("an email that was suppressed names the suppressed address to clear; one that bounced does, too", async () => {
  const { email, number, deliveryId } = await invoiced("suppressed", "suppressed");
  expect(await verdict()).toMatchObject({
    code: "suppressed",
    invoiceNumber: number,
    act: { name: "retry", suppressionId: null },
  });
  await api.db
    .transaction()
    .execute((trx) => suppressAddress(trx, email.toUpperCase(), { reason: "hard_bounce", deliveryId }));
  const { body } = await api.call("GET /api/suppressions");
  const [entry] = body.data;
  expect(await verdict()).toMatchObject({
    code: "suppressed",
    act: { name: "clear-suppression", suppressionId: entry.id },
  });
  await api.db.updateTable("deliveries").set({ state: "bounced" }).where("id", "=", deliveryId).execute();
  expect(await verdict()).toMatchObject({
    code: "bounced",
    act: { name: "correct-address", suppressionId: entry.id },
  });
  // A complaint that SES told of.
  await api.db.updateTable("deliveries").set({ state: "delivered" }).where("id", "=", deliveryId).execute();
  expect(await verdict()).toMatchObject({ code: "delivered" });
  await api.db
    .insertInto("ses_events")
    .values({
      sns_message_id: crypto.randomUUID(),
      type: "complaint",
      ses_message_id: "m",
      delivery_id: deliveryId,
      occurred_at: new Date(),
    })
    .execute();
  expect(await verdict()).toMatchObject({ code: "complained" });
});

test("a customer's verdict is the worst of their orders, even when no job is found or there is no order", async () => {
  await invoiced("delivered", "done");
  const second = await shop.call("POST /api/orders", { customerId, items: [{ productId, quantity: 1 }] });
  await sql`update work_items set order_id = null where order_id = (select id from orders where order_id = ${second.body.orderId})`.execute(
    api.db,
  );
  const { body } = await api.call(`GET /api/customers/${customerId}/verdict`);
  expect(body).toMatchObject({
    code: "no_job",
    orderId: second.body.orderId,
    others: [{ code: "delivered", orderId }],
  });
  const nobody = await aCustomer(shop.call);
  expect((await api.call(`GET /api/customers/${nobody}/verdict`)).body).toMatchObject({ code: "no_orders" });
  expect((await api.call("GET /api/customers/999999999/verdict")).body.code).toBe("customer_not_found");
});
