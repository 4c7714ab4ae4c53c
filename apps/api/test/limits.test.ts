import { connect } from "node:net";
import { expect, test } from "vitest";
import { anOrder, developmentKey, startApi, type TestApi } from "./api.ts";

const until = (condition: () => Promise<boolean> | boolean) =>
  expect.poll(condition, { timeout: 10_000, interval: 10 }).toBe(true);

/** Holds the product back until `release` is called, so that orders of it wait. */
const holdProduct = async (api: TestApi, id: number) => {
  const client = await api.pool.connect();
  await client.query("begin");
  await client.query("select from products where id = $1 for update", [id]);
  return async () => {
    await client.query("rollback");
    client.release();
  };
};

test("a key beyond its requests a minute is 429 with Retry-After, and no other key is", async () => {
  const api = await startApi({ environment: { RATE_LIMIT_PER_MINUTE: "5" } });
  const other = await api.keyOf(1);
  for (let request = 1; request <= 5; request += 1)
    expect((await api.call("GET", "/api/orders")).status).toBe(200);
  const reply = await api.call("POST", "/api/orders", { body: anOrder() });
  expect(reply).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  const wait = Number(reply.headers.get("retry-after"));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60);
  expect(reply.body.retryAfterSeconds).toBe(wait);
  expect((await api.call("GET", "/api/orders", { key: other })).status).toBe(200);
  expect((await api.call("GET", "/health", { key: null })).status).toBe(200);
  await api.close();
});

test("an address that guesses keys or paths is 429, while keys that are in use still work", async () => {
  const api = await startApi({ environment: { RATE_LIMIT_ANONYMOUS_PER_MINUTE: "5" } });
  expect((await api.call("GET", "/api/orders")).status).toBe(200);
  for (let guess = 1; guess <= 2; guess += 1) {
    expect((await api.call("GET", "/api/orders", { key: `bp_guess${guess}_secret_secret` })).status).toBe(
      401,
    );
    expect((await api.call("GET", `/admin${guess}`, { key: null })).status).toBe(404);
  }
  expect((await api.call("GET", "/api/orders", { key: null })).status).toBe(401);
  let queries = 0;
  api.pool.on("acquire", () => {
    queries += 1;
  });
  for (const path of ["/api/orders", "/admin"]) {
    const reply = await api.call("GET", path, { key: "bp_guess9_secret_secret" });
    expect(reply).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(queries).toBe(0);
  expect((await api.call("GET", "/api/orders")).status).toBe(200);
  await api.close();
});

const guess = (api: TestApi, from: string) =>
  api.call("GET", "/api/orders", { key: null, headers: { "x-forwarded-for": from } });

test("the address is the caller's only where the proxy in front is believed", async () => {
  const doubting = await startApi({ environment: { RATE_LIMIT_ANONYMOUS_PER_MINUTE: "1" } });
  expect((await guess(doubting, "192.0.2.1")).status).toBe(401);
  expect((await guess(doubting, "192.0.2.2")).status).toBe(429);
  await doubting.close();
  const believing = await startApi({
    environment: { RATE_LIMIT_ANONYMOUS_PER_MINUTE: "1", TRUST_PROXY: "1" },
  });
  expect((await guess(believing, "192.0.2.1")).status).toBe(401);
  expect((await guess(believing, "192.0.2.2")).status).toBe(401);
  // What a client claims itself stands further left than what the proxy saw.
  expect((await guess(believing, "192.0.2.9, 192.0.2.2")).status).toBe(429);
  await believing.close();
});

test("more requests at once than allowed are 503 at once, and nothing of them is done", async () => {
  const api = await startApi({ environment: { MAX_REQUESTS_IN_FLIGHT: "3" } });
  await api.call("GET", "/api/orders");
  const release = await holdProduct(api, 1);
  const waiting = Array.from({ length: 3 }, () => api.call("POST", "/api/orders", { body: anOrder() }));
  await until(async () => {
    const { rows } = await api.pool.query("select from pg_locks where not granted");
    return rows.length > 0;
  });
  await until(async () => (await api.call("GET", "/api/orders")).status === 503);
  const started = Date.now();
  const refused = await api.call("POST", "/api/orders", { body: anOrder() });
  // Waiting for the product would take the 10 seconds of a lock.
  expect(Date.now() - started).toBeLessThan(5_000);
  expect(refused).toMatchObject({ status: 503, body: { code: "overloaded" } });
  expect(refused.headers.get("retry-after")).toBe("1");
  expect((await api.call("GET", "/health", { key: null })).status).toBe(200);
  expect((await api.call("GET", "/ready", { key: null })).status).toBe(200);
  await release();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([201, 201, 201]);
  await until(async () => (await api.call("GET", "/api/orders")).status === 200);
  await api.close();
});

test("a pool without a free connection is 503 rather than a queue without end", async () => {
  // Long enough for a busy machine to make the first connection, which has this limit, too.
  const api = await startApi({
    environment: { DATABASE_POOL_SIZE: "1", DATABASE_CONNECT_TIMEOUT_MS: "2000" },
  });
  await api.call("GET", "/api/orders");
  const client = await api.pool.connect();
  const reply = await api.call("GET", "/api/orders");
  expect(reply).toMatchObject({ status: 503, body: { code: "overloaded" } });
  client.release();
  expect((await api.call("GET", "/api/orders")).status).toBe(200);
  await api.close();
});

test("an order that cannot have its lock in time is 503 and may be tried again", async () => {
  const api = await startApi({ environment: { DATABASE_LOCK_TIMEOUT_MS: "200" } });
  const release = await holdProduct(api, 1);
  const headers = { "idempotency-key": "locked" };
  const reply = await api.call("POST", "/api/orders", { body: anOrder(), headers });
  expect(reply).toMatchObject({ status: 503, body: { code: "overloaded" } });
  await release();
  const again = await api.call("POST", "/api/orders", { body: anOrder(), headers });
  expect(again.status).toBe(201);
  expect(again.headers.get("idempotent-replayed")).toBeNull();
  await api.close();
});

test("an answer that takes too long is 503, and the key settles what became of it", async () => {
  const api = await startApi({ environment: { HANDLER_TIMEOUT_MS: "300" } });
  await api.call("GET", "/api/orders");
  const release = await holdProduct(api, 1);
  const headers = { "idempotency-key": "slow" };
  const reply = await api.call("POST", "/api/orders", { body: anOrder(), headers });
  expect(reply).toMatchObject({ status: 503, body: { code: "request_timed_out" } });
  expect(reply.headers.get("retry-after")).toBe("5");
  await release();
  await until(
    async () =>
      (await api.call("POST", "/api/orders", { body: anOrder(), headers })).headers.get(
        "idempotent-replayed",
      ) === "true",
  );
  expect((await api.db.selectFrom("orders").select("id").execute()).length).toBe(1);
  await api.close();
});

test("after a storm of clients that go away every connection is back in the pool and requests are answered", async () => {
  const api = await startApi({ environment: { DATABASE_POOL_SIZE: "5" } });
  const { port, hostname } = new URL(api.url);
  const body = JSON.stringify(anOrder());
  const storm = Array.from(
    { length: 200 },
    (_, index) =>
      new Promise<void>((resolve) => {
        const socket = connect({ host: hostname, port: Number(port) }, () => {
          socket.write(
            `POST /api/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${developmentKey}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${index % 3 === 0 ? body.slice(0, 10) : body}`,
            () => setTimeout(() => socket.destroy(), index % 20),
          );
        });
        socket.on("close", () => resolve());
        socket.on("error", () => resolve());
      }),
  );
  const aborted = Array.from({ length: 50 }, async (_, index) => {
    await api
      .call("GET", "/api/orders", { signal: AbortSignal.timeout(1 + (index % 15)) })
      .catch(() => undefined);
  });
  await Promise.all([...storm, ...aborted]);
  await until(() => api.pool.waitingCount === 0 && api.pool.idleCount === api.pool.totalCount);
  expect(api.pool.totalCount).toBeLessThanOrEqual(5);
  expect((await api.call("POST", "/api/orders", { body: anOrder(1, 2) })).status).toBe(201);
  const { rows } = await api.pool.query(
    "select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
  );
  expect(rows).toEqual([]);
  await api.close();
});

test("connections have the time-outs that PostgreSQL leaves off", async () => {
  const api = await startApi();
  const { rows } = await api.pool.query(
    "select name, setting::int > 0 as set from pg_settings where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name",
  );
  expect(rows).toEqual([
    { name: "idle_in_transaction_session_timeout", set: true },
    { name: "lock_timeout", set: true },
    { name: "statement_timeout", set: true },
  ]);
  await api.close();
});
