import { createDatabase, createPool, type Db } from "@billpost/db/connection";
import { readCliConfig } from "./config.ts";

/** Who the audit says it was. */
export const actor = "cli";

/** Runs a command's work on DATABASE_URL and closes the connection whatever happens. */
export const withDatabase = async <T>(work: (db: Db) => Promise<T>): Promise<T> => {
  const pool = createPool({
    url: readCliConfig().databaseUrl,
    max: 2,
    applicationName: "billpost-cli",
    onIdleError: () => {}, // shows at the next query
  });
  const db = createDatabase(pool);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
};
