import { withClient } from "@billpost/local/database-roles";
import { expect, test } from "vitest";
import { createTestDatabase } from "./database.ts";

const rows = (url: string, sql: string): Promise<unknown[]> =>
  withClient(url, async (client) => (await client.query(sql)).rows);

test("each test database has the tables and none of another's rows", async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  await rows(one.ownerUrl, "create table only_here as select 1");
  expect(await rows(one.url, "select to_regclass('orders') is not null as found")).toEqual([{ found: true }]);
  expect(await rows(other.url, "select to_regclass('only_here') as found")).toEqual([{ found: null }]);
});

test("the application role is no superuser and owns nothing but graphile-worker's schema", async () => {
  const { url } = await createTestDatabase();
  expect(await rows(url, "select current_user, usesuper from pg_user where usename = current_user")).toEqual([
    { current_user: "billpost_app", usesuper: false },
  ]);
  const owned = "from pg_class where relowner = current_user::regrole and relkind in ('r', 'p', 'S', 'v')";
  expect(await rows(url, `select distinct relnamespace::regnamespace::text as schema ${owned}`)).toEqual([
    { schema: "graphile_worker" },
  ]);
  await expect(rows(url, "create table mine (id int)")).rejects.toThrow(/permission denied/);
  expect(await rows(url, "select count(*)::int as jobs from graphile_worker.jobs")).toEqual([{ jobs: 0 }]);
});

test("an unmigrated test database is empty and can be dropped while in use", async () => {
  const database = await createTestDatabase({ migrated: false });
  expect(await rows(database.url, "select to_regclass('orders') as found")).toEqual([{ found: null }]);
  await withClient(database.superuserUrl, async (client) => {
    client.on("error", () => {}); // dropping ends this session
    await database.drop();
  });
  await expect(rows(database.url, "select 1")).rejects.toThrow(/does not exist/);
});

test("finished jobs are cleared away after a hundredth of all jobs, not after a fifth", async () => {
  const { url } = await createTestDatabase();
  const [table] = await rows(
    url,
    "select reloptions::text as options from pg_class where oid = 'graphile_worker._private_jobs'::regclass",
  );
  expect(table).toMatchObject({ options: expect.stringContaining("autovacuum_vacuum_scale_factor=0.01") });
});
