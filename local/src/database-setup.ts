import { migrate, missingMigrations } from "@billpost/db/migrator";
import { Pool } from "pg";
import {
  addressOn,
  appRole,
  createDatabase,
  createRoles,
  databaseExists,
  ownerRole,
  withClient,
} from "./database-roles.ts";

export interface PreparedDatabase {
  /** As the application role, for the apps. */
  readonly url: string;
  /** Names of the migrations that this start applied. */
  readonly applied: readonly string[];
}

const databaseName = "billpost";

/** Makes an embedded server ready for the apps: roles, database, migrations. */
export async function prepareDatabase(superuserUrl: string): Promise<PreparedDatabase> {
  // The same random password for all three roles: it protects one folder's server from other users.
  const password = decodeURIComponent(new URL(superuserUrl).password);
  await withClient(superuserUrl, async (superuser) => {
    await createRoles(superuser, password);
    if (!(await databaseExists(superuser, databaseName))) await createDatabase(superuser, databaseName);
  });
  const ownerUrl = addressOn(superuserUrl, databaseName, { role: ownerRole, password });
  const applied = await migrate({ url: ownerUrl, appRole });
  return { url: addressOn(superuserUrl, databaseName, { role: appRole, password }), applied };
}

/**
 * Checks that a database which is not ours can be used as it is; throws with what to do. It is never
 * changed from here: no migration, no sample data, no development key.
 */
export async function checkGivenDatabase(url: string): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 });
  try {
    const missing = await missingMigrations(pool).catch((error: { code?: string }) => {
      if (error.code === "42P01") return ["all of them"]; // no table of migrations yet
      throw error;
    });
    if (missing.length > 0) {
      throw new GivenDatabaseUnusable(
        `The database of DATABASE_URL lacks migrations (${missing.join(", ")}). Run \`pnpm migrate\` first.`,
      );
    }
  } catch (error) {
    if (error instanceof GivenDatabaseUnusable) throw error;
    throw new GivenDatabaseUnusable(
      `The database of DATABASE_URL cannot be used: ${(error as Error).message}`,
    );
  } finally {
    await pool.end();
  }
}

export class GivenDatabaseUnusable extends Error {
  override readonly name = "GivenDatabaseUnusable";
}
