import { randomUUID } from "node:crypto";
import { insertApiKey } from "@billpost/db/api-keys";
import type { Db } from "@billpost/db/connection";
import { loadSampleData } from "@billpost/db/sample-data";
import { scopeNames } from "@billpost/domain/scopes";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ApiProcess, startApiProcess } from "./src/api-process.ts";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { ledgerWhen, readJobs } from "./src/ledger.ts";
import { type ProxyMode, startTcpProxy, type TcpProxy } from "./src/tcp-proxy.ts";
import { openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

// Several processes are started one after the other, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

let database: TestDatabase;
let db: Db;
let s3: FaultyS3;
let ses: FaultySes;
let proxies: TcpProxy[];
let processes: (ApiProcess | WorkerProcess)[];

beforeEach(async () => {
  database = await createTestDatabase();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  db = openTestDatabase(database.url);
  proxies = [];
  processes = [];
});

afterEach(async () => {
  for (const process of processes) process.kill("SIGKILL");
  await Promise.all(processes.map(({ exited }) => exited));
  await Promise.all([db.destroy(), s3.stop(), ses.stop(), ...proxies.map((proxy) => proxy.stop())]);
});

/** A proxy in front of an address, and the address as it is reached through it. */
const through = async (address: string): Promise<[TcpProxy, string]> => {
  const url = new URL(address);
  const proxy = await startTcpProxy({ port: Number(url.port), host: url.hostname });
  proxies.push(proxy);
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  return [proxy, url.href.replace(/\/$/, "")];
};

const startApi = async (databaseUrl: string, extra: Record<string, string> = {}) => {
  const api = await startApiProcess(
    { databaseUrl, s3 },
    {
      // Short, yet long enough for a busy machine that is asked for nothing odd.
      DATABASE_STATEMENT_TIMEOUT_MS: "2500",
      DATABASE_CONNECT_TIMEOUT_MS: "2500",
      HANDLER_TIMEOUT_MS: "4000",
      ...extra,
    },
  );
  processes.push(api);
  return api;
};

const startWorker = async (
  addresses: { readonly databaseUrl?: string; readonly s3?: string; readonly ses?: string },
  extra: Record<string, string> = {},
) => {
  const worker = await startWorkerProcess(
    {
      databaseUrl: addresses.databaseUrl ?? database.url,
      s3: { bucket: s3.bucket, endpoint: addresses.s3 ?? s3.endpoint },
      ses: { endpoint: addresses.ses ?? ses.endpoint },
    },
    extra,
  );
  processes.push(worker);
  return worker;
};

const aKey = async (): Promise<string> => {
  await loadSampleData(db);
  const { key } = await db
    .transaction()
    .execute((trx) => insertApiKey(trx, { clientId: 1, scopes: scopeNames }));
  return key;
};

const placeOrder = async (api: ApiProcess, key: string, idempotencyKey: string) => {
  const response = await fetch(`${api.url}/api/orders`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "idempotency-key": idempotencyKey,
    },
    body: JSON.stringify({ customerId: 1, items: [{ productId: 1, quantity: 1 }] }),
    signal: AbortSignal.timeout(20_000),
  });
  return {
    status: response.status,
    replayed: response.headers.get("idempotent-replayed"),
    retryAfter: response.headers.get("retry-after"),
    body: (await response.json()) as { readonly orderId?: string; readonly code?: string },
  };
};

/** Whether a reply came at all. */
const answered = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    () => false,
  );

const countOrders = async () => {
  const { rows } = await sql<{ orders: number; stock: number; jobs: number }>`
    select (select count(*) from orders) as orders, (select count(*) from work_items) as jobs,
      (select inventory_quantity from products where id = 1) as stock`.execute(db);
  return rows[0];
};

test("an API killed before COMMIT leaves nothing, and a retry places the order", async () => {
  const [proxy, databaseUrl] = await through(database.url);
  const key = await aKey();
  const api = await startApi(databaseUrl);
  const reached = Promise.withResolvers<void>();
  proxy.inspect((direction, chunk) => {
    if (direction !== "to_target" || !/^.{5}commit/is.test(chunk.toString("latin1"))) return "pass";
    reached.resolve();
    return "hold";
  });
  const name = randomUUID();
  const answer = answered(placeOrder(api, key, name));
  await reached.promise;
  proxy.inspect(undefined);
  api.kill("SIGKILL");
  expect(await answer).toBe(false);
  proxy.cut();
  await waitFor("the session to end", async () => {
    const { rows } = await sql<{ busy: number }>`select count(*) as busy from pg_stat_activity
      where datname = current_database() and application_name = 'billpost-api'`.execute(db);
    return rows[0]?.busy === 0;
  });
  expect(await countOrders()).toEqual({ orders: 0, jobs: 0, stock: 100 });
  const next = await startApi(databaseUrl);
  expect(await placeOrder(next, key, name)).toMatchObject({ status: 201, replayed: null });
  expect(await countOrders()).toEqual({ orders: 1, jobs: 1, stock: 99 });
});

test("an API killed after COMMIT and before the reply has placed the order, and a retry gets the same one", async () => {
  const [proxy, databaseUrl] = await through(database.url);
  const key = await aKey();
  const api = await startApi(databaseUrl);
  proxy.inspect((direction, chunk) =>
    direction === "to_caller" && chunk.toString("latin1").includes("COMMIT\0") ? "hold" : "pass",
  );
  const name = randomUUID();
  const answer = answered(placeOrder(api, key, name));
  const { order_id } = await waitFor("the order", () =>
    db.selectFrom("orders").select("order_id").executeTakeFirst(),
  );
  proxy.inspect(undefined);
  api.kill("SIGKILL");
  expect(await answer).toBe(false);
  const next = await startApi(databaseUrl);
  expect(await placeOrder(next, key, name)).toMatchObject({
    status: 201,
    replayed: "true",
    body: { orderId: order_id },
  });
  expect(await countOrders()).toEqual({ orders: 1, jobs: 1, stock: 99 });
});

test.each<ProxyMode>([{ kind: "stalled" }, { kind: "trickle" }, { kind: "refused" }])(
  "with the database $kind the API answers 503 in time, stays alive, and recovers by itself",
  async (mode) => {
    const [proxy, databaseUrl] = await through(database.url);
    const key = await aKey();
    const api = await startApi(databaseUrl);
    expect((await placeOrder(api, key, randomUUID())).status).toBe(201);
    proxy.set(mode);
    if (mode.kind === "refused") proxy.cut();
    const name = randomUUID();
    const started = performance.now();
    const answer = await placeOrder(api, key, name);
    expect(answer).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect((await fetch(`${api.url}/health`)).status).toBe(200);
    expect((await fetch(`${api.url}/ready`)).status).toBe(503);
    proxy.set({ kind: "normal" });
    const recovered = await waitFor("the order", async () => {
      const retry = await placeOrder(api, key, name);
      return retry.status === 201 && retry;
    });
    expect(recovered.body.orderId).toBeDefined();
    expect(await countOrders()).toEqual({ orders: 2, jobs: 2, stock: 98 });
    expect((await fetch(`${api.url}/ready`)).status).toBe(200);
  },
  120_000,
);

test("a slow network slows the API and breaks nothing", async () => {
  const [proxy, databaseUrl] = await through(database.url);
  const key = await aKey();
  const api = await startApi(databaseUrl);
  proxy.set({ kind: "latency", ms: 20 });
  const answers = await Promise.all(Array.from({ length: 5 }, () => placeOrder(api, key, randomUUID())));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
  expect(await countOrders()).toEqual({ orders: 5, jobs: 5, stock: 95 });
});

test("a worker cut off from the database ends with an error before another takes its work over, and all is done once", async () => {
  const [proxy, databaseUrl] = await through(database.url);
  const cutOff = await startWorker({ databaseUrl }, { S3_TIMEOUT_MS: "60000" });
  s3.next("PUT", "hold");
  const [order] = await placeTestOrders(db, [{}]);
  await waitFor("the put", () => s3.held === 1);
  await startWorker({});
  proxy.set({ kind: "stalled" });
  const took = performance.now();
  const { code } = await cutOff.exited;
  expect(code).toBe(1);
  expect(performance.now() - took).toBeLessThan(15_000);
  await ledgerWhen(db, order?.id ?? 0, ["sent"]);
  expect(s3.created).toHaveLength(1);
  expect(ses.taken).toHaveLength(1);
  expect(await readJobs(db)).toMatchObject({ locked: 0 });
}, 120_000);

test.each<ProxyMode>([{ kind: "stalled" }, { kind: "trickle" }])(
  "with S3 $kind the call ends in time, and the order is finished when the network is",
  async (mode) => {
    const [proxy, endpoint] = await through(s3.endpoint);
    await startWorker({ s3: endpoint }, { S3_TIMEOUT_MS: "1000" });
    proxy.set(mode);
    const [order] = await placeTestOrders(db, [{}]);
    await waitFor("a failed attempt", async () => {
      const failed = await db
        .selectFrom("work_item_events")
        .select("error_class")
        .where("stage", "=", "store")
        .where("event", "=", "failed")
        .executeTakeFirst();
      return failed?.error_class === "retryable";
    });
    proxy.set({ kind: "normal" });
    await ledgerWhen(db, order?.id ?? 0, ["sent"]);
    expect(s3.created).toHaveLength(1);
    expect(ses.taken).toHaveLength(1);
  },
  120_000,
);

test.each<ProxyMode>([{ kind: "stalled" }, { kind: "trickle" }])(
  "with SES $kind the call ends in time and is in doubt; at most one more message follows",
  async (mode) => {
    const [proxy, endpoint] = await through(ses.endpoint);
    await startWorker({ ses: endpoint }, { SES_TIMEOUT_MS: "1000" });
    proxy.set(mode);
    const [order] = await placeTestOrders(db, [{}]);
    await ledgerWhen(db, order?.id ?? 0, ["ambiguous"]);
    proxy.set({ kind: "normal" });
    const { deliveries } = await ledgerWhen(db, order?.id ?? 0, ["sent"]);
    expect(deliveries[0]?.resends).toBe(1);
    expect(ses.taken.length).toBeGreaterThanOrEqual(1);
    expect(ses.taken.length).toBeLessThanOrEqual(2);
  },
  120_000,
);
