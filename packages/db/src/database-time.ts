import { sql } from "kysely";
import type { Db } from "./connection.ts";

/** The time by the database's clock, which is everybody's. */
export const databaseNow = async (db: Db): Promise<Date> => {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  if (!rows[0]) throw new Error("the database did not tell the time");
  return rows[0].now;
};
