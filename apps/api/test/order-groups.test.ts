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

test("an order that is placed is answered while the group after it waits for a lock", async () => {
  await refill(together);
  const [first, second] = await Promise.all([together.pool.connect(), together.pool.connect()]);
  await first.query("begin");
  await first.query("select from products where id = 2 for update");
  await second.query("begin");
  await second.query("select from products where id = 1 for update");
  const blocked = async (): Promise<string[]> => {
    const { rows } = await together.pool.query(
      "select backend_xid::text as xid from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0",
    );
    return rows.map(({ xid }) => xid);
  };
  const placed = send(together, "answered", { customerId: 1, items: [{ productId: 2, quantity: 1 }] });
  await expect.poll(blocked).toHaveLength(1);
  const waiting = send(together, "waiting", { customerId: 1, items: [{ productId: 1, quantity: 1 }] });
  // It has arrived and waits behind the one that is under way.
  await wait(20);
  const [before] = await blocked();
  await first.query("rollback");
  first.release();
  await expect.poll(blocked).not.toContain(before);
  await expect.poll(blocked).toHaveLength(1);
  const group = await blocked();
  expect((await placed).status).toBe(201);
  // Were it answered only when that group is over, another transaction would be waiting by now.
  expect(await blocked()).toEqual(group);
  await second.query("rollback");
  second.release();
  expect((await waiting).status).toBe(201);
});

test("no order reads a whole table, also where the tables were analysed while they were empty", async () => {
  const fresh = await startApi();
  await fresh.pool.query("analyze");
  const reads = async () => {
    const { rows } = await fresh.pool.query(
      `select relname, seq_scan, n_tup_ins from pg_stat_user_tables
       where relname in ('orders', 'products', 'customers', 'clients', 'work_items') order by relname`,
    );
    return {
      scans: Object.fromEntries(rows.map(({ relname, seq_scan }) => [relname, seq_scan])),
      orders: rows.find(({ relname }) => relname === "orders").n_tup_ins,
    };
  };
  await send(fresh, "first", { customerId: 1, items: [{ productId: 1, quantity: 1 }], externalRef: "first" });
  // What the first one reads is looked up in catalogues, and its statistics come with the next ones.
  const counted = (orders: number) =>
    expect.poll(async () => (await reads()).orders, { timeout: 15_000 }).toBe(orders);
  await counted(1);
  const before = await reads();
  for (let order = 1; order <= 5; order += 1)
    await send(fresh, "again", {
      customerId: 1,
      items: [{ productId: 3, quantity: 1 }],
      externalRef: String(order),
    });
  await counted(6);
  expect((await reads()).scans).toEqual(before.scans);
});
