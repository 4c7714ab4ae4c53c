import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { footprint, startApi, type TestApi } from "./api.ts";

/** Two shops with the same data: one gets the orders all at once, the other one after another. */
let together: TestApi;
let alone: TestApi;
beforeAll(async () => {
  [together, alone] = await Promise.all([startApi(), startApi()]);
});

interface Wish {
  readonly customerId: number;
  readonly items: readonly { readonly productId: number; readonly quantity: number }[];
  readonly externalRef?: string;
  readonly key?: string;
}

/** Scarce stock, a product and a customer that do not exist, references and keys that meet again. */
const anyWish: fc.Arbitrary<Wish> = fc.record(
  {
    customerId: fc.constantFrom(1, 1, 1, 2, 99),
    items: fc.array(
      fc.record({ productId: fc.constantFrom(1, 2, 3, 3, 3, 99), quantity: fc.integer({ min: 1, max: 7 }) }),
      { minLength: 1, maxLength: 3 },
    ),
    externalRef: fc.constantFrom("A", "B", "C"),
    key: fc.constantFrom("k1", "k2", "k3", "k4"),
  },
  { requiredKeys: ["customerId", "items"] },
);

const send = (api: TestApi, run: string, { key, externalRef, ...body }: Wish) =>
  api.call("POST", "/api/orders", {
    body: externalRef === undefined ? body : { ...body, externalRef: `${run}-${externalRef}` },
    ...(key === undefined ? {} : { headers: { "idempotency-key": `${run}-${key}` } }),
  });

/** Holds the products, so that what is sent meanwhile waits; all but the first few form one group. */
const allAtOnce = async (api: TestApi, run: string, wishes: readonly Wish[]) => {
  const holder = await api.pool.connect();
  await holder.query("begin");
  await holder.query("select from products for update");
  // The first transaction under way holds back what comes after it.
  const first = send(api, `${run}-first`, { customerId: 1, items: [{ productId: 1, quantity: 1 }] });
  await expect
    .poll(async () => (await api.pool.query("select from pg_locks where not granted")).rowCount)
    .toBeGreaterThan(0);
  const replies = [];
  for (const wish of wishes) {
    replies.push(send(api, run, wish));
    // Arrival in the order of the list.
    await wait(2);
  }
  await holder.query("rollback");
  holder.release();
  await first;
  return Promise.all(replies);
};

const oneByOne = async (api: TestApi, run: string, wishes: readonly Wish[]) => {
  await send(api, `${run}-first`, { customerId: 1, items: [{ productId: 1, quantity: 1 }] });
  const replies = [];
  for (const wish of wishes) replies.push(await send(api, run, wish));
  return replies;
};

const times = new Set(["createdAt", "updatedAt", "requestId"]);

const withoutTimes = (body: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !times.has(name)));

const refill = async (api: TestApi) => {
  await api.pool.query("update products set inventory_quantity = 25 where id <= 3");
};

/** A key that is in flight is told so, where one after another would be answered with the first's reply. */
const withKeysApart = (wishes: readonly Wish[]): Wish[] => {
  const seen = new Set<string>();
  return wishes.map(({ key, ...wish }) => {
    if (key === undefined || seen.has(key)) return wish;
    seen.add(key);
    return { ...wish, key };
  });
};

test("the outcome of a group is that of the same orders one after another", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyWish, { minLength: 2, maxLength: 12 }).map(withKeysApart),
      async (wishes) => {
        run += 1;
        await Promise.all([refill(together), refill(alone)]);
        const [grouped, single] = await Promise.all([
          allAtOnce(together, `run-${run}`, wishes),
          oneByOne(alone, `run-${run}`, wishes),
        ]);
        const outcome = ({ status, body }: (typeof grouped)[number]) => [status, withoutTimes(body)];
        expect(grouped.map(outcome)).toEqual(single.map(outcome));
        expect(await footprint(together.db)).toEqual(await footprint(alone.db));
      },
    ),
    { numRuns: 25 },
  );
  const { rows } = await together.pool.query(
    "select count(*)::int as orders, count(distinct xmin::text)::int as transactions from orders",
  );
  expect(rows[0].transactions).toBeLessThan(rows[0].orders);
  const ledger =
    "select product_id, type, quantity, resulting_quantity, order_id from stock_movements order by id";
  expect((await together.pool.query(ledger)).rows).toEqual((await alone.pool.query(ledger)).rows);
});

test("a lock that somebody holds on one product holds up the orders of others for a moment only", async () => {
  await refill(together);
  const holder = await together.pool.connect();
  await holder.query("begin");
  await holder.query("select from products where id = 1 for update");
  const held = send(together, "held", { customerId: 1, items: [{ productId: 1, quantity: 1 }] });
  await expect
    .poll(async () => (await together.pool.query("select from pg_locks where not granted")).rowCount)
    .toBeGreaterThan(0);
  const others = await Promise.all(
    [1, 2, 3].map((quantity) =>
      send(together, "free", { customerId: 1, items: [{ productId: 2, quantity }] }),
    ),
  );
  expect(others.map(({ status }) => status)).toEqual([201, 201, 201]);
  await holder.query("rollback");
  holder.release();
  expect((await held).status).toBe(201);
});
