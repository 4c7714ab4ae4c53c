import type { Db } from "@billpost/db/connection";
import { customersQuery, listCustomers, rareThrees } from "@billpost/db/customers";
import { withClient } from "@billpost/local/database-roles";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { openTestDatabase } from "./src/test-orders.ts";

const customers = 20_000;
let database: TestDatabase;
let db: Db;
let clientId: number;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openTestDatabase(database.url);
  ({ id: clientId } = await db
    .insertInto("clients")
    .values({ name: "search" })
    .returning("id")
    .executeTakeFirstOrThrow());
  await sql`insert into customers (client_id, name, email)
    select ${clientId}::bigint, 'Buyer ' || n, 'Buyer' || n || '@example.com' from generate_series(1, ${customers}::int) as n`.execute(
    db,
  );
  // Also moves what is new from the index's list of things to do into the index.
  await withClient(database.ownerUrl, (owner) => owner.query("vacuum analyze customers"));
}, 60_000);

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const page = { limit: 20 };

/** The most rows that any step of the query's plan looked at, as PostgreSQL tells after having run it. */
const rowsLookedAt = async (text: string): Promise<number> => {
  const threes = await rareThrees(db, text);
  const [row] = await customersQuery(db, clientId, { text }, page, threes).explain<{
    "QUERY PLAN": readonly { readonly Plan: PlanNode }[];
  }>("json", sql`analyze`);
  const counts = (node: PlanNode): number[] => [
    (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"],
    ...(node.Plans ?? []).flatMap(counts),
  ];
  return Math.max(...(row?.["QUERY PLAN"] ?? []).flatMap(({ Plan }) => counts(Plan)));
};

interface PlanNode {
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

test("a customer is looked for by the characters that few have, not by those that all share", async () => {
  const threes = await rareThrees(db, "Buyer777@Example");
  expect(threes).toHaveLength(4);
  expect(threes).toEqual(expect.arrayContaining(["777", "77@", "r77"]));
  const found = await listCustomers(db, clientId, { text: "Buyer777@Example" }, page);
  expect(found.map(({ email }) => email)).toEqual(["Buyer777@example.com"]);
  expect(await rowsLookedAt("Buyer777@Example")).toBeLessThan(100);
});

test("what every customer has is found by reading the first of them", async () => {
  expect(await listCustomers(db, clientId, { text: "@example.com" }, page)).toHaveLength(20);
  expect(await rowsLookedAt("@example.com")).toBeLessThan(100);
});

test("a text that no customer has, or one too short to be looked up by threes, is answered without an error", async () => {
  expect(await listCustomers(db, clientId, { text: "nobody" }, page)).toEqual([]);
  expect(await rowsLookedAt("nobody")).toBeLessThan(100);
  expect(await listCustomers(db, clientId, { text: "r7" }, page)).toHaveLength(20);
  expect(await listCustomers(db, clientId, { text: "😀a" }, page)).toEqual([]);
});
