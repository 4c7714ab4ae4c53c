import { sql } from "kysely";
import { Pool } from "pg";
import type { Db } from "./connection.ts";

/**
 * The pool that graphile-worker itself uses: types as `pg` gives them, which it counts on, and no statement
 * time-out on the connection that listens. It needs a direct connection: pgbouncer in transaction mode breaks LISTEN.
 *
 * Its commits do not wait for the disk. They lock a job or take away one that is done, and decide nothing: should
 * the database crash and forget one, the job is fetched again, and the ledger says what is left to do. What follows a lock
 * in the ledger is written to disk together with it, since the log has an order.
 */
export const createQueuePool = (settings: {
  readonly url: string;
  readonly max: number;
  readonly applicationName: string;
  readonly onIdleError: (error: Error) => void;
}): Pool => {
  const pool = new Pool({
    connectionString: settings.url,
    max: settings.max,
    application_name: settings.applicationName,
    connectionTimeoutMillis: 5_000,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
    options: "-c synchronous_commit=off",
  });
  pool.on("error", settings.onIdleError);
  // graphile-worker wants an ear on every connection; without one a broken connection would end the process.
  pool.on("connect", (client) => client.on("error", settings.onIdleError));
  return pool;
};

/** How many jobs are locked by a pool: none are left after a stop that lost nothing. */
export const countLockedJobs = async (db: Db, poolId: string): Promise<number> => {
  const { rows } = await sql<{ locked: number }>`
    select count(*) as locked from graphile_worker.jobs where locked_by = ${poolId}`.execute(db);
  return rows[0]?.locked ?? 0;
};

/** Throws when the database does not know the zone, which would otherwise show at the first invoice. */
export const checkTimeZone = async (db: Db, timeZone: string): Promise<void> => {
  await sql`select now() at time zone ${timeZone}`.execute(db);
};
