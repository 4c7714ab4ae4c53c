import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";

/** How long a transaction waits for a lock: the connection's own time-out, or briefly, since others wait behind it. */
export type LockPatience = "full" | "short";

const shortLockTimeout = "1s";

/**
 * First in the transaction of a group of orders: answers the transaction's id, by which its fate can be asked
 * for should the reply to COMMIT be lost.
 */
export const beginGroup = async (trx: Trx, patience: LockPatience): Promise<string> => {
  const { rows } = await sql<{ id: string }>`
    select pg_current_xact_id()::text as id,
      case when ${patience === "short"}::boolean then set_config('lock_timeout', ${shortLockTimeout}, true) end`.execute(
    trx,
  );
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
