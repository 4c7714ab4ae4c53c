import { createDatabase, createPool, type Db, type Pool } from "@billpost/db/connection";
import { insertApiKey } from "@billpost/db/api-keys";
import { loadSampleData } from "@billpost/db/sample-data";
import { type Scope, scopeNames } from "@billpost/domain/scopes";
import { createLogger } from "@billpost/runtime/logger";
import { createTestDatabase, type TestDatabase } from "@billpost/test/database";
import { afterAll } from "vitest";
import { type ApiConfig, readApiConfig } from "../src/config.ts";
import type { Services } from "../src/context.ts";
import { type App, buildServer } from "../src/server.ts";

/** John Doe and Widget A of the sample data. */
export const sample = { customerId: 1, productId: 1, stock: 100 } as const;
export const developmentKey = "bp_local_development_key";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The text as it came. */
  readonly text: string;
  // What a route answers is what its test knows.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

interface Call {
  /** JSON, unless it is a string, which is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null: none. Default: the development key, which may do everything. */
  readonly key?: string | null;
  readonly signal?: AbortSignal;
}

export interface TestApi {
  readonly app: App;
  readonly url: string;
  readonly db: Db;
  readonly pool: Pool;
  readonly database: TestDatabase;
  /** A call by real HTTP. */
  readonly call: (method: string, path: string, call?: Call) => Promise<Reply>;
  /** A key of a client, with these scopes; default: all. */
  readonly keyOf: (clientId: number, scopes?: readonly Scope[]) => Promise<string>;
  /** A new client with a key that may do everything but operate. */
  readonly newClient: (name: string) => Promise<{ readonly id: number; readonly key: string }>;
  readonly close: () => Promise<void>;
}

export interface TestApiOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** To stand between the server and its database. */
  readonly wrapPool?: (pool: Pool) => Pool;
  readonly services?: Partial<Services>;
  readonly database?: TestDatabase;
}

/** Limits would only stand in the way of tests that are not about them. */
const environmentOfTests = (url: string): Record<string, string> => ({
  DATABASE_URL: url,
  DATABASE_POOL_SIZE: "10",
  RATE_LIMIT_PER_MINUTE: "0",
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: "0",
  LOG_LEVEL: "silent",
  S3_BUCKET: "billpost",
  S3_ENDPOINT: "http://127.0.0.1:9",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
});

/**
 * The real API with a database of its own and the sample data, listening on a free port; closed after the
 * file's tests.
 */
export const startApi = async (options: TestApiOptions = {}): Promise<TestApi> => {
  const database = options.database ?? (await createTestDatabase());
  const config: ApiConfig = readApiConfig({ ...environmentOfTests(database.url), ...options.environment });
  const pool = createPool({
    url: config.database.url,
    max: config.database.poolSize,
    applicationName: "billpost-api-test",
    connectTimeoutMs: config.database.connectTimeoutMs,
    statementTimeoutMs: config.database.statementTimeoutMs,
    lockTimeoutMs: config.database.lockTimeoutMs,
    onIdleError: () => {},
  });
  const db = createDatabase(pool);
  await loadSampleData(db, { developmentKey });
  const seen = options.wrapPool?.(pool) ?? pool;
  const app = await buildServer({
    db: seen === pool ? db : createDatabase(seen),
    pool: seen,
    config,
    logger: createLogger("api", config.logLevel, false),
    ...options.services,
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    app.server.closeAllConnections();
    await app.close();
    await pool.end();
  };
  afterAll(close);

  const keyOf = async (clientId: number, scopes: readonly Scope[] = scopeNames) =>
    (await db.transaction().execute((trx) => insertApiKey(trx, { clientId, scopes }))).key;
  return {
    app,
    url,
    db,
    pool,
    database,
    call: (method, path, call) => callHttp(url, method, path, call),
    keyOf,
    newClient: async (name) => {
      const { id } = await db
        .insertInto("clients")
        .values({ name })
        .returning("id")
        .executeTakeFirstOrThrow();
      const scopes = scopeNames.filter((scope) => !scope.startsWith("operator"));
      return { id, key: await keyOf(id, scopes) };
    },
    close,
  };
};

const callHttp = async (
  url: string,
  method: string,
  path: string,
  { body, headers = {}, key = developmentKey, signal }: Call = {},
): Promise<Reply> => {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get("content-type") ?? "") && text !== "";
  return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : text };
};

/** An order of one line of the sample data. */
export const anOrder = (quantity = 1, productId: number = sample.productId) => ({
  customerId: sample.customerId,
  items: [{ productId, quantity }],
});

/** How many rows each table has that placing an order writes to, and the stock of each product. */
export const footprint = async (db: Db): Promise<Record<string, number>> => {
  const count = async (
    table: "orders" | "order_items" | "stock_movements" | "work_items" | "idempotency_keys" | "audit_events",
  ) =>
    Number((await db.selectFrom(table).select(db.fn.countAll().as("rows")).executeTakeFirstOrThrow()).rows);
  const products = await db
    .selectFrom("products")
    .select(["id", "inventory_quantity"])
    .orderBy("id")
    .execute();
  return {
    orders: await count("orders"),
    lines: await count("order_items"),
    movements: await count("stock_movements"),
    workItems: await count("work_items"),
    replies: await count("idempotency_keys"),
    audit: await count("audit_events"),
    ...Object.fromEntries(
      products.map(({ id, inventory_quantity }) => [`stock of ${id}`, inventory_quantity]),
    ),
  };
};
