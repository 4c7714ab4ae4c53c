import type { Batch } from "@billpost/db/batches/batch";
import { createBatch } from "@billpost/db/batches/create";
import type { ItemAtWork } from "@billpost/db/batches/item-work";
import { beginPlan, planStep } from "@billpost/db/batches/plan";
import { reissueInvoice } from "@billpost/db/batches/reissue";
import { redactCustomer } from "@billpost/db/customers-erase";
import { requestCreditForCancellation } from "@billpost/db/credit-requests";
import type { Db } from "@billpost/db/connection";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { breakingDatabase } from "../src/breaking-database.ts";
import {
  creditNoteSeries,
  creditNow,
  type InvoicingDatabase,
  issueOne,
  issuingSettings,
  openInvoicingDatabase,
} from "../src/invoicing/factory.ts";
import { planBatch } from "../src/planned-batch.ts";

let on: InvoicingDatabase;
beforeAll(async () => {
  on = await openInvoicingDatabase();
});
afterAll(() => on.close());

const crediting = { creditNoteSeries, deliveryAttempts: 8 };
const toSeven = [{ match: { taxRatePpm: 100_000 }, set: { taxRatePpm: 70_000 }, keep: "net" }] as const;
const toFive = [{ match: { taxRatePpm: 70_000 }, set: { taxRatePpm: 55_000 }, keep: "gross" }] as const;

/** A planned batch that corrects these invoices. */
const planReissue = (
  invoiceNumbers: readonly string[],
  options: Batch["options"] = { corrections: toSeven },
) => planBatch(on, "reissue", invoiceNumbers, options);

const itemOf = async (db: Db, batchId: number): Promise<ItemAtWork> => {
  const row = await db
    .selectFrom("batch_items")
    .select(["position", "order_id as orderId", "invoice_id as invoiceId"])
    .where("batch_id", "=", batchId)
    .executeTakeFirstOrThrow();
  return { ...row, batchId, tries: 0, documentId: null, creditNoteId: null, newInvoiceId: null };
};

/** Carries the only item of a batch out, as the worker does. */
const reissue = async (batch: Batch, db: Db = on.db) => {
  const item = await itemOf(on.db, batch.id);
  return db.transaction().execute(async (trx) => {
    await trx.selectFrom("orders").select("id").where("id", "=", item.orderId).forUpdate().execute();
    return reissueInvoice(trx, batch, item, {
      issuing: issuingSettings,
      crediting,
      changes: ["- 10%", "+ 7%"],
    });
  });
};

/** Everything that issuing writes, counted. */
const footprint = async (): Promise<unknown> => {
  const { rows } = await sql`
    select (select count(*) from invoices) as invoices, (select sum(next_number) from invoice_series) as numbers,
      (select sum(credited_quantity + requested_quantity) from invoice_line_credits) as credited,
      (select count(*) from invoice_line_credits) as lines, (select count(*) from deliveries) as deliveries,
      (select count(*) from delivery_documents) as attachments, (select count(*) from work_items) as work,
      (select count(*) from graphile_worker.jobs) as jobs, (select count(*) from order_events) as events,
      (select count(*) from audit_events) as audit,
      (select count(*) from batch_items where new_invoice_id is not null or credit_note_id is not null or delivery_id is not null) as items`.execute(
    on.db,
  );
  return rows[0];
};

test("a failure at any statement of a correction leaves nothing: never a credit note without its invoice", async () => {
  const invoice = await issueOne(on, { lines: [{ quantity: 2 }] });
  const batch = await planReissue([invoice.number]);
  const breaking = breakingDatabase(on.db);
  const before = await footprint();
  let at = 1;
  for (; ; at += 1) {
    breaking.breakNext(at);
    const result = await reissue(batch, breaking.db).catch((error: Error) => error);
    if (!(result instanceof Error)) {
      expect(result.outcome).toBe("reissued");
      break;
    }
    expect(result.message).toBe("broken on purpose");
    expect(await footprint(), `after statement ${at}`).toEqual(before);
  }
  expect(at).toBeGreaterThan(20);
  const { rows } = await sql<{ kind: string; original: number; replaces: number; snapshot: string }>`
    select kind, original_invoice_id as original, replaces_invoice_id as replaces, snapshot from invoices
    where order_id = ${invoice.orderId} and id > ${invoice.id} order by id`.execute(on.db);
  expect(rows).toMatchObject([
    { kind: "credit_note", original: invoice.id, replaces: null },
    { kind: "invoice", original: null, replaces: invoice.id },
  ]);
  const [credit, corrected] = rows.map(({ snapshot }) => JSON.parse(snapshot) as InvoiceSnapshot);
  expect(credit?.totals.grossMinor).toBe(2200);
  expect(corrected?.totals).toMatchObject({ netMinor: 2000, taxMinor: 140, grossMinor: 2140 });
  expect(corrected?.supplyDate).toBe(credit?.supplyDate);
  const { rows: mail } = await sql`
    select count(distinct d.id)::int as deliveries, count(*)::int as documents from deliveries d
      join delivery_documents dd on dd.delivery_id = d.id where d.purpose like 'batch:%' and d.order_id = ${invoice.orderId}`.execute(
    on.db,
  );
  expect(mail).toEqual([{ deliveries: 1, documents: 2 }]);
});

test("an invoice that changed since it was planned is not corrected", async () => {
  const invoice = await issueOne(on, { lines: [{ quantity: 2 }] });
  const batch = await planReissue([invoice.number]);
  const cancelled = await on.db.transaction().execute((trx) =>
    requestCreditForCancellation(trx, {
      clientId: on.clientId,
      orderId: invoice.orderId,
      reason: "x",
      actor: "test",
    }),
  );
  expect(await reissue(batch)).toMatchObject({ outcome: "skipped", reason: "changed_since_plan" });
  await creditNow(on.db, invoice.orderId, cancelled);
  expect(await reissue(batch)).toMatchObject({ outcome: "skipped", reason: "changed_since_plan" });
  const again = await planReissue([invoice.number]);
  const [item] = await on.db
    .selectFrom("batch_items")
    .select(["state", "reason"])
    .where("batch_id", "=", again.id)
    .execute();
  expect(item).toEqual({ state: "skipped", reason: "fully_credited" });
});

test("what is issued after planning began is not part of the batch", async () => {
  const first = await issueOne(on, { lines: [{ quantity: 1 }] });
  const planned = await on.db.transaction().execute(async (trx) => {
    const { batch } = await createBatch(trx, {
      clientId: on.clientId,
      kind: "resend",
      externalRef: crypto.randomUUID(),
      fingerprint: Buffer.from("x"),
      reason: "All",
      actor: "test",
      requestId: "test",
      autoStart: false,
      selection: { filter: {} },
      options: {},
      canary: null,
      stopAtFailureRate: null,
    });
    return { ...batch, planUntil: await beginPlan(trx, batch) };
  });
  const second = await issueOne(on, { lines: [{ quantity: 1 }] });
  await on.db.transaction().execute((trx) => planStep(trx, planned));
  const items = await on.db
    .selectFrom("batch_items")
    .select("invoice_id as invoiceId")
    .where("batch_id", "=", planned.id)
    .execute();
  const ids = items.map(({ invoiceId }) => invoiceId);
  expect(ids).toContain(first.id);
  expect(ids).not.toContain(second.id);
});

test("an order corrected twice is credited on its last invoice, for exactly what that one charged", async () => {
  const invoice = await issueOne(on, { lines: [{ quantity: 3, unitPriceMinor: 333 }] });
  const first = await reissue(await planReissue([invoice.number]));
  if (first.outcome !== "reissued") throw new Error(first.reason);
  const second = await reissue(await planReissue([first.invoice], { corrections: toFive }));
  if (second.outcome !== "reissued") throw new Error(second.reason);
  const old = await planReissue([first.invoice], { corrections: toFive });
  const [item] = await on.db
    .selectFrom("batch_items")
    .select("reason")
    .where("batch_id", "=", old.id)
    .execute();
  expect(item).toEqual({ reason: "replaced" });
  const request = await on.db.transaction().execute((trx) =>
    requestCreditForCancellation(trx, {
      clientId: on.clientId,
      orderId: invoice.orderId,
      reason: "Cancelled",
      actor: "test",
    }),
  );
  const credited = await creditNow(on.db, invoice.orderId, request);
  if (credited.outcome !== "issued") throw new Error(credited.outcome);
  const { rows } = await sql<{ original: string; credit: number; charged: number }>`
    select o.number as original, c.gross_minor as credit, o.gross_minor as charged
    from invoices c join invoices o on o.id = c.original_invoice_id where c.id = ${credited.creditNoteId}`.execute(
    on.db,
  );
  expect(rows).toEqual([{ original: second.invoice, credit: 1069, charged: 1069 }]);
  // Whatever was corrected, invoices less credit notes come to nothing in the end.
  const { rows: left } = await sql<{ sum: number }>`
    select sum(case kind when 'invoice' then gross_minor else -gross_minor end)::bigint as sum
    from invoices where order_id = ${invoice.orderId}`.execute(on.db);
  expect(left).toEqual([{ sum: 0 }]);
});

test("new billing details make a new invoice for the same amount", async () => {
  const invoice = await issueOne(on, { lines: [{ quantity: 1 }] });
  const result = await reissue(
    await planReissue([invoice.number], { billingDetails: { name: "Jane Doe Ltd" } }),
  );
  if (result.outcome !== "reissued") throw new Error(result.reason);
  const { snapshot } = await on.db
    .selectFrom("invoices")
    .select("snapshot")
    .where("number", "=", result.invoice)
    .executeTakeFirstOrThrow();
  const corrected = JSON.parse(snapshot) as InvoiceSnapshot;
  expect(corrected.buyer).toMatchObject({ name: "Jane Doe Ltd", address: { city: "Springfield" } });
  expect(corrected.totals.grossMinor).toBe(1100);
});

test("erasing a customer takes the billing details out of batches, too", async () => {
  const invoice = await issueOne(on, { lines: [{ quantity: 1 }] });
  const batch = await planReissue([invoice.number], { billingDetails: { name: "Jane Roe Secret" } });
  await reissue(batch);
  await on.db.transaction().execute((trx) => redactCustomer(trx, on.clientId, on.customerId));
  const { rows } = await sql<{ text: string }>`
    select (select string_agg(b::text, '') from batches b) || (select coalesce(string_agg(changes::text, ''), '') from batch_items) as text`.execute(
    on.db,
  );
  expect(rows[0]?.text).not.toContain("Jane Roe Secret");
});
