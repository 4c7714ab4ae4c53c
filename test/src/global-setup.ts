import { randomBytes } from "node:crypto";
import { migrate } from "@billpost/db/migrator";
import {
  addressOn,
  appRole,
  createOwnedDatabase,
  createRoles,
  ownerRole,
  withClient,
} from "@billpost/local/database-roles";
import type { TestProject } from "vitest/node";
import { startTestServer } from "./postgres-server.ts";

/** What each test file needs to know to make databases of its own. */
export interface TestDatabaseServer {
  readonly superuserUrl: string;
  /** Password of both roles, on this server. */
  readonly password: string;
  /** A migrated database that files copy. */
  readonly template: string;
  /** Begins the name of every database of this run. */
  readonly prefix: string;
}

declare module "vitest" {
  interface ProvidedContext {
    testDatabaseServer: TestDatabaseServer;
  }
}

/** Runs once before all tests: one server, one migrated template. What it returns runs after them. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  const { superuserUrl } = server;
  const prefix = `billpost_test_${randomBytes(4).toString("hex")}`;
  const template = `${prefix}_template`;
  // Roles belong to the whole server, which other runs may use at the same time: one known password.
  const password = "billpost-test";

  const tearDown = async () => {
    await dropDatabases(superuserUrl, prefix);
    await server.stop();
  };
  try {
    await withClient(superuserUrl, async (superuser) => {
      await createRoles(superuser, password);
      await createOwnedDatabase(superuser, template);
    });
    await migrate({ url: addressOn(superuserUrl, template, { role: ownerRole, password }), appRole });
  } catch (error) {
    await tearDown();
    throw error;
  }
  console.log(`Database: ${server.description}`);
  project.provide("testDatabaseServer", { superuserUrl, password, template, prefix });
  return tearDown;
}

async function dropDatabases(superuserUrl: string, prefix: string): Promise<void> {
  await withClient(superuserUrl, async (superuser) => {
    const { rows } = await superuser.query<{ datname: string }>(
      "select datname from pg_database where starts_with(datname, $1)",
      [prefix],
    );
    for (const { datname } of rows) {
      await superuser.query(`drop database ${superuser.escapeIdentifier(datname)} with (force)`);
    }
  });
}
