import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import type { PoolClient } from "pg";
import type { Trx } from "./connection.ts";
import { preparedName } from "./prepared.ts";
import type { Database } from "./schema.ts";

/**
 * Kysely on one connection, for a transaction that the caller begins and ends by statements of its own. A
 * statement is sent at once, without waiting for the replies of those before it; the server runs them in the
 * order in which they were called. Kysely's own transaction waits for each. The connection's pool must be one
 * with `pipeline: true`.
 */
export const pipelineOf = async (client: PoolClient): Promise<Trx> => {
  const known = pipelines.get(client);
  if (known) return known;
  const kysely = new Kysely<Database>({ dialect: dialectOver(client) });
  // The first query would set the driver up, and be overtaken by the second.
  await kysely.connection().execute(async () => {});
  // A transaction to those who use it: it runs on one connection, between BEGIN and COMMIT.
  const trx = kysely as unknown as Trx;
  pipelines.set(client, trx);
  return trx;
};

const pipelines = new WeakMap<PoolClient, Trx>();

const dialectOver = (client: PoolClient): Dialect => ({
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => driverOver(client),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
});

const refuse = (what: string) => () => Promise.reject(new Error(`a pipeline ${what}`));

const driverOver = (client: PoolClient): Driver => {
  const connection: DatabaseConnection = {
    executeQuery: async ({ sql, parameters }) => {
      const name = preparedName(sql);
      const result = await client.query({
        ...(name === undefined ? {} : { name }),
        text: sql,
        values: [...parameters],
      });
      // A transaction in which a statement failed ends so, and COMMIT itself raises no error.
      if (sql === "commit" && result.command !== "COMMIT") throw new Error("the transaction was rolled back");
      return { rows: result.rows, numAffectedRows: BigInt(result.rowCount ?? 0) };
    },
    streamQuery: () => {
      throw new Error("a pipeline streams nothing");
    },
  };
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: refuse("is begun and ended by its owner"),
    commitTransaction: refuse("is begun and ended by its owner"),
    rollbackTransaction: refuse("is begun and ended by its owner"),
    destroy: async () => {},
  };
};

/**
 * The answers to statements that were sent together. Throws the error of the first that failed, as they were sent:
 * those after it fail too, because it did, and say nothing of the cause.
 */
export const allAnswered = async <const T extends readonly Promise<unknown>[]>(
  sent: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> => {
  const settled = await Promise.allSettled(sent);
  const failed = settled.find(({ status }) => status === "rejected");
  if (failed) throw (failed as PromiseRejectedResult).reason;
  return Promise.all(sent);
};
