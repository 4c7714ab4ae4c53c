import { randomBytes } from "node:crypto";
import {
  addressOn,
  appRole,
  createOwnedDatabase,
  ownerRole,
  withClient,
} from "@billpost/local/database-roles";
import { inject } from "vitest";

export interface TestDatabase {
  readonly name: string;
  /** As the application role: what API and worker use. */
  readonly url: string;
  /** As the role that owns the tables and runs migrations. */
  readonly ownerUrl: string;
  /** As the superuser, to this database. */
  readonly superuserUrl: string;
  /** Ends every session and removes the database. Whatever is left is removed at the end of the run. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** `false` gives an empty database, for tests of the migrations themselves. Default: true. */
  readonly migrated?: boolean;
}

/** A database of the caller's own, copied from the migrated template in some tens of milliseconds. */
export async function createTestDatabase({
  migrated = true,
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { superuserUrl, password, prefix, template } = inject("testDatabaseServer");
  const name = `${prefix}_${randomBytes(4).toString("hex")}`;
  await withClient(superuserUrl, (superuser) =>
    createOwnedDatabase(superuser, name, migrated ? template : undefined),
  );
  return {
    name,
    url: addressOn(superuserUrl, name, { role: appRole, password }),
    ownerUrl: addressOn(superuserUrl, name, { role: ownerRole, password }),
    superuserUrl: addressOn(superuserUrl, name),
    drop: () =>
      withClient(superuserUrl, async (superuser) => {
        await superuser.query(`drop database if exists ${superuser.escapeIdentifier(name)} with (force)`);
      }),
  };
}
