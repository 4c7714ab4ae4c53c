import { sql } from "kysely";
import { afterAll, expect, test } from "vitest";
import { createTestDatabase } from "./src/database.ts";
import { openTestDatabase } from "./src/test-orders.ts";
import { cronItems, schedules } from "../apps/worker/src/schedules.ts";

const database = await createTestDatabase();
const db = openTestDatabase(database.url);
afterAll(() => db.destroy());

test("kept replies go after two days, and none before", async () => {
  await sql`insert into clients (name) values ('test')`.execute(db);
  await sql`insert into idempotency_keys (client_id, key, fingerprint, status, body, created_at)
    select 1, 'key-' || hours, '', 201, '{}', now() - make_interval(hours => hours) from unnest(array[0, 23, 47, 49, 100]) as hours`.execute(
    db,
  );
  await schedules.find(({ name }) => name === "expire-idempotency-keys")?.begin({ db });
  const left = await db.selectFrom("idempotency_keys").select("key").orderBy("created_at", "desc").execute();
  expect(left.map(({ key }) => key)).toEqual(["key-0", "key-23", "key-47"]);
});

test("every schedule can be read by graphile-worker", () => {
  expect(cronItems(schedules).map(({ task }) => task)).toEqual(schedules.map(({ name }) => name));
});
