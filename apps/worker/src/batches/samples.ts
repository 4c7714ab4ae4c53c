import { createHash } from "node:crypto";
import { type Batch, loadBatch } from "@billpost/db/batches/batch";
import { loadCorrectable } from "@billpost/db/batches/correctable";
import { itemsToSample, listSamples, writeSample } from "@billpost/db/batches/samples";
import { draftSnapshots } from "@billpost/db/invoices";
import { loadIssuedInvoice } from "@billpost/db/issued-invoices";
import { holdClaim } from "@billpost/db/work-items";
import { buildCorrectedSnapshot } from "@billpost/domain/batches/corrected-invoice";
import { planCorrection } from "@billpost/domain/batches/plan-correction";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import type { TaskContext } from "../context.ts";

/** Apart from the invoices, so that nobody looks for rows of theirs among those. */
const keyOf = (batchId: number, number: number, sha256: string): string =>
  `batch-samples/${batchId}/${number}-${sha256}.pdf`;

/** Across every page, over all that is printed there, in a way that nobody takes for the real thing. */
const watermark = `
@media print { body::after {
  content: "SAMPLE"; position: fixed; inset: 0; display: grid; place-items: center; pointer-events: none;
  font: 700 110pt sans-serif; letter-spacing: 0.1em; color: rgb(180 30 30 / 0.16); transform: rotate(-35deg);
} }`;

interface SampleItem {
  readonly position: number;
  readonly orderId: number;
  readonly invoiceId: number | null;
}

/** Renders and stores PDFs of what the batch would make, each marked as a sample and without a number. */
export const makeSamples = async (context: TaskContext, batchId: number): Promise<void> => {
  const { db, claim, templates, renderer, store, signal } = context;
  const batch = await loadBatch(db, batchId);
  const wanted = batch?.options.samples ?? 0;
  if (batch?.state !== "planning" || wanted === 0) return;
  const there = new Set((await listSamples(db, batchId)).map(({ number }) => number));
  const items = await itemsToSample(db, batchId, wanted);
  for (const [index, item] of items.entries()) {
    const number = index + 1;
    if (there.has(number)) continue;
    const snapshot = await sampleOf(context, batch, item);
    if (!snapshot) continue;
    const html = templates.renderInvoiceHtml(snapshot, { locale: batch.options.locale, draft: true });
    const { pdf } = await renderer.render({ ...html, stylesheet: `${html.stylesheet}${watermark}` }, signal);
    const sha256 = createHash("sha256").update(pdf).digest("hex");
    const key = keyOf(batchId, number, sha256);
    await store.put({ key, sha256, byteSize: pdf.byteLength }, pdf, signal);
    await db.transaction().execute(async (trx) => {
      await holdClaim(trx, claim);
      const sample = { number, itemPosition: item.position, s3Key: key, sha256, byteSize: pdf.byteLength };
      await writeSample(trx, batchId, sample);
    });
  }
};

/** What the document of an item would say. */
const sampleOf = async (
  { db, issuing }: TaskContext,
  batch: Batch,
  { orderId, invoiceId }: SampleItem,
): Promise<InvoiceSnapshot | undefined> => {
  if (invoiceId === null) return (await draftSnapshots(db, [orderId], issuing)).get(orderId);
  if (batch.kind !== "reissue") {
    const issued = await loadIssuedInvoice(db, invoiceId);
    return issued && (JSON.parse(issued.snapshot) as InvoiceSnapshot);
  }
  const source = (await loadCorrectable(db, [invoiceId])).get(invoiceId);
  const plan = source && planCorrection(source, batch.options, issuing.profile);
  if (!source || plan?.outcome !== "correct") return undefined;
  const { issueDate } = source.original;
  return buildCorrectedSnapshot(source.original, plan.amounts, plan.buyer, { number: "", issueDate });
};
