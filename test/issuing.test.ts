import { createHash } from "node:crypto";
import type { Db } from "@billpost/db/connection";
import { loadDelivery } from "@billpost/db/deliveries";
import { issueInvoices, type IssuingSettings, lockOrderToInvoice } from "@billpost/db/invoices";
import { takeNumbers } from "@billpost/db/series";
import { canonicalJson } from "@billpost/domain/canonical-json";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { many, openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { eu as settings } from "./src/invoicing/issuing-settings.ts";

let database: TestDatabase;
let db: Db;

beforeEach(async () => {
  database = await createTestDatabase();
  db = openTestDatabase(database.url);
});

afterEach(() => db.destroy());

const issue = (orderIds: readonly number[], part: Partial<IssuingSettings> = {}) =>
  db.transaction().execute(async (trx) => {
    for (const orderId of orderIds) await lockOrderToInvoice(trx, orderId);
    return issueInvoices(trx, orderIds, { ...settings, ...part });
  });

const take = (count: number, part: Partial<IssuingSettings["invoiceSeries"]> = {}) =>
  db.transaction().execute((trx) => takeNumbers(trx, { ...settings.invoiceSeries, ...part }, count));

const thisYear = new Date().getUTCFullYear();

test("many orders are numbered in one transaction, in the order of their ids, each with its delivery and job", async () => {
  const placed = await placeTestOrders(db, many(50));
  const issued = await issue(placed.map(({ id }) => id).toReversed());
  expect(issued.map(({ orderId }) => orderId)).toEqual(placed.map(({ id }) => id));
  expect(issued.map((result) => result.outcome === "issued" && result.number)).toEqual(
    placed.map((_, index) => `INV-${thisYear}-${String(index + 1).padStart(6, "0")}`),
  );
  const deliveries = await db.selectFrom("deliveries").select(["purpose", "state"]).orderBy("id").execute();
  expect(deliveries).toHaveLength(50);
  const work = await db
    .selectFrom("work_items")
    .select("delivery_id")
    .where("task", "=", "deliver-invoice")
    .execute();
  expect(new Set(work.map((item) => item.delivery_id)).size).toBe(50);
});

test("a delivery is read by indexes, however many documents there are", async () => {
  const [order] = await placeTestOrders(db, many(1));
  await issue([order?.id ?? 0]);
  const { id } = await db.selectFrom("deliveries").select("id").executeTakeFirstOrThrow();
  const scans = await db.transaction().execute(async (trx) => {
    // What has no index to go by is read whole all the same.
    await sql`set local enable_seqscan = off`.execute(trx);
    expect(await loadDelivery(trx, id)).toMatchObject({ id, documents: [{ position: 1, stored: null }] });
    const { rows } = await sql<{ table: string }>`
      select relname as table from pg_stat_xact_user_tables
      where seq_scan > 0 and relname in ('delivery_documents', 'documents')`.execute(trx);
    return rows;
  });
  expect(scans).toEqual([]);
});

test("the snapshot is canonical JSON of the order's own figures, and its hash is over these bytes", async () => {
  const [order] = await placeTestOrders(db, [
    { lines: [15, 15, 15].map((unitPriceMinor) => ({ quantity: 1, unitPriceMinor })) },
  ]);
  await issue([order?.id ?? 0]);
  const invoice = await db.selectFrom("invoices").selectAll().executeTakeFirstOrThrow();
  const snapshot = JSON.parse(invoice.snapshot) as InvoiceSnapshot;
  expect(canonicalJson(snapshot)).toBe(invoice.snapshot);
  expect(createHash("sha256").update(invoice.snapshot).digest("hex")).toBe(invoice.snapshot_sha256);
  expect(snapshot.totals).toEqual({ netMinor: 45, taxMinor: 5, roundingMinor: 0, grossMinor: 50 });
  expect(snapshot.number).toBe(invoice.number);
  expect(invoice.snapshot).not.toContain("john.doe@example.com");
});

test("an order that lacks required data is not numbered, and says what is missing", async () => {
  const placed = await placeTestOrders(db, [
    { billingDetails: { address: null } },
    { taxCategory: "reverse_charge" },
    {},
  ]);
  const [noAddress, noVatId, complete] = placed.map(({ id }) => id);
  const issued = await issue(placed.map(({ id }) => id));
  expect(issued).toContainEqual({
    orderId: noAddress,
    outcome: "blocked",
    missing: ["billingDetails.address"],
  });
  expect(issued).toContainEqual({ orderId: noVatId, outcome: "blocked", missing: ["billingDetails.vatId"] });
  expect(issued.find(({ orderId }) => orderId === complete)).toMatchObject({
    number: `INV-${thisYear}-000001`,
  });
  const orders = await db
    .selectFrom("orders")
    .select(["invoice_status", "invoice_missing"])
    .orderBy("id")
    .execute();
  expect(orders).toEqual([
    { invoice_status: "blocked", invoice_missing: ["billingDetails.address"] },
    { invoice_status: "blocked", invoice_missing: ["billingDetails.vatId"] },
    { invoice_status: "issued", invoice_missing: [] },
  ]);
  const events = await db.selectFrom("order_events").select("type").orderBy("id").execute();
  expect(events.map(({ type }) => type)).toEqual(["invoice.blocked", "invoice.blocked", "invoice.issued"]);
});

test("a blocked order is issued when it is tried again with what was missing", async () => {
  const [order] = await placeTestOrders(db, many(1));
  const bare = { ...settings.seller, vatId: null };
  expect(await issue([order?.id ?? 0], { seller: bare })).toMatchObject([{ missing: ["seller.vatId"] }]);
  expect(await issue([order?.id ?? 0])).toMatchObject([{ outcome: "issued" }]);
});

test("an order is invoiced once, and not at all when it was cancelled first", async () => {
  const placed = await placeTestOrders(db, many(2));
  const [first, cancelled] = placed.map(({ id }) => id);
  await db
    .updateTable("orders")
    .set({ status: "CANCELLED", invoice_status: "not_required" })
    .where("id", "=", cancelled ?? 0)
    .execute();
  await issue([first ?? 0]);
  const again = await issue([first ?? 0, cancelled ?? 0]);
  expect(again.map(({ outcome }) => outcome)).toEqual(["not_needed", "not_needed"]);
  expect(await db.selectFrom("invoices").select("id").execute()).toHaveLength(1);
});

test("a rollback gives the numbers back", async () => {
  const [order] = await placeTestOrders(db, many(1));
  const failure = db.transaction().execute(async (trx) => {
    await issueInvoices(trx, [order?.id ?? 0], settings);
    throw new Error("killed");
  });
  await expect(failure).rejects.toThrow("killed");
  expect(await issue([order?.id ?? 0])).toMatchObject([{ number: `INV-${thisYear}-000001` }]);
});

test("many at once take numbers one after the other, without a gap and without a date going back", async () => {
  const runs = await Promise.all(Array.from({ length: 30 }, (_, index) => take(1 + (index % 3))));
  const numbers = runs.flatMap(({ first }, index) =>
    Array.from({ length: 1 + (index % 3) }, (_, add) => first + add),
  );
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
});

test("many at once make the first series of a year together", async () => {
  for (let round = 0; round < 40; round += 1) {
    await db.deleteFrom("invoice_series").execute();
    const runs = await Promise.all(Array.from({ length: 10 }, () => take(1)));
    expect(runs.map(({ first }) => first).toSorted((a, b) => a - b)).toEqual(
      runs.map((_, index) => index + 1),
    );
  }
});

test("the date is never before the last one of the series, should the clock go back", async () => {
  await take(1);
  await db
    .updateTable("invoice_series")
    .set({ last_issue_date: `${thisYear}-12-31` })
    .execute();
  expect(await take(1)).toMatchObject({ first: 2, issueDate: `${thisYear}-12-31` });
});

test("once a year's series is in use, no earlier one is taken again", async () => {
  await take(1);
  await db
    .insertInto("invoice_series")
    .values({
      kind: "invoice",
      year: thisYear + 1,
      prefix: "INV",
      next_number: 8,
      last_issue_date: `${thisYear + 1}-01-02`,
    })
    .execute();
  expect(await take(1)).toMatchObject({ year: thisYear + 1, first: 8, issueDate: `${thisYear + 1}-01-02` });
});

test("a series that was made ahead of its year waits for it", async () => {
  await db
    .insertInto("invoice_series")
    .values({ kind: "invoice", year: thisYear + 1, prefix: "INV", next_number: 500, start_number: 500 })
    .execute();
  expect(await take(1)).toMatchObject({ year: thisYear });
});

test("after the turn of the year the next series begins at 1, in its own calendar", async () => {
  // An old series in use, as on the first day of this year.
  await db
    .insertInto("invoice_series")
    .values({
      kind: "invoice",
      year: thisYear - 1,
      prefix: "INV",
      next_number: 42,
      last_issue_date: `${thisYear - 1}-12-31`,
    })
    .execute();
  const taken = await take(1, { startNumber: 900 });
  expect(taken).toMatchObject({ year: thisYear, first: 1 });
});

test("the first series of an installation begins at the configured number, and keeps its prefix", async () => {
  expect(await take(2, { startNumber: 1_001, prefix: "FA", padding: 4 })).toMatchObject({
    first: 1_001,
    prefix: "FA",
  });
  expect(await take(1, { startNumber: 5, prefix: "NEW" })).toMatchObject({
    first: 1_003,
    prefix: "FA",
    padding: 4,
  });
});

test("the database refuses to change or remove an issued invoice, whoever asks", async () => {
  const [order] = await placeTestOrders(db, many(1));
  await issue([order?.id ?? 0]);
  const owner = openTestDatabase(database.ownerUrl);
  const refused = /permission denied|never changed or removed/;
  for (const asked of [db, owner]) {
    await expect(asked.updateTable("invoices").set({ gross_minor: 1 }).execute()).rejects.toThrow(refused);
    await expect(asked.deleteFrom("invoices").execute()).rejects.toThrow(refused);
    await expect(sql`truncate invoices cascade`.execute(asked)).rejects.toThrow(refused);
  }
  await owner.destroy();
});
