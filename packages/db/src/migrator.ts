import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { runMigrations } from "graphile-worker";
import { Client, Pool } from "pg";

const migrationsFolder = fileURLToPath(new URL("../../../migrations/", import.meta.url));
/** Serialises migrators: two deploys at once run one after the other. */
const migratorLock = 7_246_513_001;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** The migrations this version ships, in order. */
const readMigrations = async (folder = migrationsFolder): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(`${folder}/${name}`, "utf8");
      return { name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
    }),
  );
};

export interface MigrateOptions {
  /** Of the role that owns the tables. */
  readonly url: string;
  /** The role API and worker connect as; absent when they use the owner. It must exist. */
  readonly appRole?: string | undefined;
  readonly log?: (message: string) => void;
}

/**
 * Brings the database to this version: our own migrations, the application role's rights, and
 * graphile-worker's schema. Safe to run at any time and by several at once. Migrations of a newer version
 * are left alone, so that a rollback can run it too. Throws when an applied migration was edited.
 */
export const migrate = async ({ url, appRole, log = () => {} }: MigrateOptions): Promise<string[]> => {
  const client = new Client({ connectionString: url, application_name: "billpost-migrate" });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [migratorLock]);
    const applied = await applyPending(client, await readMigrations(), log);
    if (appRole) await grantRights(client, appRole);
    await migrateGraphileWorker(client, url, appRole);
    return applied;
  } finally {
    await client.end();
  }
};

const applyPending = async (client: Client, migrations: Migration[], log: (message: string) => void) => {
  await client.query(`create table if not exists schema_migrations (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now())`);
  const { rows } = await client.query<{ name: string; sha256: string }>(
    "select name, sha256 from schema_migrations",
  );
  const known = new Map(rows.map((row) => [row.name, row.sha256]));
  const applied: string[] = [];
  for (const { name, sql, sha256 } of migrations) {
    const before = known.get(name);
    if (before === sha256) continue;
    if (before) throw new Error(`migration ${name} was edited after it had been applied`);
    await client.query("begin");
    try {
      await client.query(sql);
      await client.query("insert into schema_migrations (name, sha256) values ($1, $2)", [name, sha256]);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback");
      throw new Error(`migration ${name} failed: ${(error as Error).message}`, { cause: error });
    }
    log(`applied ${name}`);
    applied.push(name);
  }
  return applied;
};

const grantRights = async (client: Client, appRole: string) => {
  const grants = await readFile(`${migrationsFolder}/grants.sql`, "utf8");
  await client.query(grants.replaceAll("$app$", client.escapeIdentifier(appRole)));
};

/**
 * Before it adds jobs, add_jobs looks for running ones of the same keys, and PostgreSQL, which expects to find
 * next to none, does that by reading all jobs: the more wait, the slower each order. By the key it is as fast
 * with a million. Set again after each of graphile-worker's own migrations, which may replace the function.
 */
const addJobsByKey =
  "alter function graphile_worker.add_jobs(graphile_worker.job_spec[], boolean) set enable_seqscan = off";

/**
 * A job leaves two dead rows, and a worker that fetches the next one reads past those that are not cleared away, since they
 * stand first: after 16,000 of 50,000 jobs 120 blocks instead of 5. PostgreSQL would wait for a fifth of all that wait.
 */
const clearJobsOften = `alter table graphile_worker._private_jobs
  set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000)`;

/**
 * graphile-worker's tables have row-level security that only their owner passes, so the application role
 * must own that schema. The right to create it is lent for the length of this call. The migrating role
 * must be a member of the application role.
 */
const migrateGraphileWorker = async (client: Client, url: string, appRole: string | undefined) => {
  const role = appRole && client.escapeIdentifier(appRole);
  const pool = new Pool({
    connectionString: url,
    max: 2,
    application_name: "billpost-migrate",
    ...(appRole ? { options: `-c role=${appRole}` } : {}),
  });
  // A connection that breaks while idle shows at the next query; unheard, its error would end the process.
  pool.on("error", () => {});
  pool.on("connect", (connection) => connection.on("error", () => {}));
  const { rows } = await client.query<{ name: string }>("select quote_ident(current_database()) as name");
  const database = rows[0]?.name ?? "";
  try {
    if (role) await client.query(`grant create on database ${database} to ${role}`);
    await runMigrations({ pgPool: pool });
    await pool.query(addJobsByKey);
    await pool.query(clearJobsOften);
  } finally {
    await pool.end();
    if (role) await client.query(`revoke create on database ${database} from ${role}`);
  }
};

/**
 * The migrations of this version that the database lacks; empty when it is at least this new.
 * Newer ones are no objection: old and new versions run side by side during a deploy.
 */
export const missingMigrations = async (pool: Pool): Promise<string[]> => {
  const migrations = await readMigrations();
  const { rows } = await pool.query<{ name: string }>("select name from schema_migrations");
  const applied = new Set(rows.map((row) => row.name));
  return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
};
