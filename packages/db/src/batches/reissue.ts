import { buildCorrectedSnapshot } from "@billpost/domain/batches/corrected-invoice";
import { planCorrection, type PlannedCorrection } from "@billpost/domain/batches/plan-correction";
import { buildCreditNoteSnapshot } from "@billpost/domain/credit-note-building";
import { formatInvoiceNumber } from "@billpost/domain/invoice-numbering";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { sql } from "kysely";
import { recordAudit } from "../audit.ts";
import type { Trx } from "../connection.ts";
import type { CreditingSettings } from "../credit-notes.ts";
import { lockLineCredits } from "../credit-requests.ts";
import { frozen, type IssuingSettings } from "../invoices.ts";
import { type SeriesSettings, takeNumbers } from "../series.ts";
import { recordOrderEvent } from "../timeline.ts";
import type { Batch } from "./batch.ts";
import { loadCorrectable } from "./correctable.ts";
import { type ItemAtWork, judgeItem, noteResult } from "./item-work.ts";
import { mailItem } from "./mail-item.ts";

/** What became of an invoice that was to be corrected. */
export type Reissued =
  | { readonly outcome: "reissued"; readonly creditNote: string; readonly invoice: string }
  | { readonly outcome: "skipped"; readonly reason: string; readonly detail?: string | undefined };

/**
 * Corrects an issued invoice, all in the caller's transaction: the credit note of what remains of it, the invoice
 * that takes its place, their links, and one delivery that brings both. Either all of it is there or nothing. The
 * caller holds the order, then the claim; the invoice's lines are locked next, the series last, credit notes before
 * invoices.
 */
export const reissueInvoice = async (
  trx: Trx,
  batch: Batch,
  item: ItemAtWork,
  {
    issuing,
    crediting,
    changes,
  }: {
    readonly issuing: IssuingSettings;
    readonly crediting: CreditingSettings;
    /** Lines of text that will differ. */
    readonly changes: readonly string[];
  },
): Promise<Reissued> => {
  const { invoiceId } = item;
  if (invoiceId === null) throw new Error(`item ${item.position} of batch ${batch.id} names no invoice`);
  await lockLineCredits(trx, invoiceId);
  const skip = await judgeItem(trx, batch, item);
  if (skip !== null) return { outcome: "skipped", reason: skip };
  const source = (await loadCorrectable(trx, [invoiceId])).get(invoiceId);
  if (!source) throw new Error(`invoice ${invoiceId} is gone`);
  const plan = planCorrection(source, batch.options, issuing.profile);
  if (plan.outcome === "skip") return { outcome: "skipped", reason: plan.reason, detail: plan.detail };
  const made = await issueBoth(trx, batch, { id: invoiceId, snapshot: source.original }, plan, {
    creditNotes: crediting.creditNoteSeries,
    invoices: issuing.invoiceSeries,
  });
  const mail = await mailItem(trx, batch, item, {
    invoiceIds: [made.invoice.id, made.creditNote.id],
    maxAttempts: issuing.deliveryAttempts,
  });
  await noteResult(trx, item, {
    creditNoteId: made.creditNote.id,
    newInvoiceId: made.invoice.id,
    changes,
    ...mail,
  });
  return { outcome: "reissued", creditNote: made.creditNote.number, invoice: made.invoice.number };
};

type Plan = Extract<PlannedCorrection, { readonly outcome: "correct" }>;

const issueBoth = async (
  trx: Trx,
  batch: Batch,
  original: { readonly id: number; readonly snapshot: InvoiceSnapshot },
  { credit, quantities, amounts, buyer }: Plan,
  series: { readonly creditNotes: SeriesSettings; readonly invoices: SeriesSettings },
) => {
  const { snapshot } = original;
  const forCredit = await takeNumbers(trx, series.creditNotes, 1, snapshot.issueDate);
  const forInvoice = await takeNumbers(trx, series.invoices, 1, forCredit.issueDate);
  const creditNote = await insertDocument(trx, original.id, forCredit, {
    link: { original_invoice_id: original.id },
    snapshot: buildCreditNoteSnapshot(snapshot, credit, {
      number: formatInvoiceNumber(forCredit, forCredit.first),
      issueDate: forCredit.issueDate,
      reason: batch.reason,
    }),
  });
  await sql`
    update invoice_line_credits c set requested_quantity = c.requested_quantity + l.quantity,
      credited_quantity = c.credited_quantity + l.quantity
    from json_to_recordset(${JSON.stringify(quantities)}::json) as l("lineNumber" int, quantity bigint)
    where c.invoice_id = ${original.id} and c.line_number = l."lineNumber"`.execute(trx);
  const corrected = buildCorrectedSnapshot(snapshot, amounts, buyer, {
    number: formatInvoiceNumber(forInvoice, forInvoice.first),
    issueDate: forInvoice.issueDate,
  });
  const invoice = await insertDocument(trx, original.id, forInvoice, {
    link: { replaces_invoice_id: original.id },
    snapshot: corrected,
  });
  await trx
    .insertInto("invoice_line_credits")
    .values(
      corrected.lines.map(({ lineNumber, quantity }) => ({
        invoice_id: invoice.id,
        line_number: lineNumber,
        quantity,
      })),
    )
    .execute();
  const named = { originalNumber: snapshot.number, batchId: batch.id };
  await recordOrderEvent(trx, invoice.orderId, "credit_note.issued", {
    invoiceId: creditNote.id,
    number: creditNote.number,
    ...named,
  });
  await recordOrderEvent(trx, invoice.orderId, "invoice.issued", {
    invoiceId: invoice.id,
    number: invoice.number,
    replaces: snapshot.number,
    batchId: batch.id,
  });
  await recordAudit(trx, {
    actor: batch.actor,
    clientId: batch.clientId,
    action: "invoice.reissued",
    targetType: "invoice",
    targetId: snapshot.number,
    after: { batchId: batch.id, creditNote: creditNote.number, invoice: invoice.number },
    reason: batch.reason,
    requestId: batch.requestId ?? undefined,
  });
  return { creditNote, invoice };
};

/** Inserts a document that belongs to the same order as the invoice it comes from. */
const insertDocument = async (
  trx: Trx,
  originalId: number,
  taken: { readonly seriesId: number; readonly first: number },
  {
    link,
    snapshot,
  }: {
    readonly link: { readonly original_invoice_id: number } | { readonly replaces_invoice_id: number };
    readonly snapshot: InvoiceSnapshot;
  },
): Promise<{ readonly id: number; readonly number: string; readonly orderId: number }> => {
  const owner = await trx
    .selectFrom("invoices")
    .select(["client_id", "customer_id", "order_id"])
    .where("id", "=", originalId)
    .executeTakeFirstOrThrow();
  const { id } = await trx
    .insertInto("invoices")
    .values({
      series_id: taken.seriesId,
      sequence_number: taken.first,
      ...owner,
      ...link,
      ...frozen(snapshot),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return { id, number: snapshot.number, orderId: owner.order_id };
};
