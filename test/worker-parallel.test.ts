import type { Db } from "@billpost/db/connection";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { waitForEmptyQueue } from "./src/ledger.ts";
import { many, openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

let database: TestDatabase;
let db: Db;
let s3: FaultyS3;
let ses: FaultySes;
let workers: WorkerProcess[];

beforeEach(async () => {
  database = await createTestDatabase();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  db = openTestDatabase(database.url);
  workers = [];
});

afterEach(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await Promise.all(workers.map((worker) => worker.exited));
  await Promise.all([db.destroy(), s3.stop(), ses.stop()]);
});

const start = async () => {
  const worker = await startWorkerProcess({ databaseUrl: database.url, s3, ses });
  workers.push(worker);
  return worker;
};

/** Every order has one invoice; the numbers are 1 to `count`; no date is earlier than that of a number before. */
const expectGapless = async (count: number): Promise<void> => {
  const invoices = await db
    .selectFrom("invoices")
    .select(["sequence_number as sequence", "order_id as orderId", "issue_date as date"])
    .orderBy("sequence_number")
    .execute();
  expect(invoices.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: count }, (_, index) => index + 1),
  );
  expect(new Set(invoices.map(({ orderId }) => orderId)).size).toBe(count);
  const dates = invoices.map(({ date }) => date);
  expect(dates).toEqual(dates.toSorted());
};

/** Mails by the invoice they bring. */
const mailsByInvoice = (): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { attachments } of ses.taken)
    for (const name of attachments.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

test("two workers on 200 orders: numbers 1 to 200, one object and one email each", async () => {
  await Promise.all([start(), start()]);
  await placeTestOrders(db, many(200));
  await waitFor("every email", () => ses.taken.length >= 200, { timeoutMs: 90_000 });
  await waitForEmptyQueue(db);
  await expectGapless(200);
  const mails = mailsByInvoice();
  expect(mails.size).toBe(200);
  expect([...mails.values()].every((count) => count === 1)).toBe(true);
  expect(s3.created).toHaveLength(200);
  expect(new Set(s3.created).size).toBe(200);
  const attempts = await db.selectFrom("work_items").select(["state", "attempt"]).distinct().execute();
  expect(attempts).toEqual([{ state: "done", attempt: 1 }]);
  // Both worked.
  const pools = await db
    .selectFrom("work_item_events")
    .select("worker_id")
    .distinct()
    .where("stage", "=", "store")
    .execute();
  expect(pools).toHaveLength(2);
}, 120_000);

test("workers that are killed again and again leave no gap, no second document, and no mail uncounted", async () => {
  const count = 120;
  await Promise.all([start(), start()]);
  const placing = (async () => {
    for (let batch = 0; batch < 12; batch += 1) {
      await placeTestOrders(db, many(count / 12));
      await waitFor("some of it", () => ses.taken.length >= batch * 6, { timeoutMs: 60_000 });
    }
  })();
  for (let round = 0; round < 5; round += 1) {
    await waitFor("work to be under way", () => ses.taken.length > round * 15, { timeoutMs: 60_000 });
    workers.at(-2)?.kill("SIGKILL");
    await start();
  }
  await placing;
  await waitFor(
    "every delivery",
    async () => {
      const { left } = await db
        .selectFrom("work_items")
        .select((e) => e.fn.countAll<number>().as("left"))
        .where("state", "!=", "done")
        .executeTakeFirstOrThrow();
      return left === 0;
    },
    { timeoutMs: 90_000 },
  );
  await waitForEmptyQueue(db);
  await expectGapless(count);
  expect(new Set(s3.created).size).toBe(s3.created.length);
  expect(s3.created).toHaveLength(count);
  const deliveries = await db
    .selectFrom("deliveries as d")
    .innerJoin("delivery_documents as dd", "dd.delivery_id", "d.id")
    .innerJoin("invoices as i", "i.id", "dd.invoice_id")
    .select(["i.number", "d.state", "d.resends"])
    .execute();
  expect(deliveries).toHaveLength(count);
  const mails = mailsByInvoice();
  for (const { number, state, resends } of deliveries) {
    const sent = mails.get(`${number}.pdf`) ?? 0;
    expect(state).toBe("sent");
    // More than one only where the ledger says that it was in doubt, and never more than one more.
    expect([number, sent >= 1 && sent <= 1 + resends]).toEqual([number, true]);
  }
}, 180_000);
