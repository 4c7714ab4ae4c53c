import { beforeAll, expect, test } from "vitest";
import { anOrder, footprint, startApi, type TestApi } from "./api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

const place = (idempotencyKey: string, body: unknown = anOrder(), key?: string) =>
  api.call("POST", "/api/orders", {
    body,
    headers: { "idempotency-key": idempotencyKey },
    ...(key ? { key } : {}),
  });

test("the same key and body answer the same bytes, and order once", async () => {
  const first = await place("same", { customerId: 1, items: [{ productId: 1, quantity: 1 }] });
  expect(first.status).toBe(201);
  expect(first.headers.get("idempotent-replayed")).toBeNull();
  const before = await footprint(api.db);
  for (const body of [
    { customerId: 1, items: [{ productId: 1, quantity: 1 }] },
    { items: [{ quantity: 1, productId: 1 }], customerId: 1 },
  ]) {
    const again = await place("same", body);
    expect(again.status).toBe(201);
    expect(again.text).toBe(first.text);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
    expect(again.headers.get("idempotent-replayed")).toBe("true");
  }
  expect(await footprint(api.db)).toEqual(before);
});

test("the same key with another body or route is refused", async () => {
  await place("other", anOrder(1));
  expect(await place("other", anOrder(2))).toMatchObject({
    status: 422,
    body: { code: "idempotency_key_reused" },
  });
  const elsewhere = await api.call("POST", "/api/clients", {
    body: { name: "elsewhere" },
    headers: { "idempotency-key": "other" },
  });
  expect(elsewhere).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
});

test("a key belongs to its client", async () => {
  const other = await api.newClient("key-neighbour");
  await place("mine", anOrder(1));
  expect(await place("mine", anOrder(1), other.key)).toMatchObject({
    status: 422,
    body: { code: "unknown_customer" },
  });
});

test("a refused order is judged afresh", async () => {
  const before = await footprint(api.db);
  expect(await place("afresh", anOrder(26, 3))).toMatchObject({ status: 409 });
  expect(await footprint(api.db)).toEqual(before);
  await api.db.updateTable("products").set({ inventory_quantity: 26 }).where("id", "=", 3).execute();
  expect(await place("afresh", anOrder(26, 3))).toMatchObject({ status: 201 });
});

test("50 requests with one key at once make one order", async () => {
  const before = await footprint(api.db);
  const replies = await Promise.all(Array.from({ length: 50 }, () => place("at-once", anOrder(1))));
  const placed = replies.filter(({ status }) => status === 201);
  expect(new Set(placed.map(({ text }) => text)).size).toBe(1);
  for (const { status, body, headers } of replies.filter(({ status }) => status !== 201)) {
    expect({ status, code: body.code }).toEqual({ status: 409, code: "idempotency_key_in_flight" });
    expect(headers.get("retry-after")).toBe("1");
  }
  expect(placed.filter(({ headers }) => headers.get("idempotent-replayed") === null)).toHaveLength(1);
  const after = await footprint(api.db);
  expect(after["orders"]).toBe((before["orders"] ?? 0) + 1);
  expect(after["replies"]).toBe((before["replies"] ?? 0) + 1);
});

test("while a request runs, another with its key is told so at once", async () => {
  await api.db
    .transaction()
    .execute(async (trx) => {
      // Holds the order back at its product.
      await trx.selectFrom("products").select("id").where("id", "=", 2).forUpdate().execute();
      const first = place("slow", anOrder(1, 2));
      await expect
        .poll(() => place("slow", anOrder(1, 2)).then(({ body }) => body.code), { timeout: 5_000 })
        .toBe("idempotency_key_in_flight");
      return { first };
    })
    .then(async ({ first }) => expect(await first).toMatchObject({ status: 201 }));
});

test.each(["", "a b", "ü", "x".repeat(256)])("the key %j is refused", async (key) => {
  const encoded = Buffer.from(key, "utf8").toString("latin1");
  const reply = await place(encoded);
  // An empty header is no header.
  if (key === "") expect([201, 400]).toContain(reply.status);
  else
    expect(reply).toMatchObject({
      status: 400,
      body: { code: "validation_failed", errors: [{ in: "header", pointer: "/idempotency-key" }] },
    });
});

test("a route whose reply holds a secret takes no key", async () => {
  const reply = await api.call("POST", "/api/clients/1/keys", {
    body: { scopes: ["orders:read"] },
    headers: { "idempotency-key": "secret" },
  });
  expect(reply).toMatchObject({ status: 400, body: { code: "idempotency_key_not_allowed" } });
});
