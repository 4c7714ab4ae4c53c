import { loadSampleData } from "@billpost/db/sample-data";
import { withClient } from "@billpost/local/database-roles";
import { beforeAll, expect, test } from "vitest";
import { anOrder, footprint, sample, startApi, type TestApi } from "./api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

const product = async (id: number) =>
  api.db.selectFrom("products").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

test("an order is answered as the first version promised, field for field", async () => {
  const reply = await api.call("POST", "/api/orders", { body: anOrder(2) });
  expect(reply.status).toBe(201);
  expect(reply.headers.get("location")).toBe(`/api/orders/${reply.body.orderId}`);
  expect(reply.headers.get("content-type")).toBe("application/json; charset=utf-8");
  const first = [
    "id",
    "orderId",
    "customerId",
    "customerName",
    "customerEmail",
    "items",
    "subtotal",
    "tax",
    "total",
    "status",
    "createdAt",
  ];
  expect(Object.keys(reply.body).slice(0, first.length)).toEqual(first);
  expect(reply.body).toMatchObject({
    id: 1,
    orderId: `ORD-${new Date().getUTCFullYear()}-000001`,
    customerId: 1,
    customerName: "John Doe",
    customerEmail: "john.doe@example.com",
    subtotal: 39.98,
    tax: 4,
    total: 43.98,
    status: "COMPLETED",
  });
  expect(Object.keys(reply.body.items[0]).slice(0, 5)).toEqual([
    "productId",
    "productName",
    "quantity",
    "unitPrice",
    "totalPrice",
  ]);
  expect(reply.body.items[0]).toMatchObject({
    productId: 1,
    productName: "Widget A",
    quantity: 2,
    unitPrice: 19.99,
    totalPrice: 39.98,
  });
  expect(reply.body.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(Math.abs(Date.parse(reply.body.createdAt) - Date.now())).toBeLessThan(60_000);

  for (const path of ["/orders/", "/api/orders/"]) {
    const read = await api.call("GET", `${path}${reply.body.orderId}`);
    expect(read.status).toBe(200);
    expect(read.body).toEqual(reply.body);
  }
});

test("an order takes the stock, writes its ledger, its audit row and one job, and nothing more", async () => {
  const before = await footprint(api.db);
  const { body } = await api.call("POST", "/api/orders", {
    body: {
      customerId: 1,
      items: [
        { productId: 2, quantity: 3 },
        { productId: 1, quantity: 1 },
        { productId: 2, quantity: 4 },
      ],
    },
  });
  const after = await footprint(api.db);
  expect(after).toEqual({
    ...before,
    orders: before["orders"]! + 1,
    lines: before["lines"]! + 3,
    movements: before["movements"]! + 2,
    workItems: before["workItems"]! + 1,
    audit: before["audit"]! + 1,
    "stock of 1": before["stock of 1"]! - 1,
    "stock of 2": before["stock of 2"]! - 7,
  });
  const ledger = await api.db
    .selectFrom("stock_movements")
    .selectAll()
    .where("order_id", "=", body.id)
    .orderBy("product_id")
    .execute();
  expect(ledger).toMatchObject([
    {
      product_id: 1,
      type: "sale",
      quantity: -1,
      resulting_quantity: after["stock of 1"],
      actor: "key:local",
    },
    {
      product_id: 2,
      type: "sale",
      quantity: -7,
      resulting_quantity: after["stock of 2"],
      actor: "key:local",
    },
  ]);
  const work = await api.db
    .selectFrom("work_items")
    .select(["task", "state", "client_id"])
    .where("order_id", "=", body.id)
    .execute();
  expect(work).toEqual([{ task: "issue-invoice", state: "waiting", client_id: 1 }]);
});

test("a line keeps the name and the price of its time, and products without stock take none", async () => {
  const { id } = await api.db
    .insertInto("products")
    .values({ sku: "SHIP", name: "Shipping", unit_price_minor: 499, currency: "USD", tracks_stock: false })
    .returning("id")
    .executeTakeFirstOrThrow();
  const { body } = await api.call("POST", "/api/orders", { body: anOrder(1_000_000, id) });
  await api.db
    .updateTable("products")
    .set({ name: "Post", unit_price_minor: 1 })
    .where("id", "=", id)
    .execute();
  const read = await api.call("GET", `/api/orders/${body.orderId}`);
  expect(read.body.items[0]).toMatchObject({
    productName: "Shipping",
    unitPrice: 4.99,
    totalPrice: 4_990_000,
  });
  expect((await product(id)).inventory_quantity).toBe(0);
});

test("discounts, a purchase order and a billing address are kept and reckoned with", async () => {
  const { status, body } = await api.call("POST", "/api/orders", {
    body: {
      ...anOrder(10, 3),
      externalRef: "web-1001",
      purchaseOrder: "PO-77",
      discounts: [
        { label: "Ten percent", percent: 10 },
        { label: "Voucher", amount: 5.01 },
      ],
      billingAddress: {
        name: "Doe GmbH",
        vatId: "DE123456789",
        line1: "Weg 1",
        city: "Berlin",
        countryCode: "DE",
      },
    },
  });
  expect(status).toBe(201);
  // 499.90 − 49.99 − 5.01
  expect(body).toMatchObject({
    subtotal: 444.9,
    tax: 44.49,
    total: 489.39,
    rounding: 0,
    externalRef: "web-1001",
    purchaseOrder: "PO-77",
    discounts: [
      { label: "Ten percent", amount: 49.99 },
      { label: "Voucher", amount: 5.01 },
    ],
    taxes: [{ category: "standard", ratePercent: 10, taxable: 444.9, tax: 44.49 }],
    billing: {
      name: "Doe GmbH",
      vatId: "DE123456789",
      address: { line1: "Weg 1", city: "Berlin", countryCode: "DE" },
    },
  });
  expect(body.items[0]).toMatchObject({ totalPrice: 499.9, discount: 55, netPrice: 444.9 });
  const again = await api.call("POST", "/api/orders", { body: { ...anOrder(1), externalRef: "web-1001" } });
  expect(again).toMatchObject({ status: 409, body: { code: "external_ref_taken", orderId: body.orderId } });
});

test("50 orders of one reference at once make one", async () => {
  const replies = await Promise.all(
    Array.from({ length: 50 }, () =>
      api.call("POST", "/api/orders", { body: { ...anOrder(1, 2), externalRef: "web-once" } }),
    ),
  );
  const statuses = replies.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([201, ...Array.from({ length: 49 }, () => 409)]);
  expect(
    replies.filter(({ status }) => status === 409).every(({ body }) => body.code === "external_ref_taken"),
  ).toBe(true);
});

test("prices with tax keep their gross total", async () => {
  const { id } = await api.db
    .insertInto("products")
    .values({
      sku: "GROSS",
      name: "Book",
      unit_price_minor: 9_99,
      currency: "EUR",
      price_includes_tax: true,
      tax_rate_ppm: 70_000,
      tracks_stock: false,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const { body } = await api.call("POST", "/api/orders", { body: anOrder(3, id) });
  expect(body).toMatchObject({ subtotal: 28.01, tax: 1.96, rounding: 0, total: 29.97, currency: "EUR" });
});

const refusals: [string, (ids: { archived: number; euro: number }) => unknown, number, string, string?][] = [
  ["an unknown customer", () => ({ ...anOrder(), customerId: 999 }), 422, "unknown_customer", "/customerId"],
  [
    "an unknown product",
    () => ({
      customerId: 1,
      items: [
        { productId: 1, quantity: 1 },
        { productId: 999, quantity: 1 },
      ],
    }),
    422,
    "unknown_product",
    "/items/1/productId",
  ],
  [
    "an archived product",
    ({ archived }) => anOrder(1, archived),
    422,
    "product_archived",
    "/items/0/productId",
  ],
  [
    "two currencies",
    ({ euro }) => ({
      customerId: 1,
      items: [
        { productId: 1, quantity: 1 },
        { productId: euro, quantity: 1 },
      ],
    }),
    422,
    "currency_mismatch",
  ],
  ["more than there is", () => anOrder(1_000), 409, "insufficient_stock", "/items/0/quantity"],
  [
    "a discount beyond the lines",
    () => ({ ...anOrder(), discounts: [{ label: "x", amount: 20 }] }),
    422,
    "discount_too_large",
    "/discounts",
  ],
  [
    "a discount with too many decimals",
    () => ({ ...anOrder(), discounts: [{ label: "x", amount: 1.001 }] }),
    400,
    "too_many_decimals",
    "/discounts/0/amount",
  ],
  [
    "a discount of both kinds",
    () => ({ ...anOrder(), discounts: [{ label: "x", amount: 1, percent: 1 }] }),
    400,
    "validation_failed",
    "/discounts/0",
  ],
  [
    "a discount of no kind",
    () => ({ ...anOrder(), discounts: [{ label: "x" }] }),
    400,
    "validation_failed",
    "/discounts/0",
  ],
  [
    "a percentage with too many decimals",
    () => ({ ...anOrder(), discounts: [{ label: "x", percent: 1.00001 }] }),
    400,
    "validation_failed",
    "/discounts/0/percent",
  ],
  [
    "a VAT id that cannot be one",
    () => ({ ...anOrder(), billingAddress: { line1: "x", city: "y", countryCode: "DE", vatId: "DE1" } }),
    400,
    "validation_failed",
    "/billingAddress/vatId",
  ],
];

test.each(refusals)("%s is refused, and nothing is written", async (_name, bodyOf, status, code, pointer) => {
  const add = (values: { archived_at?: Date; currency: string }) =>
    api.db
      .insertInto("products")
      .values({ sku: `T${Math.random()}`, name: "T", unit_price_minor: 1, tracks_stock: false, ...values })
      .returning("id")
      .executeTakeFirstOrThrow();
  const [archived, euro] = [
    await add({ archived_at: new Date(), currency: "USD" }),
    await add({ currency: "EUR" }),
  ];
  const before = await footprint(api.db);
  const reply = await api.call("POST", "/api/orders", {
    body: bodyOf({ archived: archived.id, euro: euro.id }),
    headers: { "idempotency-key": `refused-${Math.random()}` },
  });
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  expect(reply.body).toMatchObject({ status, code });
  expect(reply.status).toBe(status);
  if (pointer)
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  expect(await footprint(api.db)).toEqual(before);
});

test("too little stock is answered with available and requested, for each line that lacks it", async () => {
  const { inventory_quantity: available } = await product(1);
  const { body } = await api.call("POST", "/api/orders", {
    body: {
      customerId: 1,
      items: [
        { productId: 1, quantity: available },
        { productId: 1, quantity: 2 },
        { productId: 3, quantity: 26 },
      ],
    },
  });
  expect(body.errors).toMatchObject([
    { pointer: "/items/1/quantity", productId: 1, requested: 2, available: 0 },
    {
      pointer: "/items/2/quantity",
      productId: 3,
      requested: 26,
      available: (await product(3)).inventory_quantity,
    },
  ]);
});

test("a total beyond what is exact is refused", async () => {
  const { id } = await api.db
    .insertInto("products")
    .values({ sku: "YACHT", name: "Yacht", unit_price_minor: 10 ** 12, currency: "USD", tracks_stock: false })
    .returning("id")
    .executeTakeFirstOrThrow();
  for (const quantity of [2, 1_000_000]) {
    const reply = await api.call("POST", "/api/orders", { body: anOrder(quantity, id) });
    expect(reply).toMatchObject({ status: 422, body: { code: "amount_too_large" } });
  }
});

test("what belongs to another client is not found, and cannot be ordered for", async () => {
  const other = await api.newClient("other-shop");
  const mine = await api.call("POST", "/api/orders", { body: anOrder() });
  const read = await api.call("GET", `/api/orders/${mine.body.orderId}`, { key: other.key });
  expect(read).toMatchObject({ status: 404, body: { code: "order_not_found" } });
  const list = await api.call("GET", "/api/orders", { key: other.key });
  expect(list.body).toEqual({ data: [], nextCursor: null });
  const placed = await api.call("POST", "/api/orders", { body: anOrder(), key: other.key });
  expect(placed).toMatchObject({ status: 422, body: { code: "unknown_customer" } });
});

test.each(["1", "ORD-2026-999999", "ORD-2026-000001x", "%00", "%E0%A4%A", "x".repeat(300), "..%2f"])(
  "the order %s is not found, or refused",
  async (name) => {
    const reply = await api.call("GET", `/api/orders/${name}`);
    expect([400, 404, 414]).toContain(reply.status);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    expect(reply.headers.get("x-request-id")).not.toBeNull();
  },
);

test("an order is not sent again while it is as it was", async () => {
  const { body } = await api.call("POST", "/api/orders", { body: anOrder() });
  const path = `/api/orders/${body.orderId}`;
  const first = await api.call("GET", path);
  const tag = first.headers.get("etag") ?? "";
  expect(tag).toMatch(/^"[^"]+"$/);
  for (const header of [tag, `W/${tag}`, `"x", ${tag}`, "*"]) {
    const second = await api.call("GET", path, { headers: { "if-none-match": header } });
    expect(second).toMatchObject({ status: 304, text: "" });
  }
  await api.db.updateTable("orders").set({ status: "CANCELLED" }).where("id", "=", body.id).execute();
  const third = await api.call("GET", path, { headers: { "if-none-match": tag } });
  expect(third).toMatchObject({ status: 200, body: { status: "CANCELLED" } });
});

test("the year of an order's number is that of the business's calendar", async () => {
  const zones = ["Pacific/Kiritimati", "Pacific/Pago_Pago"];
  for (const zone of zones) {
    const { call, close } = await startApi({ environment: { BUSINESS_TIME_ZONE: zone } });
    const { body } = await call("POST", "/api/orders", { body: anOrder() });
    const year = new Intl.DateTimeFormat("en", { timeZone: zone, year: "numeric" }).format(new Date());
    expect(body.orderId).toBe(`ORD-${year}-000001`);
    await close();
  }
});

test("order numbers outgrow their padding", async () => {
  const { db, call, database, close } = await startApi();
  await withClient(database.superuserUrl, (client) => client.query("select setval('order_number', 1999999)"));
  const { body } = await call("POST", "/api/orders", { body: anOrder() });
  expect(body.orderId).toMatch(/^ORD-\d{4}-2000000$/);
  expect((await db.selectFrom("orders").select("order_id").execute()).length).toBe(1);
  await close();
});

test("the sample data is loaded once", async () => {
  expect(sample.stock).toBe(100);
  const before = await footprint(api.db);
  expect(await loadSampleData(api.db, { developmentKey: "bp_local_development_key" })).toBe(false);
  expect(await footprint(api.db)).toEqual(before);
});
