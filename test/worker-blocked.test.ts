import { expect, test, vi } from "vitest";
import { createTestDatabase } from "./src/database.ts";
import { startFaultyS3 } from "./src/faulty-s3.ts";
import { startFaultySes } from "./src/faulty-ses.ts";
import { ledgerWhen, readLedger, waitForEmptyQueue } from "./src/ledger.ts";
import { openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { startWorkerProcess } from "./src/worker-process.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

test("without the seller's data nothing is issued; a start with it goes on with what was blocked", async () => {
  const database = await createTestDatabase();
  const db = openTestDatabase(database.url);
  const [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  const services = { databaseUrl: database.url, s3, ses };
  const incomplete = await startWorkerProcess(services, { SELLER_ADDRESS_LINE1: "", SELLER_CITY: "" });
  expect(incomplete.log.find(({ msg }) => msg.startsWith("the seller's data is incomplete"))).toMatchObject({
    missing: ["seller.address.line1", "seller.address.city"],
  });
  const [order] = await placeTestOrders(db, [{}]);
  const orderId = order?.id ?? 0;
  await waitForEmptyQueue(db);
  expect(await readLedger(db, orderId)).toMatchObject({
    invoices: [],
    timeline: ["invoice.blocked"],
    work: [{ task: "issue-invoice", state: "blocked" }],
  });
  incomplete.kill("SIGTERM");
  await incomplete.exited;
  const complete = await startWorkerProcess(services);
  const ledger = await ledgerWhen(db, orderId, ["sent"]);
  expect(ledger.invoices.map(({ number }) => number.slice(-6))).toEqual(["000001"]);
  complete.kill("SIGTERM");
  await complete.exited;
  await Promise.all([db.destroy(), s3.stop(), ses.stop()]);
});
