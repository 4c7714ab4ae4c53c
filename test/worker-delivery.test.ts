import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Db } from "@billpost/db/connection";
import { createTestDatabase } from "./src/database.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

let db: Db;
let s3: FaultyS3;
let ses: FaultySes;
let worker: WorkerProcess;

beforeAll(async () => {
  const database = await createTestDatabase();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  db = openTestDatabase(database.url);
  worker = await startWorkerProcess({ databaseUrl: database.url, s3, ses });
});

afterAll(async () => {
  worker.kill("SIGTERM");
  await worker.exited;
  await Promise.all([db.destroy(), s3.stop(), ses.stop()]);
});

test("an order becomes a numbered invoice, a stored PDF and an email with the very same bytes", async () => {
  const [order] = await placeTestOrders(db, [{}]);
  const mail = await waitFor("the email", () => ses.taken[0]);
  const year = new Date().getUTCFullYear();
  const number = `INV-${year}-000001`;
  const [key] = s3.created;
  const object = s3.objects.get(key ?? "");
  expect(mail.attachments.get(`${number}.pdf`)?.equals(object ?? Buffer.alloc(0))).toBe(true);
  expect(mail.destinations).toEqual(["john.doe@example.com"]);
  const sha256 = createHash("sha256")
    .update(object ?? "")
    .digest("hex");
  expect(key).toBe(`invoices/${year}/${number}/r1-${sha256}.pdf`);
  const work = await waitFor("the ledger", async () => {
    const items = await db.selectFrom("work_items").select(["task", "state"]).orderBy("id").execute();
    return items.every(({ state }) => state === "done") && items;
  });
  expect(work.map(({ task }) => task)).toEqual(["issue-invoice", "deliver-invoice"]);
  expect(order?.orderId).toBe("ORD-2026-000001");
});
