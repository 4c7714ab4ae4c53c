import { checkStock } from "@billpost/db/stock";
import { beforeAll, expect, test } from "vitest";
import { anOrder, startApi, type TestApi } from "./api.ts";

let api: TestApi;
/** Several processes, as it were: one commits its orders in groups, so only among several do they meet. */
let servers: readonly TestApi[];
beforeAll(async () => {
  api = await startApi();
  const { database } = api;
  servers = [api, ...(await Promise.all([1, 2, 3].map(() => startApi({ database }))))];
});

/** Sends a request to one server after the other. */
const place = (index: number, body: unknown, headers: Record<string, string> = {}) =>
  (servers[index % servers.length] ?? api).call("POST", "/api/orders", { body, headers });

const addProduct = async (stock: number): Promise<number> => {
  const { id } = await api.db
    .insertInto("products")
    .values({
      sku: `C${Math.random()}`,
      name: "C",
      unit_price_minor: 100,
      currency: "USD",
      inventory_quantity: stock,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  if (stock > 0)
    await api.db
      .insertInto("stock_movements")
      .values({ product_id: id, type: "receipt", quantity: stock, resulting_quantity: stock, actor: "test" })
      .execute();
  return id;
};

const stockOf = async (id: number): Promise<number> =>
  (
    await api.db
      .selectFrom("products")
      .select("inventory_quantity")
      .where("id", "=", id)
      .executeTakeFirstOrThrow()
  ).inventory_quantity;

test("50 buyers of the last 10 units at once get exactly 10 orders and leave a stock of 0", async () => {
  const id = await addProduct(10);
  const replies = await Promise.all(Array.from({ length: 50 }, (_, index) => place(index, anOrder(1, id))));
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(10);
  const refused = replies.filter(({ status }) => status === 409);
  expect(refused).toHaveLength(40);
  for (const { body } of refused)
    expect(body).toMatchObject({ code: "insufficient_stock", errors: [{ available: 0 }] });
  expect(await stockOf(id)).toBe(0);
  const numbers = replies.flatMap(({ status, body }) => (status === 201 ? [body.orderId as string] : []));
  expect(new Set(numbers).size).toBe(10);
  expect((await checkStock(api.db)).mismatches).toEqual([]);
});

test("orders of the same products in opposite line order at once never deadlock", async () => {
  const [one, two, three] = [await addProduct(1_000), await addProduct(1_000), await addProduct(1_000)];
  const forwards = [one, two, three].map((productId) => ({ productId, quantity: 1 }));
  const replies = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      // Both directions on each server.
      place(index, { customerId: 1, items: index % 8 < 4 ? forwards : forwards.toReversed() }),
    ),
  );
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
  expect(await Promise.all([one, two, three].map(stockOf))).toEqual([900, 900, 900]);
  expect((await checkStock(api.db)).mismatches).toEqual([]);
});

test("50 requests with one key at once, to several servers, make one order", async () => {
  const id = await addProduct(100);
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, index) => place(index, anOrder(1, id), { "idempotency-key": "at-once" })),
  );
  const placed = replies.filter(({ status }) => status === 201);
  expect(new Set(placed.map(({ text }) => text)).size).toBe(1);
  expect(placed.filter(({ headers }) => headers.get("idempotent-replayed") === null)).toHaveLength(1);
  for (const { status, body } of replies.filter(({ status }) => status !== 201))
    expect({ status, code: body.code }).toEqual({ status: 409, code: "idempotency_key_in_flight" });
  expect(await stockOf(id)).toBe(99);
});

test("50 orders of one reference at once, to several servers, make one order", async () => {
  const id = await addProduct(100);
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, index) => place(index, { ...anOrder(1, id), externalRef: "web-once" })),
  );
  const [placed, ...others] = replies.toSorted((a, b) => a.status - b.status);
  expect(placed?.status).toBe(201);
  for (const { status, body } of others)
    expect({ status, code: body.code }).toEqual({ status: 409, code: "external_ref_taken" });
  expect(await stockOf(id)).toBe(99);
});
