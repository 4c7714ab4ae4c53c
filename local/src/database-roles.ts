import { Client } from "pg";

/** Owns the database and its tables, and runs the migrations. */
export const ownerRole = "billpost_owner";
/** What API and worker connect as: reads and writes rows, owns only graphile-worker's schema. */
export const appRole = "billpost_app";

/** Two programs that prepare one server at once take turns. */
const preparingLock = 7_246_513_002;

/** Runs `work` on one connection, which is closed whatever happens. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: "billpost-setup" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Creates both roles, or gives them this password. Needs a superuser's connection. */
export async function createRoles(superuser: Client, password: string): Promise<void> {
  await superuser.query("select pg_advisory_lock($1)", [preparingLock]);
  try {
    for (const role of [ownerRole, appRole]) {
      const { rowCount } = await superuser.query("select from pg_roles where rolname = $1", [role]);
      if (rowCount === 0) await superuser.query(`create role ${role}`);
      await superuser.query(`alter role ${role} login password ${superuser.escapeLiteral(password)}`);
    }
    // The owner hands graphile-worker's schema to the application, for which it must be a member of it.
    await superuser.query(`grant ${appRole} to ${ownerRole}`);
  } finally {
    await superuser.query("select pg_advisory_unlock($1)", [preparingLock]);
  }
}

/** Creates a database owned by the owner role, empty or as a copy of `template`. */
export async function createOwnedDatabase(
  superuser: Client,
  name: string,
  template = "template0",
): Promise<void> {
  const [database, source] = [superuser.escapeIdentifier(name), superuser.escapeIdentifier(template)];
  await superuser.query(`create database ${database} template ${source} owner ${ownerRole}`);
}

export async function databaseExists(superuser: Client, name: string): Promise<boolean> {
  const { rowCount } = await superuser.query("select from pg_database where datname = $1", [name]);
  return rowCount === 1;
}

/** The address of another database, or another role's, on the server that `url` names. */
export function addressOn(url: string, database: string, login?: { role: string; password: string }): string {
  const address = new URL(url);
  address.pathname = `/${encodeURIComponent(database)}`;
  if (login) {
    address.username = login.role;
    address.password = login.password;
  }
  return address.href;
}
