import { checkStock } from "@billpost/db/stock";
import { withClient } from "@billpost/local/database-roles";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aProduct, type Call, type Reply, type RunningApi, startApi } from "./src/catalogue-api.ts";

let api: RunningApi;
let call: Call;
beforeAll(async () => {
  api = await startApi({ TAX_RATE_PERCENT: "9.975", DEFAULT_CURRENCY: "EUR" });
  call = api.call;
});
afterAll(() => api.stop());

const statusesOf = (replies: readonly Reply[]): number[] =>
  replies.map(({ status }) => status).toSorted((a, b) => a - b);

const priced = (unitPrice: number, currency: string) =>
  call("POST /api/products", { sku: `P-${currency}-${unitPrice}`, name: "P", unitPrice, currency });

const auditOf = (type: string, id: number) =>
  api.db
    .selectFrom("audit_events")
    .select(["actor", "action", "before", "after"])
    .where("target_type", "=", type)
    .where("target_id", "=", String(id))
    .orderBy("id")
    .execute();

test("a product is answered as it was made, and its stock is the ledger's first receipt", async () => {
  const made = await call("POST /api/products", {
    sku: "WID-A",
    name: "Widget A",
    description: "Fine.\nVery.",
    unitPrice: 19.99,
    currency: "USD",
    priceIncludesTax: true,
    taxCategory: "standard",
    taxRatePercent: 7.125,
    unit: "box",
    stock: 100,
  });
  expect(made.status).toBe(201);
  expect(made.headers.get("location")).toBe(`/api/products/${made.body.id}`);
  expect(made.body).toEqual({
    id: made.body.id,
    sku: "WID-A",
    name: "Widget A",
    description: "Fine.\nVery.",
    unitPrice: 19.99,
    currency: "USD",
    priceIncludesTax: true,
    taxCategory: "standard",
    taxRatePercent: 7.125,
    taxExemptionReason: null,
    unit: "box",
    tracksStock: true,
    stock: 100,
    archived: false,
    version: 1,
    createdAt: expect.stringMatching(/Z$/),
    updatedAt: expect.stringMatching(/Z$/),
  });
  const read = await call(`GET /api/products/${made.body.id}`);
  expect(read.body).toEqual(made.body);
  const ledger = await call(`GET /api/products/${made.body.id}/stock-movements`);
  expect(ledger.body).toEqual({
    data: [
      {
        id: expect.any(Number),
        productId: made.body.id,
        type: "receipt",
        quantity: 100,
        resultingQuantity: 100,
        orderId: null,
        actor: expect.stringMatching(/^key:/),
        note: "",
        createdAt: expect.any(String),
      },
    ],
    nextCursor: null,
  });
  expect(await auditOf("product", made.body.id)).toMatchObject([
    {
      actor: expect.stringMatching(/^key:/),
      action: "product.created",
      before: null,
      after: { sku: "WID-A", stock: 100 },
    },
  ]);
});

test("what is left out is the configured currency and rate, a piece, and no stock", async () => {
  const { body } = await call("POST /api/products", { sku: "PLAIN", name: "Plain", unitPrice: 5 });
  expect(body).toMatchObject({
    currency: "EUR",
    taxRatePercent: 9.975,
    taxCategory: "standard",
    priceIncludesTax: false,
    unit: "piece",
    tracksStock: true,
    stock: 0,
  });
  expect((await call(`GET /api/products/${body.id}/stock-movements`)).body.data).toEqual([]);
});

test("a SKU is one product's: the second is refused and writes nothing, also of two at once", async () => {
  const id = await aProduct(call, { sku: "ONCE" });
  expect(await call("POST /api/products", { sku: "ONCE", name: "B", unitPrice: 1, stock: 5 })).toMatchObject({
    status: 409,
    body: { code: "sku_taken", productId: id },
  });
  const other = await aProduct(call, { sku: "TWICE" });
  expect(await call(`PATCH /api/products/${other}`, { sku: "ONCE" }, { "if-match": "*" })).toMatchObject({
    status: 409,
    body: { code: "sku_taken", productId: id },
  });
  const race = await Promise.all(
    Array.from({ length: 8 }, () =>
      call("POST /api/products", { sku: "RACE", name: "R", unitPrice: 1, stock: 5 }),
    ),
  );
  expect(statusesOf(race)).toEqual([201, ...Array<number>(7).fill(409)]);
  expect(await checkStock(api.db)).toMatchObject({ mismatches: [] });
});

test("a price has no more decimals than its currency, and the answer names the field", async () => {
  expect((await priced(1.001, "USD")).body).toMatchObject({
    status: 400,
    code: "too_many_decimals",
    errors: [{ in: "body", pointer: "/unitPrice" }],
  });
  expect((await priced(1.5, "JPY")).body).toMatchObject({ status: 400, code: "too_many_decimals" });
  expect((await priced(1e-7, "USD")).body).toMatchObject({ status: 400, code: "too_many_decimals" });
  expect((await priced(1, "XXX")).body).toMatchObject({
    status: 400,
    code: "unsupported_currency",
    errors: [{ pointer: "/currency" }],
  });
  expect((await priced(1.001, "KWD")).status).toBe(201);
  expect((await priced(0.1 + 0.2, "KWD")).status).toBe(400);
  expect((await priced(19.99, "USD")).body.unitPrice).toBe(19.99);
});

test("a tax category takes a rate or a reason only where it has one", async () => {
  const taxed = (parts: object) =>
    call("POST /api/products", {
      sku: `T-${JSON.stringify(parts).slice(0, 60)}`,
      name: "T",
      unitPrice: 1,
      ...parts,
    });
  expect((await taxed({ taxCategory: "exempt" })).body).toMatchObject({
    status: 400,
    code: "validation_failed",
    errors: [{ pointer: "/taxExemptionReason", code: "missing" }],
  });
  expect((await taxed({ taxRatePercent: 1.00001 })).body).toMatchObject({
    status: 400,
    errors: [{ pointer: "/taxRatePercent" }],
  });
  expect((await taxed({ taxCategory: "zero", taxRatePercent: 5 })).status).toBe(400);
  expect((await taxed({ taxExemptionReason: "none" })).status).toBe(400);
  const exempt = await taxed({ taxCategory: "exempt", taxExemptionReason: "Art. 132" });
  expect(exempt.body).toMatchObject({ taxRatePercent: 0, taxExemptionReason: "Art. 132" });
  const changed = await call(
    `PATCH /api/products/${exempt.body.id}`,
    { taxCategory: "standard" },
    { "if-match": exempt.headers.get("etag") ?? "" },
  );
  expect(changed.body).toMatchObject({ taxRatePercent: 9.975, taxExemptionReason: null });
});

test("unknown fields, wrong types, control characters and values out of range are 400 and name the field", async () => {
  const bad: [object, string][] = [
    [{ colour: "red" }, "/colour"],
    [{ unitPrice: "19.99" }, "/unitPrice"],
    [{ unitPrice: -1 }, "/unitPrice"],
    [{ unitPrice: 1e13 }, "/unitPrice"],
    [{ stock: 1.5 }, "/stock"],
    [{ stock: -1 }, "/stock"],
    [{ stock: 2 ** 53 }, "/stock"],
    [{ name: "a\u0000b" }, "/name"],
    [{ name: "a\r\nb" }, "/name"],
    [{ name: " " }, "/name"],
    [{ name: "x".repeat(201) }, "/name"],
    [{ taxCategory: "reduced" }, "/taxCategory"],
    [{ tracksStock: false, stock: 1 }, "/stock"],
    [{ id: 1 }, "/id"],
  ];
  for (const [parts, pointer] of bad) {
    const { body } = await call("POST /api/products", { sku: "BAD", name: "B", unitPrice: 1, ...parts });
    expect({
      parts,
      status: body.status,
      pointers: body.errors?.map((e: { pointer: string }) => e.pointer),
    }).toEqual({
      parts,
      status: 400,
      pointers: [pointer],
    });
  }
  expect((await call("GET /api/products?sku=BAD")).body.data).toEqual([]);
});

test("a change needs the ETag last read: absent 428, stale 412; a sale in between is no change", async () => {
  const id = await aProduct(call, { sku: "ETAG" });
  const path = `/api/products/${id}` as const;
  const first = await call(`GET ${path}`);
  const etag = first.headers.get("etag") ?? "";
  expect(await call(`PATCH ${path}`, { name: "B" })).toMatchObject({
    status: 428,
    body: { code: "precondition_required" },
  });
  await call(`POST ${path}/stock-movements`, { type: "receipt", quantity: 1 });
  const changed = await call(`PATCH ${path}`, { name: "B" }, { "if-match": etag });
  expect(changed).toMatchObject({ status: 200, body: { name: "B", version: 2, stock: 101 } });
  expect(await call(`PATCH ${path}`, { name: "C" }, { "if-match": etag })).toMatchObject({
    status: 412,
    body: { code: "precondition_failed" },
  });
  expect((await call(`GET ${path}`)).body.name).toBe("B");
  expect(await auditOf("product", id)).toContainEqual(
    expect.objectContaining({
      action: "product.changed",
      before: { name: "Widget A" },
      after: { name: "B" },
    }),
  );
});

test("of parallel changes with the same ETag one wins", async () => {
  const id = await aProduct(call, { sku: "LOST-UPDATE" });
  const etag = (await call(`GET /api/products/${id}`)).headers.get("etag") ?? "";
  const race = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      call(`PATCH /api/products/${id}`, { name: `N${n}` }, { "if-match": etag }),
    ),
  );
  expect(statusesOf(race)).toEqual([200, ...Array<number>(7).fill(412)]);
});

test("a client that has the present state gets 304 without a body; a movement of stock is a new state", async () => {
  const id = await aProduct(call, { sku: "CACHE" });
  const etag = (await call(`GET /api/products/${id}`)).headers.get("etag") ?? "";
  const again = await call(`GET /api/products/${id}`, undefined, { "if-none-match": etag });
  expect(again).toMatchObject({ status: 304, body: undefined });
  await call(`POST /api/products/${id}/stock-movements`, { type: "adjustment", quantity: -1 });
  const moved = await call(`GET /api/products/${id}`, undefined, { "if-none-match": etag });
  expect(moved).toMatchObject({ status: 200, body: { stock: 99 } });
});

test("a new currency needs a price in it, and stock or its tracking cannot be patched", async () => {
  const id = await aProduct(call, { sku: "PATCH" });
  const patch = (body: object) => call(`PATCH /api/products/${id}`, body, { "if-match": "*" });
  expect((await patch({ currency: "EUR" })).body).toMatchObject({
    status: 400,
    errors: [{ pointer: "/unitPrice" }],
  });
  expect((await patch({ currency: "JPY", unitPrice: 1980 })).body).toMatchObject({ unitPrice: 1980 });
  expect((await patch({ unitPrice: 19.8 })).status).toBe(400);
  expect((await patch({ stock: 5 })).status).toBe(400);
  expect((await patch({ tracksStock: false })).status).toBe(400);
  expect((await patch({})).status).toBe(400);
});

test("an archived product leaves the catalogue and comes back; a second time changes nothing", async () => {
  const id = await aProduct(call, { sku: "ARCHIVE" });
  const archived = await call(`POST /api/products/${id}/archive`);
  expect(archived.body).toMatchObject({ archived: true, version: 2 });
  expect((await call(`POST /api/products/${id}/archive`)).body).toEqual(archived.body);
  expect((await call(`POST /api/products/${id}/unarchive`)).body).toMatchObject({
    archived: false,
    version: 3,
  });
  expect((await auditOf("product", id)).map(({ action }) => action)).toEqual([
    "product.created",
    "product.archived",
    "product.unarchived",
  ]);
});

test("products are listed page by page, each once, and found by SKU, text, archive and low stock", async () => {
  const { call: fresh } = await api.clientWith();
  const ids: number[] = [];
  for (const n of [1, 2, 3, 4, 5])
    ids.push(await aProduct(fresh, { sku: `LIST-${n}`, name: `100%_Listed ${n}`, stock: n }));
  await fresh(`POST /api/products/${ids[1]}/archive`);
  await aProduct(fresh, { sku: "SERVICE", name: "100%_Listed service", tracksStock: false, stock: 0 });

  const seen: number[] = [];
  let cursor = "";
  do {
    const { body } = await fresh(`GET /api/products?q=${encodeURIComponent("100%_listed")}&limit=2${cursor}`);
    expect(body.data.length).toBeLessThanOrEqual(2);
    seen.push(...body.data.map(({ id }: { id: number }) => id));
    cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
  } while (cursor);
  expect(seen).toHaveLength(6);
  expect(seen.slice(0, 5)).toEqual(ids);

  const found = async (query: string) =>
    (await fresh(`GET /api/products?${query}`)).body.data.map(({ sku }: { sku: string }) => sku);
  expect(await found("sku=LIST-3")).toEqual(["LIST-3"]);
  expect(await found("q=listed&archived=true")).toEqual(["LIST-2"]);
  expect(await found("q=LISTED&lowStock=3&archived=false")).toEqual(["LIST-1", "LIST-3"]);
  expect(await found("q=100__listed")).toEqual([]);
  const foreign = (await fresh("GET /api/clients?limit=1")).body.nextCursor;
  expect(await fresh(`GET /api/products?cursor=${foreign}`)).toMatchObject({
    status: 400,
    body: { code: "invalid_cursor" },
  });
  expect((await fresh("GET /api/products?limit=101")).status).toBe(400);
});

test("the catalogue is shared, and who may change it is a matter of scopes", async () => {
  const id = await aProduct(call, { sku: "SHARED" });
  const reader = await api.clientWith(["catalog:read"]);
  expect((await reader.call(`GET /api/products/${id}`)).status).toBe(200);
  expect(await reader.call(`POST /api/products/${id}/archive`)).toMatchObject({
    status: 403,
    body: { code: "scope_missing" },
  });
  expect(await call("GET /api/products/999999")).toMatchObject({
    status: 404,
    body: { code: "product_not_found" },
  });
});

test("stock moves by receipts and adjustments, never below zero, and the ledger says who and why", async () => {
  const id = await aProduct(call, { sku: "MOVE", stock: 5 });
  const move = (type: string, quantity: number, note?: string) =>
    call(`POST /api/products/${id}/stock-movements`, { type, quantity, ...(note ? { note } : {}) });
  expect(await move("receipt", 10, "Delivery 4711")).toMatchObject({
    status: 201,
    body: { type: "receipt", quantity: 10, resultingQuantity: 15, note: "Delivery 4711", orderId: null },
  });
  expect(await move("adjustment", -15)).toMatchObject({ status: 201, body: { resultingQuantity: 0 } });
  expect(await move("adjustment", -1)).toMatchObject({
    status: 409,
    body: { code: "insufficient_stock", errors: [{ productId: id, available: 0, requested: 1 }] },
  });
  expect((await move("receipt", 0)).status).toBe(400);
  expect((await move("receipt", -1)).body).toMatchObject({ status: 400, errors: [{ pointer: "/quantity" }] });
  expect((await move("adjustment", 0)).status).toBe(400);
  expect((await move("sale", 1)).status).toBe(400);
  expect(await move("receipt", 10 ** 12)).toMatchObject({ status: 201 });
  expect(await move("receipt", 1)).toMatchObject({ status: 409, body: { code: "stock_too_large" } });
  const { body } = await call(`GET /api/products/${id}/stock-movements?limit=2`);
  expect(body.data.map(({ quantity }: { quantity: number }) => quantity)).toEqual([5, 10]);
  const next = await call(`GET /api/products/${id}/stock-movements?cursor=${body.nextCursor}`);
  expect(next.body.data.map(({ quantity }: { quantity: number }) => quantity)).toEqual([-15, 10 ** 12]);
  expect((await auditOf("product", id)).filter(({ action }) => action === "stock.moved")).toHaveLength(3);
});

test("a product that tracks no stock has none, and none can be moved", async () => {
  const id = await aProduct(call, { sku: "SHIPPING", tracksStock: false, stock: 0 });
  expect((await call(`GET /api/products/${id}`)).body).toMatchObject({ tracksStock: false, stock: null });
  expect(
    await call(`POST /api/products/${id}/stock-movements`, { type: "receipt", quantity: 1 }),
  ).toMatchObject({
    status: 409,
    body: { code: "stock_not_tracked" },
  });
});

test("50 parallel adjustments and a retried receipt leave a ledger that adds up", async () => {
  const id = await aProduct(call, { sku: "BUSY", stock: 30 });
  const path = `/api/products/${id}/stock-movements` as const;
  const taken = await Promise.all(
    Array.from({ length: 50 }, () => call(`POST ${path}`, { type: "adjustment", quantity: -1 })),
  );
  expect(taken.filter(({ status }) => status === 201)).toHaveLength(30);
  expect(taken.filter(({ status }) => status === 409)).toHaveLength(20);
  const receipts = await Promise.all(
    Array.from({ length: 10 }, () =>
      call(`POST ${path}`, { type: "receipt", quantity: 7 }, { "idempotency-key": "receipt-of-7" }),
    ),
  );
  expect(new Set(receipts.filter(({ status }) => status === 201).map(({ body }) => body.id)).size).toBe(1);
  expect((await call(`GET /api/products/${id}`)).body.stock).toBe(7);
  expect((await checkStock(api.db)).mismatches).toEqual([]);
});

test("a creation retried with its key gives the same product", async () => {
  const body = { sku: "RETRY", name: "Retry", unitPrice: 1, stock: 3 };
  const first = await call("POST /api/products", body, { "idempotency-key": "create-retry" });
  const second = await call("POST /api/products", body, { "idempotency-key": "create-retry" });
  expect(second.body).toEqual(first.body);
  expect(second.headers.get("idempotent-replayed")).toBe("true");
  expect(second.headers.get("etag")).toBe(first.headers.get("etag"));
});

test("the check finds a quantity, a sum or a row that the ledger does not explain", async () => {
  const wrongQuantity = await aProduct(call, { sku: "CHECK-1", stock: 5 });
  const wrongRow = await aProduct(call, { sku: "CHECK-2", stock: 5 });
  const lostRow = await aProduct(call, { sku: "CHECK-3", stock: 5 });
  expect((await checkStock(api.db)).mismatches).toEqual([]);
  // As somebody with all rights who switches the triggers off.
  await withClient(api.database.superuserUrl, (superuser) =>
    superuser.query(`set session_replication_role = replica;
      update products set inventory_quantity = 6 where id = ${wrongQuantity};
      update stock_movements set resulting_quantity = 4 where product_id = ${wrongRow};
      delete from stock_movements where product_id = ${lostRow}`),
  );
  const check = await checkStock(api.db);
  expect(check.mismatches).toEqual([
    {
      productId: wrongQuantity,
      sku: "CHECK-1",
      quantity: 6,
      ledgerSum: 5,
      lastResultingQuantity: 5,
      brokenRows: 0,
    },
    {
      productId: wrongRow,
      sku: "CHECK-2",
      quantity: 5,
      ledgerSum: 5,
      lastResultingQuantity: 4,
      brokenRows: 1,
    },
    {
      productId: lostRow,
      sku: "CHECK-3",
      quantity: 5,
      ledgerSum: 0,
      lastResultingQuantity: null,
      brokenRows: 0,
    },
  ]);
  expect(check.movements).toBeGreaterThan(30);
});
