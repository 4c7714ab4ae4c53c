import { sql } from "kysely";
import type { Db } from "../connection.ts";

/**
 * Removes jobs that were done more than `days` ago, a thousand at a time; answers how many. What is not at a good
 * end stays, however old it is: the database's own function says which (migrations/0072_job_history.sql).
 */
export const pruneJobHistory = async (db: Db, days: number, batch = 1_000): Promise<number> => {
  const { rows } = await sql<{ pruned: number }>`
    select prune_job_history(${days}::int, ${batch}::int) as pruned`.execute(db);
  return rows[0]?.pruned ?? 0;
};
