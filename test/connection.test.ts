import fc from "fast-check";
import { createTestDatabase } from "./src/database.ts";
import { expect, test } from "vitest";
import { booleans, numbers, texts } from "@billpost/db/array-literal";
import { createDatabase, createPool, type Pool } from "@billpost/db/connection";
import { databaseTrouble } from "@billpost/db/database-errors";
import { createQueuePool } from "@billpost/db/queue";

const open = async () => {
  const { url, superuserUrl } = await createTestDatabase();
  const settings = { max: 2, applicationName: "test", onIdleError: () => {} };
  return { pool: createPool({ ...settings, url }), admin: createPool({ ...settings, url: superuserUrl }) };
};

test("a connection that is ended in the middle of a transaction fails its next statement, not the process", async () => {
  const { pool, admin } = await open();
  const db = createDatabase(pool);
  const work = db.transaction().execute(async (trx) => {
    await trx.selectFrom("products").select("id").execute();
    const { rowCount } = await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
    );
    expect(rowCount).toBe(1);
    await expect
      .poll(
        async () =>
          (
            await admin.query(
              "select from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()",
            )
          ).rowCount,
      )
      .toBe(0);
    await trx.selectFrom("products").select("id").execute();
  });
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(databaseTrouble(error)).toBe("unavailable");
  expect(await db.selectFrom("products").select("id").execute()).toEqual([]);
  await db.destroy();
  await admin.end();
});

/** Whether a commit waits for the disk, and whether the pool itself asked for that. */
const commitSetting = async (pool: Pool) => {
  const { rows } = await pool.query<{ setting: string; own: boolean }>(
    "select setting, source = 'client' as own from pg_settings where name = 'synchronous_commit'",
  );
  await pool.end();
  return rows;
};

test("the ledger's commits wait for the disk as the server is set to; graphile-worker's own never do", async () => {
  const { url } = await createTestDatabase();
  const settings = { url, max: 1, applicationName: "test", onIdleError: () => {} };
  expect(await commitSetting(createQueuePool(settings))).toEqual([{ setting: "off", own: true }]);
  expect(await commitSetting(createPool(settings))).toMatchObject([{ own: false }]);
});

test("a bigint beyond what a number holds exactly is refused, not rounded", async () => {
  const { pool, admin } = await open();
  expect((await pool.query("select 9007199254740991::bigint as id")).rows).toEqual([
    { id: 9007199254740991 },
  ]);
  await expect(pool.query("select 9007199254740992::bigint as id")).rejects.toThrow(/does not fit/);
  await pool.end();
  await admin.end();
});

test("a transaction that swallowed an error fails at its commit: PostgreSQL itself would only say ROLLBACK", async () => {
  const { pool, admin } = await open();
  const db = createDatabase(pool);
  const work = db.transaction().execute(async (trx) => {
    await trx.insertInto("clients").values({ name: "lost" }).execute();
    await trx
      .insertInto("clients")
      .values({ name: "Not A Name" })
      .execute()
      .catch(() => undefined);
  });
  await expect(work).rejects.toThrow(/abort|rolled? ?back/i);
  expect(await db.selectFrom("clients").select("id").execute()).toEqual([]);
  await db.destroy();
  await admin.end();
});

test("arrays of any text and numbers arrive as they were", async () => {
  const { pool } = await open();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")))),
      fc.array(fc.option(fc.maxSafeInteger())),
      fc.array(fc.boolean()),
      async (someTexts, someNumbers, someBooleans) => {
        const { rows } = await pool.query(
          "select $1::text[] as texts, $2::bigint[]::text[] as numbers, $3::boolean[] as booleans",
          [texts(someTexts), numbers(someNumbers), booleans(someBooleans)],
        );
        expect(rows[0].texts).toEqual(someTexts);
        expect(rows[0].numbers).toEqual(someNumbers.map((value) => (value === null ? null : String(value))));
        expect(rows[0].booleans).toEqual(someBooleans);
      },
    ),
    {
      examples: [
        [
          ["NULL", "", '"', "\\", '\\"', "{}", "a,b", " a ", "\n", "ß€😀", null],
          [0, -1, 2 ** 53 - 1, null],
          [true, false],
        ],
      ],
    },
  );
  await pool.end();
});
