import { texts } from "@billpost/db/array-literal";
import type { Db } from "@billpost/db/connection";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { openTestDatabase } from "./src/test-orders.ts";

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openTestDatabase(database.url);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const awkward = [
  "",
  "NULL",
  " a ",
  '"',
  "\\",
  "\\n",
  "\n\t\r",
  "{a,b}",
  'say "\\"',
  "😀",
  "\u2028",
  "\u007f",
  null,
];

test("texts reach PostgreSQL as they are, whatever stands in them", async () => {
  const character = fc
    .oneof(fc.integer({ min: 1, max: 0xff }), fc.integer({ min: 1, max: 0x10_ff_ff }))
    // The halves of a pair are no characters.
    .filter((code) => code < 0xd8_00 || code > 0xdf_ff)
    .map((code) => String.fromCodePoint(code));
  const drawn = fc.sample(fc.string({ unit: character }), 500);
  const values = [...awkward, ...drawn];
  const { rows } = await sql<{ back: (string | null)[] }>`select ${texts(values)}::text[] as back`.execute(
    db,
  );
  expect(rows[0]?.back).toEqual(values);
});
