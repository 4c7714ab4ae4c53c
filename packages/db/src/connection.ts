import {
  Kysely,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type Transaction,
} from "kysely";
import { Pool, type PoolClient, type PoolConfig, types } from "pg";
import { preparedName } from "./prepared.ts";
import type { Database } from "./schema.ts";

export type { Pool } from "pg";
/** What a query module is given: a pool, or a transaction, for those that may run in either. */
export type Db = Kysely<Database>;
/** What a query module that takes a lock or belongs to a larger act is given. */
export type Trx = Transaction<Database>;

const int8 = 20;
const date = 1082;

/** BIGINT as a number that is exact, DATE as `YYYY-MM-DD`: here, and nowhere else. */
const parsers = new Map<number, (text: string) => unknown>([
  [
    int8,
    (text) => {
      const value = Number(text);
      if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a number exactly`);
      return value;
    },
  ],
  [date, (text) => text],
]);

const getTypeParser = ((oid: number, format?: "text" | "binary") =>
  (format === "binary" ? undefined : parsers.get(oid)) ??
  types.getTypeParser(oid, format)) as typeof types.getTypeParser;

export interface PoolSettings {
  readonly url: string;
  /** Connections at most. */
  readonly max: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** How long a caller waits for a connection before it gives up, in ms. */
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  /** PostgreSQL's default never ends a transaction that its client forgot. */
  readonly idleInTransactionTimeoutMs?: number;
  readonly onIdleError: (error: Error) => void;
}

/** A pool whose connections have the time-outs that PostgreSQL leaves off. */
export const createPool = (settings: PoolSettings): Pool => {
  const config: PoolConfig & { readonly pipeline: boolean } = {
    connectionString: settings.url,
    max: settings.max,
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.connectTimeoutMs ?? 5_000,
    statement_timeout: settings.statementTimeoutMs ?? 15_000,
    lock_timeout: settings.lockTimeoutMs ?? 10_000,
    idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs ?? 15_000,
    // A half-open connection must not hold a request for ever; a little above the server's own limit.
    query_timeout: (settings.statementTimeoutMs ?? 15_000) + 5_000,
    keepAlive: true,
    // Several statements may be under way on one connection: see `pipelineOf`.
    pipeline: true,
    types: { getTypeParser },
  };
  const pool = new Pool(config);
  pool.on("error", settings.onIdleError);
  // A connection that breaks between two statements of a transaction has no listener of the pool, and would end
  // the process. The next statement on it fails, which is where it is handled.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
};

/** Kysely over a pool. Destroying it ends the pool. */
export const createDatabase = (pool: Pool): Kysely<Database> =>
  new Kysely<Database>({ dialect: new PostgresDialect({ pool: preparing(pool) }) });

/** The pool as Kysely uses it, which itself never prepares a statement. */
const preparing = (pool: Pool): PostgresPool => {
  const known = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    connect: async () => {
      const client = await pool.connect();
      const wrapped = known.get(client) ?? preparingClient(client);
      known.set(client, wrapped);
      return wrapped;
    },
    end: () => pool.end(),
    options: pool.options,
  };
};

/** Without cursors: nothing here streams from the database. */
const preparingClient = (client: PoolClient): PostgresPoolClient => {
  const query = (text: string, values: unknown[]) => {
    const name = preparedName(text);
    return client.query(name === undefined ? { text, values } : { name, text, values });
  };
  return { query, release: (error?: Error) => client.release(error) } as unknown as PostgresPoolClient;
};
