import { checkStock } from "@billpost/db/stock";
import { beforeAll, expect, test } from "vitest";
import { anOrder, startApi, type TestApi } from "./api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

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
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => api.call("POST", "/api/orders", { body: anOrder(1, id) })),
  );
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
      api.call("POST", "/api/orders", {
        body: { customerId: 1, items: index % 2 === 0 ? forwards : forwards.toReversed() },
      }),
    ),
  );
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
  expect(await Promise.all([one, two, three].map(stockOf))).toEqual([900, 900, 900]);
  expect((await checkStock(api.db)).mismatches).toEqual([]);
});
