import { sql } from "kysely";
import type { PoolClient } from "pg";
import type { Db, Pool, Trx } from "./connection.ts";
import { allAnswered, pipelineOf } from "./pipeline.ts";

/** How long a transaction waits for a lock: the connection's own time-out, or briefly, since others wait behind it. */
export type LockPatience = "full" | "short";

const shortLockTimeout = "1s";

/** A transaction of a group of orders. Its statements are sent without waiting for one another. */
export interface GroupTransaction {
  readonly trx: Trx;
  /**
   * The transaction's id, by which its fate can be asked for should the reply to COMMIT be lost. Rejects when
   * the transaction could not be begun: nothing may be written before it has resolved.
   */
  readonly begun: Promise<string>;
  /** Sends COMMIT; resolves when all is durable. Every statement must have been answered. */
  readonly commit: () => Promise<void>;
}

/**
 * Runs a group's transaction. BEGIN travels with the first statements, so `work` waits for `begun` before it
 * writes; it calls `commit` last, and begins nothing more once it has failed. When anything fails the
 * transaction is rolled back; whether COMMIT had been done by then is for `fateOf` to say.
 */
export const inGroup = async <T>(
  pool: Pool,
  patience: LockPatience,
  work: (group: GroupTransaction) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const trx = await pipelineOf(client);
    const begun = begin(trx, patience);
    // It is `work` that hears of it.
    begun.catch(() => {});
    const commit = async () => {
      await sql`commit`.execute(trx);
    };
    try {
      return await work({ trx, begun, commit });
    } catch (error) {
      broken = await rollBack(client);
      throw error;
    }
  } finally {
    client.release(broken);
  }
};

/** Answers the error of a connection that can be of no more use. */
const rollBack = (client: PoolClient): Promise<Error | undefined> =>
  client.query("rollback").then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );

/**
 * Every look-up of a group is by an index. PostgreSQL keeps the plans by which it checks foreign keys, and those
 * made while a table is small read all of it, for each row, until the next automatic analysis: a minute under full
 * load. So such plans are not made here; and the others are made once, since no value would change them.
 */
const begin = async (trx: Trx, patience: LockPatience): Promise<string> => {
  const [, { rows }] = await allAnswered([
    sql`begin`.execute(trx),
    sql<{ id: string }>`/*prepared*/
      select pg_current_xact_id()::text as id, set_config('enable_seqscan', 'off', true),
        set_config('plan_cache_mode', 'force_generic_plan', true),
        case when ${patience === "short"}::boolean then set_config('lock_timeout', ${shortLockTimeout}, true) end`.execute(
      trx,
    ),
  ]);
  return rows[0]?.id ?? "";
};

const askAgainMs = 200;
const asks = 5;

/**
 * What became of a transaction whose COMMIT was sent and not answered. `unknown`: the database cannot be asked,
 * or still works on it; then its work must never be done a second time.
 */
export const fateOf = async (db: Db, transactionId: string): Promise<"committed" | "aborted" | "unknown"> => {
  for (let ask = 1; ask <= asks; ask += 1) {
    const { rows } = await sql<{ status: string | null }>`
      select pg_xact_status(${transactionId}::xid8) as status`
      .execute(db)
      .catch(() => ({ rows: [] }));
    const status = rows[0]?.status;
    if (status === "committed" || status === "aborted") return status;
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
  return "unknown";
};
