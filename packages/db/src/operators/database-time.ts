import { sql } from "kysely";
import type { Db } from "../connection.ts";

/** Now, and what comes some minutes later, by the database's clock: the one that all instants are compared with. */
export const databaseTime = async (db: Db, { plusMinutes = 0 } = {}): Promise<Date> => {
  const { rows } = await sql<{ at: Date }>`
    select clock_timestamp() + make_interval(mins => ${plusMinutes}) as at`.execute(db);
  const [row] = rows;
  if (!row) throw new Error("the database told no time");
  return row.at;
};
