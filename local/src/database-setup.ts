import { createDatabase, createPool } from "@billpost/db/connection";
import { migrate, missingMigrations } from "@billpost/db/migrator";
import { loadSampleData } from "@billpost/db/sample-data";
import { Pool } from "pg";
import {
  addressOn,
  appRole,
  createOwnedDatabase,
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
  /** Whether this was the first start. */
  readonly sampleDataLoaded: boolean;
}

/** A key with every scope that only the embedded database knows. */
export const developmentKey = "bp_local_development_key";

const databaseName = "billpost";

/** Makes an embedded server ready for the apps: roles, database, migrations, and sample data once. */
export async function prepareDatabase(superuserUrl: string): Promise<PreparedDatabase> {
  // The same random password for all three roles: it protects one folder's server from other users.
  const password = decodeURIComponent(new URL(superuserUrl).password);
  await withClient(superuserUrl, async (superuser) => {
    await createRoles(superuser, password);
    if (!(await databaseExists(superuser, databaseName))) await createOwnedDatabase(superuser, databaseName);
  });
  const ownerUrl = addressOn(superuserUrl, databaseName, { role: ownerRole, password });
  const applied = await migrate({ url: ownerUrl, appRole });
  const url = addressOn(superuserUrl, databaseName, { role: appRole, password });
  return { url, applied, sampleDataLoaded: await addSampleData(url) };
}

async function addSampleData(url: string): Promise<boolean> {
  const settings = { url, max: 1, applicationName: "billpost-setup", onIdleError: () => {} };
  const db = createDatabase(createPool(settings));
  try {
    return await loadSampleData(db, { developmentKey });
  } finally {
    await db.destroy();
  }
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
