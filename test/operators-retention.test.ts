import type { Db } from "@billpost/db/connection";
import { pruneJobHistory } from "@billpost/db/operators/retention";
import {
  findInvoicesWithoutDocument,
  findOrdersWithoutInvoice,
  findStuckDeliveries,
  repairJobsWithoutWork,
  repairWorkWithoutJob,
} from "@billpost/db/reconciliation-checks";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { schedules } from "../apps/worker/src/schedules.ts";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { fillHistory } from "./src/history.ts";
import { aDelivery } from "./src/rows.ts";
import { openTestDatabase } from "./src/test-orders.ts";

const orders = 60;
let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openTestDatabase(database.url);
  await fillHistory(db, orders);
});
afterAll(() => db.destroy());

const finish = (daysAgo: number) =>
  sql`update work_items set finished_at = clock_timestamp() - make_interval(days => ${daysAgo}), created_at = now() - make_interval(days => ${daysAgo})`.execute(
    db,
  );

const left = async () =>
  (await db.selectFrom("work_items").select(["id", "state", "task"]).orderBy("id").execute()).map(
    ({ id, state, task }) => `${id} ${state} ${task}`,
  );

/** What reconciliation would do, and what it would say about jobs. */
const reconcile = async () => {
  const findings = [
    ...(await findOrdersWithoutInvoice(db)),
    ...(await findStuckDeliveries(db)),
    ...(await repairWorkWithoutJob(db)),
    ...(await repairJobsWithoutWork(db, [])),
  ];
  await findInvoicesWithoutDocument(db);
  return findings.filter(({ repaired }) => repaired);
};

test("what is done goes after its time with its history, all else stays, and reconciliation brings nothing back", async () => {
  // A bounce that nobody has looked at, an order that is not numbered although its job says done, a credit note to come.
  const bounced = await aDelivery(db, { state: "bounced" });
  await sql`update orders set invoice_status = 'issued' where id = (select order_id from work_items where id = ${bounced.workItemId})`.execute(
    db,
  );
  const [first, second] = await db
    .selectFrom("orders")
    .select(["id", "client_id"])
    .where("external_ref", "is not", null)
    .orderBy("id", "desc")
    .limit(2)
    .execute();
  await db
    .updateTable("orders")
    .set({ invoice_status: "blocked" })
    .where("id", "=", first?.id ?? 0)
    .execute();
  await db
    .insertInto("credit_requests")
    .values({
      client_id: second?.client_id ?? 0,
      order_id: second?.id ?? 0,
      source: "request",
      reason: "x",
      actor: "test",
      lines: null,
    })
    .execute();
  await reconcile();
  await finish(89);
  const before = await left();
  const schedule = schedules.find(({ name }) => name === "prune-job-history");
  await schedule?.begin({ db, jobHistoryDays: 90 });
  expect(await left()).toEqual(before);
  await finish(91);
  await schedule?.begin({ db, jobHistoryDays: 0 });
  expect(await left()).toEqual(before);
  await schedule?.begin({ db, jobHistoryDays: 90 });
  const kept = await db
    .selectFrom("work_items")
    .select("id")
    .where((e) =>
      e.or([e("order_id", "in", [first?.id ?? 0, second?.id ?? 0]), e("id", "=", bounced.workItemId)]),
    )
    .where("state", "=", "done")
    .execute();
  expect(kept).toHaveLength(5);
  const after = await left();
  const stays = before.filter(
    (job) => !job.includes(" done ") || kept.some(({ id }) => job.startsWith(`${id} `)),
  );
  expect(after).toEqual(stays);
  expect(after.length).toBeGreaterThan(30);
  const orphans =
    await sql`select from work_item_events e where not exists (select from work_items w where w.id = e.work_item_id)`.execute(
      db,
    );
  expect(orphans.rows).toEqual([]);
  expect(await reconcile()).toEqual([]);
  expect(await left()).toEqual(after);
});

test("the application can take away no history but that of what was done long ago", async () => {
  await expect(db.deleteFrom("work_item_events").execute()).rejects.toThrow(/permission denied/);
  await expect(pruneJobHistory(db, 0)).rejects.toThrow(/a day at least/);
});
