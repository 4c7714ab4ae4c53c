import { randomUUID } from "node:crypto";
import { insertApiKey } from "@billpost/db/api-keys";
import { createDatabase, createPool, type Db } from "@billpost/db/connection";
import { scopeNames, type Scope } from "@billpost/domain/scopes";
import { createLogger } from "@billpost/runtime/logger";
import { readApiConfig } from "../../apps/api/src/config.ts";
import { buildServer } from "../../apps/api/src/server.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";

/** A running API on a database of its own. */
export interface RunningApi {
  readonly origin: string;
  readonly db: Db;
  readonly database: TestDatabase;
  /** Calls as a client of its own with every scope. */
  readonly call: Call;
  readonly clientId: number;
  /** A further client with a key of these scopes (absent: all). */
  clientWith(scopes?: readonly Scope[]): Promise<{ readonly call: Call; readonly clientId: number }>;
  stop(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Any JSON: a test states what it expects of it. */
  readonly body: Body;
}

// oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it asserts
type Body = any;

/** `call("POST /api/products", body, headers)` */
export type Call = (
  request: `${"GET" | "POST" | "PATCH" | "PUT" | "DELETE"} /${string}`,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Reply>;

const callAs =
  (origin: string, key: string): Call =>
  async (request, body, headers = {}) => {
    const [method = "GET", path = "/"] = request.split(" ");
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  };

/** Starts the API with settings of the test's choice over those that every test needs. */
export const startApi = async (settings: Readonly<Record<string, string>> = {}): Promise<RunningApi> => {
  const database = await createTestDatabase();
  const pool = createPool({
    url: database.url,
    max: 10,
    applicationName: "billpost-test",
    onIdleError: () => {},
  });
  const db = createDatabase(pool);
  const config = readApiConfig({
    DATABASE_URL: database.url,
    S3_BUCKET: "invoices",
    LOG_LEVEL: "silent",
    RATE_LIMIT_PER_MINUTE: "0",
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: "0",
    ...settings,
  });
  const app = await buildServer({ db, pool, config, logger: createLogger("api", config.logLevel, false) });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const origin = app.listeningOrigin;
  const clientWith = async (scopes: readonly Scope[] = scopeNames) => {
    const { id: clientId } = await db
      .insertInto("clients")
      .values({ name: `client-${randomUUID()}` })
      .returning("id")
      .executeTakeFirstOrThrow();
    const { key } = await db.transaction().execute((trx) => insertApiKey(trx, { clientId, scopes }));
    return { clientId, call: callAs(origin, key) };
  };
  const { call, clientId } = await clientWith();
  return {
    origin,
    db,
    database,
    call,
    clientId,
    clientWith,
    stop: async () => {
      await app.close();
      await db.destroy();
      await database.drop();
    },
  };
};

/** A product with stock; answers its id. */
export const aProduct = async (
  call: Call,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<number> => {
  const { status, body } = await call("POST /api/products", {
    sku: randomUUID(),
    name: "Widget A",
    unitPrice: 19.99,
    currency: "USD",
    stock: 100,
    ...changes,
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id as number;
};

/** A customer; answers its id. */
export const aCustomer = async (
  call: Call,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<number> => {
  const { status, body } = await call("POST /api/customers", {
    name: "John Doe",
    email: "john.doe@example.com",
    ...changes,
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id as number;
};
