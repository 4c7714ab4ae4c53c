import { beginDueSchedules } from "@billpost/db/schedules";
import { sql } from "kysely";
import { afterAll, expect, test } from "vitest";
import { createTestDatabase } from "./src/database.ts";
import { openTestDatabase } from "./src/test-orders.ts";
import { schedules } from "../apps/worker/src/schedules.ts";

const database = await createTestDatabase();
const db = openTestDatabase(database.url);
afterAll(() => db.destroy());

test("kept replies go after two days, and none before", async () => {
  await sql`insert into clients (name) values ('test')`.execute(db);
  await sql`insert into idempotency_keys (client_id, key, fingerprint, status, body, created_at)
    select 1, 'key-' || hours, '', 201, '{}', now() - make_interval(hours => hours) from unnest(array[0, 23, 47, 49, 100]) as hours`.execute(
    db,
  );
  await schedules.find(({ name }) => name === "expire-idempotency-keys")?.begin({ db, jobHistoryDays: 90 });
  const left = await db.selectFrom("idempotency_keys").select("key").orderBy("created_at", "desc").execute();
  expect(left.map(({ key }) => key)).toEqual(["key-0", "key-23", "key-47"]);
});

test("a schedule is begun once when it is due, by many workers and by the database's clock alone", async () => {
  const names = schedules.map(({ name }) => name).toSorted();
  const begin = async () => {
    const rounds = await Promise.all(Array.from({ length: 8 }, () => beginDueSchedules(db, schedules)));
    return rounds.flat().toSorted();
  };
  const setLastBegun = (minutesAgo: number) =>
    sql`update schedules set last_begun_at = now() - ${minutesAgo} * interval '1 minute'`.execute(db);
  // Known from now on, and due after their intervals.
  expect(await begin()).toEqual([]);
  await setLastBegun(9);
  expect(await begin()).toEqual([]);
  await setLastBegun(61);
  expect(await begin()).toEqual(names);
  expect(await begin()).toEqual([]);
  // The database's clock was set back by a day: they do not wait for it to come round.
  await setLastBegun(-24 * 60);
  expect(await begin()).toEqual(names);
  expect(await begin()).toEqual([]);
  const { rows } = await sql<{ task_identifier: string; due: boolean }>`
    select task_identifier, run_at <= now() as due from graphile_worker.jobs order by 1`.execute(db);
  expect(rows).toEqual(names.map((name) => ({ task_identifier: name, due: true })));
});
