import { requestCreditForCancellation } from "@billpost/db/credit-requests";
import { lockCustomer } from "@billpost/db/customers";
import { redactCustomer } from "@billpost/db/customers-erase";
import { lockOrderToCorrect } from "@billpost/db/orders-corrections";
import { withClient } from "@billpost/local/database-roles";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  aCustomer,
  aProduct,
  type Call,
  type Reply,
  type RunningApi,
  startApi,
} from "./src/catalogue-api.ts";
import { columnsThatHold } from "./src/columns-that-hold.ts";
import { issueOrders } from "./src/invoicing/factory.ts";
import { waitFor } from "./src/wait-for.ts";

let api: RunningApi;
let call: Call;
beforeAll(async () => {
  api = await startApi();
  call = api.call;
});
afterAll(() => api.stop());

const address = { line1: "1 Market Street", city: "San Francisco", countryCode: "US" };

const personal = {
  name: "Wilhelmina O'Persönlich (née $mith)",
  email: "wilhelmina+secret@personal.example",
  address: { line1: "17 Hidden Lane", city: "Secretville", postalCode: "S3C", countryCode: "DE" },
  vatId: "DE987654321",
};
const formerName = "Wilma Fräulein";

const columnsHolding = (texts: readonly string[]) => columnsThatHold(api.database, texts);

const erase = (id: number) => call(`POST /api/customers/${id}/erase`);

const settleWork = async (orderRowId: number) => {
  await api.db.updateTable("work_items").set({ state: "done" }).where("order_id", "=", orderRowId).execute();
  await api.db.updateTable("deliveries").set({ state: "sent" }).where("order_id", "=", orderRowId).execute();
};

test("erasing takes the person out of every table; only the issued invoice keeps the name", async () => {
  const id = await aCustomer(call, { ...personal, name: formerName });
  const bystander = await aCustomer(call, { name: "Bystander", email: "by@stander.example" });
  await call(`PATCH /api/customers/${id}`, { name: personal.name }, { "if-match": "*" });
  const productId = await aProduct(call);
  const place = (customerId: number, key: string, more: object = {}) =>
    call(
      "POST /api/orders",
      { customerId, items: [{ productId, quantity: 2 }], ...more },
      { "idempotency-key": key },
    );
  const withKey = { "idempotency-key": "create-personal" };
  const body = { name: personal.name, email: personal.email, address: personal.address };
  const twin = await call("POST /api/customers", body, withKey);
  const order = await place(id, "personal-1", {
    billingAddress: { ...personal.address, vatId: personal.vatId },
  });
  const cancelled = await place(id, "personal-2", {
    purchaseOrder: `For ${personal.name}`,
    externalRef: `web/${personal.email}/1`,
    discounts: [{ label: `For ${personal.email}`, amount: 1 }],
  });
  const others = await place(bystander, "bystander-1");
  const ofTwin = await place(twin.body.id, "twin-1");
  expect([order, cancelled, others, ofTwin].map(({ status }) => status)).toEqual([201, 201, 201, 201]);

  // What is invoiced, mailed, returned and cancelled, each with the name where people may write it.
  const [invoice] = await issueOrders(api.db, [order.body.id]);
  await call(`POST /api/orders/${order.body.orderId}/returns`, {
    lines: [{ lineNumber: 1, quantity: 1 }],
    restock: true,
    reason: `${personal.name.toUpperCase()} called from ${personal.email}`,
  });
  await call(`POST /api/orders/${cancelled.body.orderId}/cancel`, {
    reason: `${personal.name} changed her mind`,
  });
  await api.db
    .updateTable("deliveries")
    .set({ last_error_message: `550 <${personal.email}> unknown` })
    .where("order_id", "=", order.body.id)
    .execute();
  const item = await api.db
    .selectFrom("work_items")
    .select("id")
    .where("order_id", "=", order.body.id)
    .executeTakeFirstOrThrow();
  await api.db
    .insertInto("work_item_events")
    .values({
      work_item_id: item.id,
      attempt: 1,
      stage: "send",
      event: "failed",
      error_message: `refused ${personal.email}`,
    })
    .execute();
  await settleWork(order.body.id);
  await settleWork(ofTwin.body.id);
  await issueOrders(api.db, [ofTwin.body.id]);
  await settleWork(ofTwin.body.id);

  const texts = [personal.name, personal.email, formerName, "Hidden Lane", "Secretville", personal.vatId];
  expect((await columnsHolding(texts)).length).toBeGreaterThan(10);
  const untouched = (await call(`GET /api/orders/${others.body.orderId}`)).body;

  for (const customer of [id, twin.body.id]) {
    const erased = await erase(customer);
    expect(erased).toMatchObject({
      status: 200,
      body: {
        name: "[erased]",
        email: "erased@erased.invalid",
        address: null,
        vatId: null,
        erasedAt: expect.any(String),
      },
    });
    expect((await erase(customer)).body).toEqual(erased.body);
  }
  expect(await columnsHolding(texts)).toEqual(["invoices.snapshot"]);
  expect(await columnsHolding([personal.email])).toEqual([]);
  expect(invoice?.number).toMatch(/^INV-/);

  expect((await call(`GET /api/orders/${order.body.orderId}`)).body).toMatchObject({
    customerName: "[erased]",
    customerEmail: "erased@erased.invalid",
    billing: { name: "[erased]", address: null, vatId: null },
    total: order.body.total,
  });
  expect((await place(twin.body.id, "twin-1")).body).toMatchObject({
    orderId: ofTwin.body.orderId,
    customerName: "[erased]",
  });
  expect((await call("POST /api/customers", body, withKey)).body).toMatchObject({
    id: twin.body.id,
    name: "[erased]",
  });
  expect((await call(`GET /api/orders/${others.body.orderId}`)).body).toEqual(untouched);
  expect((await columnsHolding(["Bystander"])).length).toBeGreaterThan(2);
  const audit = await api.db
    .selectFrom("audit_events")
    .select("action")
    .where("target_type", "=", "customer")
    .where("target_id", "=", String(id))
    .orderBy("id")
    .execute();
  expect(audit.map(({ action }) => action)).toEqual([
    "customer.created",
    "customer.changed",
    "customer.erased",
  ]);
});

test("an erased customer can neither be changed nor order", async () => {
  const id = await aCustomer(call);
  await erase(id);
  expect(await call(`PATCH /api/customers/${id}`, { name: "Back" }, { "if-match": "*" })).toMatchObject({
    status: 422,
    body: { code: "customer_erased" },
  });
  const productId = await aProduct(call);
  expect(
    await call("POST /api/orders", { customerId: id, items: [{ productId, quantity: 1 }] }),
  ).toMatchObject({ status: 422, body: { code: "customer_erased" } });
});

test("erasing is refused while an invoice, a credit note or a mail is to come", async () => {
  const id = await aCustomer(call, { name: "Needed", address });
  const productId = await aProduct(call);
  const { body: order } = await call("POST /api/orders", {
    customerId: id,
    items: [{ productId, quantity: 2 }],
  });
  const refused = { status: 409, body: { code: "customer_needed", orderIds: [order.orderId] } };
  expect(await erase(id)).toMatchObject(refused);
  // Whatever became of the work: the invoice is not there yet.
  await settleWork(order.id);
  expect(await erase(id)).toMatchObject(refused);
  await issueOrders(api.db, [order.id]);
  expect(await erase(id)).toMatchObject(refused);
  await settleWork(order.id);
  await call(`POST /api/orders/${order.orderId}/cancel`, { reason: "Mistake" });
  expect(await erase(id)).toMatchObject(refused);
  await api.db.updateTable("work_items").set({ state: "done" }).where("order_id", "=", order.id).execute();
  await api.db.updateTable("deliveries").set({ state: "sending" }).where("order_id", "=", order.id).execute();
  expect(await erase(id)).toMatchObject(refused);
  expect((await call(`GET /api/customers/${id}`)).body.name).toBe("Needed");
  await settleWork(order.id);
  expect(await erase(id)).toMatchObject({ status: 200 });
});

test("a failed delivery is no reason to keep the person, and can no longer be retried", async () => {
  const id = await aCustomer(call, { name: "Unreachable", address });
  const productId = await aProduct(call);
  const { body: order } = await call("POST /api/orders", {
    customerId: id,
    items: [{ productId, quantity: 1 }],
  });
  await issueOrders(api.db, [order.id]);
  await settleWork(order.id);
  await api.db.updateTable("deliveries").set({ state: "failed" }).where("order_id", "=", order.id).execute();
  await api.db
    .updateTable("work_items")
    .set({ state: "failed" })
    .where("order_id", "=", order.id)
    .where("delivery_id", "is not", null)
    .execute();
  expect((await erase(id)).status).toBe(200);
  const delivery = await api.db
    .selectFrom("deliveries")
    .innerJoin("work_items", "work_items.delivery_id", "deliveries.id")
    .select(["deliveries.state", "recipient_name", "recipient_email", "work_items.state as work"])
    .where("deliveries.order_id", "=", order.id)
    .executeTakeFirstOrThrow();
  expect(delivery).toEqual({
    state: "cancelled",
    recipient_name: "[erased]",
    recipient_email: "erased@erased.invalid",
    work: "cancelled",
  });
});

test("of an order and an erasure at once, one comes first and no order is left with the person", async () => {
  const productId = await aProduct(call, { stock: 10_000 });
  for (let round = 0; round < 20; round += 1) {
    const name = `Racing ${round} Person`;
    const id = await aCustomer(call, { name });
    const order = () => call("POST /api/orders", { customerId: id, items: [{ productId, quantity: 1 }] });
    const replies = await Promise.all(
      round % 2 ? [erase(id), order(), order()] : [order(), erase(id), order()],
    );
    expect(replies.filter(({ status }) => status >= 500)).toEqual([]);
    const erased = (await call(`GET /api/customers/${id}`)).body.erasedAt !== null;
    const placed = replies.filter(({ status }) => status === 201);
    // Whoever comes second sees what the first did.
    expect(placed.length > 0).toBe(!erased);
    const left = await api.db.selectFrom("orders").select("id").where("customer_name", "=", name).execute();
    expect(left).toHaveLength(placed.length);
  }
});

test("an order placed while its customer is being erased waits and is refused", async () => {
  const productId = await aProduct(call);
  const id = await aCustomer(call, { name: "Half Erased" });
  let order: Promise<Reply> | undefined;
  await api.db.transaction().execute(async (trx) => {
    await lockCustomer(trx, api.clientId, id);
    order = call("POST /api/orders", { customerId: id, items: [{ productId, quantity: 1 }] });
    await waitFor("somebody to wait for a lock", async () => {
      const waiting = await sql`select from pg_locks where not granted`.execute(api.db);
      return waiting.rows.length > 0;
    });
    await redactCustomer(trx, api.clientId, id);
  });
  expect(await order).toMatchObject({ status: 422, body: { code: "customer_erased" } });
  expect(await columnsHolding(["Half Erased"])).toEqual([]);
});

test("an erasure waits for who holds an order of the customer, and sees what they did", async () => {
  const productId = await aProduct(call);
  const id = await aCustomer(call, { name: "Held", address });
  const { body: order } = await call("POST /api/orders", {
    customerId: id,
    items: [{ productId, quantity: 1 }],
  });
  await issueOrders(api.db, [order.id]);
  await settleWork(order.id);
  let erased: Promise<Reply> | undefined;
  await api.db.transaction().execute(async (trx) => {
    await lockOrderToCorrect(trx, api.clientId, order.orderId);
    erased = erase(id);
    await waitFor("somebody to wait for a lock", async () => {
      const waiting = await sql`select from pg_locks where not granted`.execute(api.db);
      return waiting.rows.length > 0;
    });
    const { clientId } = api;
    await requestCreditForCancellation(trx, { clientId, orderId: order.id, reason: "Held", actor: "test" });
  });
  expect(await erased).toMatchObject({ status: 409, body: { code: "customer_needed" } });
});

test("the application role cannot change the audit but for a customer who is marked as erased", async () => {
  const id = await aCustomer(call, { name: "Audited" });
  await withClient(api.database.url, async (application) => {
    await expect(application.query("update audit_events set reason = 'x'")).rejects.toThrow(
      /permission denied/,
    );
    await expect(application.query("delete from audit_events")).rejects.toThrow(/permission denied/);
    await expect(application.query("select erase_customer_from_history($1)", [id])).rejects.toThrow(
      /not marked as erased/,
    );
  });
  const { rows } = await withClient(api.database.superuserUrl, (superuser) =>
    superuser.query<{ owner: string; config: string[]; acl: string }>(
      `select proowner::regrole::text as owner, proconfig as config, proacl::text as acl
       from pg_proc where proname = 'erase_customer_from_history'`,
    ),
  );
  expect(rows).toEqual([
    {
      owner: "billpost_owner",
      config: ["search_path=pg_catalog, pg_temp"],
      acl: "{billpost_owner=X/billpost_owner,billpost_app=X/billpost_owner}",
    },
  ]);
});
