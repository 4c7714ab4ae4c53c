import type { Pool } from "@billpost/db/connection";
import { beforeAll, expect, test } from "vitest";
import { anOrder, footprint, startApi, type TestApi } from "./api.ts";

/** What stands between the server and its database, and breaks at the statement it is told to. */
class Breaker {
  /** Counts from 1; null: none. */
  breakAt: number | null = null;
  /** `before`: the statement never reaches the database. `after`: it does, and its reply is lost. */
  mode: "before" | "after" = "before";
  /** Which of the statements after that one break too. */
  andAfter: RegExp | null = null;
  statements: string[] = [];

  wrap(pool: Pool): Pool {
    return overlay(pool, { connect: async () => this.#wrapClient(await pool.connect()) });
  }

  #wrapClient<T extends { query: unknown; release: (error?: Error | boolean) => void }>(client: T): T {
    const run = (...args: unknown[]) =>
      (client.query as (...args: unknown[]) => Promise<unknown>).apply(client, args);
    let broken = false;
    const query = async (statement: string | { readonly text: string }, ...rest: unknown[]) => {
      const text = typeof statement === "string" ? statement : statement.text;
      // Keys are looked up again every few seconds, whatever the request does.
      if (text === "rollback" || text.includes('"api_keys"')) return run(statement, ...rest);
      this.statements.push(text);
      const { length } = this.statements;
      const breaks =
        length === this.breakAt || (length > (this.breakAt ?? 0) && this.andAfter?.test(text) === true);
      if (!breaks) return run(statement, ...rest);
      if (this.mode === "after") await run(statement, ...rest);
      broken = true;
      throw new Error("Connection terminated unexpectedly");
    };
    return overlay(client, { query, release: (error?: Error | boolean) => client.release(broken || error) });
  }

  reset(breakAt: number | null = null, mode: "before" | "after" = "before"): void {
    this.breakAt = breakAt;
    this.mode = mode;
    this.andAfter = null;
    this.statements = [];
  }
}

/** An object with some of its members replaced. */
const overlay = <T extends object>(target: T, members: Readonly<Record<string, unknown>>): T =>
  new Proxy(target, {
    get: (_, property) => {
      if (Object.hasOwn(members, property)) return members[property as string];
      const value: unknown = Reflect.get(target, property);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });

let api: TestApi;
const breaker = new Breaker();
beforeAll(async () => {
  api = await startApi({ wrapPool: (pool) => breaker.wrap(pool) });
  // From here on the key is kept, so that the statements of a request are those of the order alone.
  await api.call("GET", "/api/orders");
});

const place = (key: string) =>
  api.call("POST", "/api/orders", {
    body: { ...anOrder(2), externalRef: key, items: [{ productId: 2, quantity: 1 }, ...anOrder(2).items] },
    headers: { "idempotency-key": key },
  });

const addProduct = (key: string) =>
  api.call("POST", "/api/products", {
    body: { sku: key, name: "Widget", unitPrice: 1, stock: 5 },
    headers: { "idempotency-key": key },
  });

test.each([
  ["placing an order", place],
  ["adding a product with stock", addProduct],
])("a failure at any statement of %s leaves nothing behind", async (name, send) => {
  breaker.reset();
  expect(await send(name.replaceAll(" ", "-"))).toMatchObject({ status: 201 });
  const { statements } = breaker;
  expect(statements[0]).toBe("begin");
  expect(statements.at(-1)).toBe("commit");
  expect(statements.length).toBeGreaterThan(6);

  for (let statement = 1; statement <= statements.length; statement += 1) {
    for (const mode of ["before", "after"] as const) {
      // A commit whose reply is lost did happen; that is the next test's.
      if (mode === "after" && statement === statements.length) continue;
      const before = await footprint(api.db);
      breaker.reset(statement, mode);
      const reply = await send(`broken-${statement}-${mode}`);
      expect(reply, `${mode} ${statements[statement - 1]}`).toMatchObject({
        status: 503,
        body: { code: "database_unavailable" },
      });
      expect(reply.headers.get("retry-after")).toBe("5");
      breaker.reset();
      expect(await footprint(api.db), `${mode} ${statements[statement - 1]}`).toEqual(before);
    }
  }
  expect(api.pool.totalCount).toBe(api.pool.idleCount);
});

test("a commit whose reply was lost is settled by asking the database for the transaction's fate", async () => {
  breaker.reset();
  await place("count");
  const commit = breaker.statements.length;
  const before = await footprint(api.db);
  breaker.reset(commit, "after");
  const reply = await place("lost");
  expect(reply.status).toBe(201);
  breaker.reset();
  const retry = await place("lost");
  expect(retry.headers.get("idempotent-replayed")).toBe("true");
  expect(retry.body).toEqual(reply.body);
  const after = await footprint(api.db);
  expect(after["orders"]).toBe((before["orders"] ?? 0) + 1);
  expect((await api.call("GET", `/api/orders/${reply.body.orderId}`)).body).toEqual(reply.body);
});

test("a commit whose reply was lost and whose fate cannot be asked for is 503, and the key settles it", async () => {
  breaker.reset();
  await place("count-again");
  const commit = breaker.statements.length;
  const before = await footprint(api.db);
  breaker.reset(commit, "after");
  breaker.andAfter = /pg_xact_status/;
  expect(await place("unknown")).toMatchObject({ status: 503, body: { code: "database_unavailable" } });
  breaker.reset();
  const retry = await place("unknown");
  expect(retry.status).toBe(201);
  expect(retry.headers.get("idempotent-replayed")).toBe("true");
  expect((await footprint(api.db))["orders"]).toBe((before["orders"] ?? 0) + 1);
});

test("a commit whose fate is unknown is never done again, also without a key", async () => {
  const order = () => api.call("POST", "/api/orders", { body: anOrder(1) });
  breaker.reset();
  await order();
  const commit = breaker.statements.length;
  const before = await footprint(api.db);
  breaker.reset(commit, "after");
  breaker.andAfter = /pg_xact_status/;
  expect(await order()).toMatchObject({ status: 503, body: { code: "database_unavailable" } });
  breaker.reset();
  expect((await footprint(api.db))["orders"]).toBe((before["orders"] ?? 0) + 1);
});
