import { lockProduct } from "@billpost/db/products";
import { checkStock } from "@billpost/db/stock";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  aCustomer,
  aProduct,
  type Call,
  type Reply,
  type RunningApi,
  startApi,
} from "./src/catalogue-api.ts";
import { creditNow, issueOrders } from "./src/invoicing/factory.ts";

let api: RunningApi;
let call: Call;
let customerId: number;
beforeAll(async () => {
  api = await startApi();
  call = api.call;
  customerId = await aCustomer(call, {
    address: { line1: "1 Main Street", city: "Springfield", countryCode: "US" },
  });
});
afterAll(() => api.stop());

interface Placed {
  readonly id: number;
  readonly orderId: string;
}

const place = async (items: { productId: number; quantity: number }[]): Promise<Placed> => {
  const { status, body } = await call("POST /api/orders", { customerId, items });
  expect(status).toBe(201);
  return body;
};

const stockOf = async (productId: number): Promise<number> =>
  (await call(`GET /api/products/${productId}`)).body.stock;

const cancel = (orderId: string, reason = "Ordered by mistake") =>
  call(`POST /api/orders/${orderId}/cancel`, { reason });

const returnOf = (orderId: string, lines: object[], restock = true) =>
  call(`POST /api/orders/${orderId}/returns`, { lines, restock, reason: "Too small" });

const workOf = (order: Placed) =>
  api.db
    .selectFrom("work_items")
    .select(["task", "state"])
    .where("order_id", "=", order.id)
    .where("task", "!=", "deliver-invoice")
    .orderBy("id")
    .execute();

const creditRequestsOf = (order: Placed) =>
  api.db
    .selectFrom("credit_requests")
    .select(["id", "source", "state", "lines", "reason"])
    .where("order_id", "=", order.id)
    .orderBy("id")
    .execute();

const rowOf = (order: Placed) =>
  api.db
    .selectFrom("orders")
    .select(["status", "invoice_status", "version", "updated_at"])
    .where("id", "=", order.id)
    .executeTakeFirstOrThrow();

const auditOf = (order: Placed) =>
  api.db
    .selectFrom("audit_events")
    .select(["actor", "action", "reason", "before", "after"])
    .where("target_type", "=", "order")
    .where("target_id", "=", order.orderId)
    .where("action", "!=", "order.placed")
    .orderBy("id")
    .execute();

test("cancelling puts the goods back through the ledger, once for each product, and says who and why", async () => {
  const [a, b] = [await aProduct(call), await aProduct(call, { stock: 5 })];
  const shipping = await aProduct(call, { tracksStock: false, stock: 0 });
  const order = await place([
    { productId: a, quantity: 2 },
    { productId: b, quantity: 5 },
    { productId: a, quantity: 3 },
    { productId: shipping, quantity: 1 },
  ]);
  const before = await rowOf(order);
  const cancelled = await cancel(order.orderId);
  expect(cancelled).toMatchObject({
    status: 200,
    body: {
      orderId: order.orderId,
      status: "CANCELLED",
      invoiceStatus: "not_required",
      cancelledAt: expect.any(String),
    },
  });
  expect((await call(`GET /api/orders/${order.orderId}`)).body).toEqual(cancelled.body);
  expect([await stockOf(a), await stockOf(b)]).toEqual([100, 5]);
  const ledger = (await call(`GET /api/products/${a}/stock-movements`)).body.data;
  expect(ledger.slice(1)).toMatchObject([
    { type: "sale", quantity: -5, resultingQuantity: 95, orderId: order.orderId },
    {
      type: "cancellation",
      quantity: 5,
      resultingQuantity: 100,
      orderId: order.orderId,
      actor: expect.stringMatching(/^key:/),
    },
  ]);
  expect((await call(`GET /api/products/${shipping}/stock-movements`)).body.data).toEqual([]);
  const after = await rowOf(order);
  expect(after.version).toBe(before.version + 1);
  expect(after.updated_at.getTime()).toBeGreaterThan(before.updated_at.getTime());
  expect(await auditOf(order)).toEqual([
    {
      actor: expect.stringMatching(/^key:/),
      action: "order.cancelled",
      reason: "Ordered by mistake",
      before: { status: "COMPLETED", invoiceStatus: "pending" },
      after: { status: "CANCELLED", invoiceStatus: "not_required" },
    },
  ]);
});

test("an order is cancelled once: the second time, and of many at once all but one, are 409", async () => {
  const productId = await aProduct(call, { stock: 10 });
  const order = await place([{ productId, quantity: 10 }]);
  const race = await Promise.all(Array.from({ length: 10 }, () => cancel(order.orderId)));
  expect(race.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    200,
    ...Array<number>(9).fill(409),
  ]);
  expect((await cancel(order.orderId)).body.code).toBe("order_already_cancelled");
  expect(await returnOf(order.orderId, [{ lineNumber: 1, quantity: 1 }])).toMatchObject({
    status: 409,
    body: { code: "order_already_cancelled" },
  });
  expect(await stockOf(productId)).toBe(10);
});

test("cancelled before numbering there is no invoice: its work is cancelled, and numbering passes it over", async () => {
  const productId = await aProduct(call);
  const order = await place([{ productId, quantity: 2 }]);
  await returnOf(order.orderId, [{ lineNumber: 1, quantity: 1 }]);
  expect(await creditRequestsOf(order)).toMatchObject([{ source: "return", state: "pending" }]);
  await cancel(order.orderId);
  expect(await workOf(order)).toEqual([{ task: "issue-invoice", state: "cancelled" }]);
  expect(await creditRequestsOf(order)).toMatchObject([{ state: "nothing_to_credit" }]);
  await expect(issueOrders(api.db, [order.id])).rejects.toThrow(/not_needed/);
  expect((await call(`GET /api/orders/${order.orderId}`)).body.invoices).toEqual([]);
  expect(await stockOf(productId)).toBe(100);
});

test("cancelled after numbering, what was not yet credited is asked to be", async () => {
  const productId = await aProduct(call);
  const order = await place([{ productId, quantity: 3 }]);
  await issueOrders(api.db, [order.id]);
  await returnOf(order.orderId, [{ productId, quantity: 1 }]);
  expect(await cancel(order.orderId, "Out of time")).toMatchObject({
    body: { status: "CANCELLED", invoiceStatus: "issued" },
  });
  const requests = await creditRequestsOf(order);
  expect(requests).toMatchObject([
    { source: "return", lines: [{ lineNumber: 1, quantity: 1 }], reason: "Too small" },
    { source: "cancellation", lines: null, reason: "Out of time" },
  ]);
  expect((await workOf(order)).map(({ task, state }) => `${task} ${state}`)).toEqual([
    "issue-invoice waiting",
    "issue-credit-note waiting",
    "issue-credit-note waiting",
  ]);
  for (const { id } of requests) await creditNow(api.db, order.id, id);
  expect((await call(`GET /api/orders/${order.orderId}`)).body.invoices).toMatchObject([
    { kind: "invoice", state: "credited" },
    { kind: "credit_note" },
    { kind: "credit_note" },
  ]);
  expect(await stockOf(productId)).toBe(100);
});

test("of cancelling and numbering at once one comes first, and the other sees it", async () => {
  const productId = await aProduct(call, { stock: 1000 });
  for (let round = 0; round < 15; round += 1) {
    const order = await place([{ productId, quantity: 1 }]);
    const issuing = () => issueOrders(api.db, [order.id]).catch(() => []);
    await Promise.all(round % 2 ? [issuing(), cancel(order.orderId)] : [cancel(order.orderId), issuing()]);
    const { invoiceStatus, invoices } = (await call(`GET /api/orders/${order.orderId}`)).body;
    const requests = await creditRequestsOf(order);
    expect({ invoiceStatus, invoices: invoices.length, requests: requests.length }).toEqual(
      invoiceStatus === "issued"
        ? { invoiceStatus, invoices: 1, requests: 1 }
        : { invoiceStatus: "not_required", invoices: 0, requests: 0 },
    );
  }
  expect(await stockOf(productId)).toBe(1000);
});

test("goods come back by line or by product, into stock only if asked", async () => {
  const productId = await aProduct(call);
  const order = await place([
    { productId, quantity: 2 },
    { productId, quantity: 3 },
  ]);
  const first = await returnOf(order.orderId, [{ productId, quantity: 3 }]);
  expect(first).toMatchObject({
    status: 201,
    body: {
      id: expect.any(Number),
      orderId: order.orderId,
      lines: [
        { lineNumber: 1, productId, quantity: 2 },
        { lineNumber: 2, productId, quantity: 1 },
      ],
      restocked: true,
      reason: "Too small",
    },
  });
  expect(await stockOf(productId)).toBe(98);
  expect(await returnOf(order.orderId, [{ lineNumber: 2, quantity: 1 }], false)).toMatchObject({
    status: 201,
  });
  expect(await stockOf(productId)).toBe(98);
  const read = await call(`GET /api/orders/${order.orderId}`);
  expect(read.body.items.map((line: { returnedQuantity: number }) => line.returnedQuantity)).toEqual([2, 2]);
  expect((await rowOf(order)).version).toBe(3);
  expect(await auditOf(order)).toMatchObject([
    { action: "order.returned", reason: "Too small", after: { returnId: first.body.id, restocked: true } },
    {
      action: "order.returned",
      before: { returned: [{ lineNumber: 2, quantity: 1 }] },
      after: { restocked: false, returned: [{ lineNumber: 2, quantity: 2 }] },
    },
  ]);
  // What came back does not come back once more when the rest is cancelled.
  await cancel(order.orderId);
  expect(await stockOf(productId)).toBe(99);
});

test("more than was bought and has not come back is 409, unknown lines are 422, and nothing is written", async () => {
  const productId = await aProduct(call);
  const order = await place([{ productId, quantity: 2 }]);
  await returnOf(order.orderId, [{ lineNumber: 1, quantity: 1 }]);
  expect(await returnOf(order.orderId, [{ lineNumber: 1, quantity: 2 }])).toMatchObject({
    status: 409,
    body: {
      code: "more_than_bought",
      errors: [{ pointer: "/lines/0/quantity", productId, requested: 2, available: 1 }],
    },
  });
  expect(
    await returnOf(order.orderId, [
      { lineNumber: 1, quantity: 1 },
      { productId, quantity: 1 },
    ]),
  ).toMatchObject({ status: 409, body: { errors: [{ pointer: "/lines/1/quantity", available: 0 }] } });
  expect(await returnOf(order.orderId, [{ lineNumber: 7, quantity: 1 }])).toMatchObject({
    status: 422,
    body: { code: "unknown_order_line", errors: [{ pointer: "/lines/0" }] },
  });
  const malformed = [
    { quantity: 1 },
    { lineNumber: 1, productId, quantity: 1 },
    { lineNumber: 1, quantity: 0 },
  ];
  for (const line of malformed) expect((await returnOf(order.orderId, [line])).status).toBe(400);
  expect((await returnOf(order.orderId, [])).status).toBe(400);
  expect((await call(`POST /api/orders/${order.orderId}/cancel`, {})).status).toBe(400);
  expect((await call(`POST /api/orders/${order.orderId}/cancel`, { reason: "a\nb" })).status).toBe(400);
  expect(await stockOf(productId)).toBe(99);
  expect(await auditOf(order)).toHaveLength(1);
});

test("parallel returns never take back more than was bought", async () => {
  const productId = await aProduct(call, { stock: 10 });
  const order = await place([{ productId, quantity: 10 }]);
  const race = await Promise.all(
    Array.from({ length: 20 }, () => returnOf(order.orderId, [{ lineNumber: 1, quantity: 1 }])),
  );
  expect(race.filter(({ status }) => status === 201)).toHaveLength(10);
  expect(race.filter(({ status }) => status === 409)).toHaveLength(10);
  expect(await stockOf(productId)).toBe(10);
});

test("returned before numbering: the invoice is of everything, then comes the credit note", async () => {
  const productId = await aProduct(call);
  const order = await place([{ productId, quantity: 2 }]);
  await returnOf(order.orderId, [{ lineNumber: 1, quantity: 2 }]);
  expect((await workOf(order)).map(({ task }) => task)).toEqual(["issue-invoice"]);
  await issueOrders(api.db, [order.id]);
  expect((await workOf(order)).map(({ task }) => task)).toEqual(["issue-invoice", "issue-credit-note"]);
  const [request] = await creditRequestsOf(order);
  expect(await creditNow(api.db, order.id, request?.id ?? 0)).toMatchObject({ outcome: "issued" });
});

test("a retried cancellation or return with its key is done once and answered the same", async () => {
  const productId = await aProduct(call);
  const order = await place([{ productId, quantity: 5 }]);
  const body = { lines: [{ lineNumber: 1, quantity: 1 }], restock: true, reason: "Twice" };
  const path = `/api/orders/${order.orderId}` as const;
  const returns = await Promise.all(
    Array.from({ length: 8 }, () =>
      call(`POST ${path}/returns`, body, { "idempotency-key": `r-${order.orderId}` }),
    ),
  );
  expect(
    returns.every(({ status, body: reply }) => status === 201 || reply.code === "idempotency_key_in_flight"),
  ).toBe(true);
  const replay = await call(`POST ${path}/returns`, body, { "idempotency-key": `r-${order.orderId}` });
  expect(replay.headers.get("idempotent-replayed")).toBe("true");
  expect(await stockOf(productId)).toBe(96);
  const key = { "idempotency-key": `c-${order.orderId}` };
  const first = await call(`POST ${path}/cancel`, { reason: "Twice" }, key);
  const second = await call(`POST ${path}/cancel`, { reason: "Twice" }, key);
  expect(second).toMatchObject({ status: 200, body: first.body });
  expect(await stockOf(productId)).toBe(100);
});

test("another client's order is 404 to cancel, to return and to look at, and so is a numeric id", async () => {
  const productId = await aProduct(call);
  const order = await place([{ productId, quantity: 1 }]);
  const other = await api.clientWith();
  const path = `/api/orders/${order.orderId}` as const;
  const notThere = { status: 404, body: { code: "order_not_found" } };
  expect(await other.call(`POST ${path}/cancel`, { reason: "x" })).toMatchObject(notThere);
  const lines = [{ lineNumber: 1, quantity: 1 }];
  expect(await other.call(`POST ${path}/returns`, { lines, restock: true, reason: "x" })).toMatchObject(
    notThere,
  );
  expect(await other.call(`GET ${path}/timeline`)).toMatchObject(notThere);
  expect(await call(`POST /api/orders/${order.id}/cancel`, { reason: "x" })).toMatchObject(notThere);
  const ledger = await other.call(`GET /api/products/${productId}/stock-movements`);
  expect(ledger.body.data).toMatchObject([{ type: "receipt" }, { type: "sale", orderId: null }]);
  const reader = await api.clientWith(["orders:read"]);
  expect((await reader.call(`POST ${path}/cancel`, { reason: "x" })).body.code).toBe("scope_missing");
});

test("the timeline tells what happened in order, page by page", async () => {
  const productId = await aProduct(call);
  const order = await place([{ productId, quantity: 2 }]);
  const [invoice] = await issueOrders(api.db, [order.id]);
  await returnOf(order.orderId, [{ lineNumber: 1, quantity: 1 }]);
  await cancel(order.orderId, "Jane called");
  const whole = (await call(`GET /api/orders/${order.orderId}/timeline`)).body;
  expect(whole).toEqual({
    data: [
      { type: "order.placed", occurredAt: expect.any(String), data: {} },
      {
        type: "invoice.issued",
        occurredAt: expect.any(String),
        data: expect.objectContaining({ number: invoice?.number }),
      },
      {
        type: "order.returned",
        occurredAt: expect.any(String),
        data: expect.objectContaining({ restocked: true, lines: [{ lineNumber: 1, quantity: 1 }] }),
      },
      {
        type: "order.cancelled",
        occurredAt: expect.any(String),
        data: { actor: expect.stringMatching(/^key:/) },
      },
    ],
    nextCursor: null,
  });
  expect(JSON.stringify(whole)).not.toContain("Jane");
  const pages = [];
  let cursor = "";
  do {
    const { body } = await call(`GET /api/orders/${order.orderId}/timeline?limit=1${cursor}`);
    pages.push(...body.data);
    cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
  } while (cursor);
  expect(pages).toEqual(whole.data);
});

test("orders of the same products in opposite order are cancelled and returned at once without a deadlock", async () => {
  const [a, b] = [await aProduct(call, { stock: 1000 }), await aProduct(call, { stock: 1000 })];
  const both = [
    { productId: a, quantity: 2 },
    { productId: b, quantity: 2 },
  ];
  for (let round = 0; round < 4; round += 1) {
    const orders = await Promise.all(
      Array.from({ length: 10 }, (_, n) => place(n % 2 ? both : both.toReversed())),
    );
    const returned = await Promise.all(
      orders.map(({ orderId }, n) =>
        returnOf(
          orderId,
          n % 2
            ? [
                { lineNumber: 1, quantity: 1 },
                { lineNumber: 2, quantity: 1 },
              ]
            : [
                { productId: b, quantity: 1 },
                { productId: a, quantity: 1 },
              ],
        ),
      ),
    );
    const cancelled = await Promise.all(orders.map(({ orderId }) => cancel(orderId)));
    expect(new Set(returned.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(cancelled.map(({ status }) => status))).toEqual(new Set([200]));
  }
  expect([await stockOf(a), await stockOf(b)]).toEqual([1000, 1000]);
});

test("products are locked by id, whatever the order of the lines: who waits for one holds no later one", async () => {
  const [a, b] = [await aProduct(call), await aProduct(call)];
  const order = await place([
    { productId: b, quantity: 1 },
    { productId: a, quantity: 1 },
  ]);
  let cancelled: Promise<Reply> | undefined;
  await api.db.transaction().execute(async (trx) => {
    await lockProduct(trx, a);
    cancelled = cancel(order.orderId);
    await vi.waitFor(async () => {
      const waiting = await sql`select from pg_locks where not granted`.execute(api.db);
      expect(waiting.rows).not.toEqual([]);
    });
    await sql`select from products where id = ${b} for update nowait`.execute(trx);
  });
  expect((await cancelled)?.status).toBe(200);
});

test("whatever the tests above did, the ledger explains every product's stock", async () => {
  expect((await checkStock(api.db)).mismatches).toEqual([]);
});
