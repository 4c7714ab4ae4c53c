import type { Batch } from "@billpost/db/batches/batch";
import { endItem, type ItemAtWork, judgeItem, lockItem, noteResult } from "@billpost/db/batches/item-work";
import { mailItem } from "@billpost/db/batches/mail-item";
import type { Trx } from "@billpost/db/connection";
import { takeRevision } from "@billpost/db/document-requests";
import {
  documentKey,
  findDocumentById,
  findLatestStored,
  markStored,
  type StoredDocument,
  writeDocument,
} from "@billpost/db/documents";
import { lockOrderToInvoice } from "@billpost/db/invoices";
import { type IssuedRow, loadIssuedInvoice } from "@billpost/db/issued-invoices";
import { recordOrderEvent } from "@billpost/db/timeline";
import { finishWorkItem, holdClaim, recordStage } from "@billpost/db/work-items";
import { textDifferences } from "@billpost/domain/invoice-verification";
import { readPdfText } from "@billpost/pdf/pdf-text";
import type { TaskContext } from "../context.ts";
import { renderInvoice, type RenderedInvoice } from "../render-invoice.ts";
import { snapshotProblem } from "../snapshot-check.ts";
import type { ItemSubject } from "./batch-item.ts";

/**
 * Makes a new PDF of an item's invoice from what was frozen, with today's template or in another language, as a new
 * revision, and mails it if asked. What an earlier attempt has stored is not made again.
 */
export const rerenderItem = async (
  subject: ItemSubject,
  batch: Batch,
  context: TaskContext,
): Promise<void> => {
  const { stage } = context;
  const ready = await stage("judge", () => judge(subject, batch, context));
  if (!ready) return;
  const { item, invoice } = ready;
  const made = item.documentId === null ? undefined : await findDocumentById(context.db, item.documentId);
  if (made && made.storedAt !== null)
    return stage("mail", () => finish(subject, batch, context, made, undefined));
  const before = await stage("compare", () => textOfLatest(context, invoice.invoiceId));
  const rendered = await stage("render", () => renderInvoice(context, invoice, 0, batch.options.locale));
  const document = await stage("store", () => store(subject, context, invoice, rendered, made));
  const changes = before === undefined ? [] : textDifferences(before, await readPdfText(rendered.bytes));
  await stage("mail", () => finish(subject, batch, context, document, changes));
};

/** The item and its invoice; undefined when it has its outcome by now. */
const judge = (
  subject: ItemSubject,
  batch: Batch,
  { db, claim }: TaskContext,
): Promise<{ readonly item: ItemAtWork; readonly invoice: IssuedRow } | undefined> =>
  db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    const item = await lockItem(trx, claim, subject);
    if (!item) {
      await finishWorkItem(trx, claim, "done");
      return undefined;
    }
    const invoice = item.invoiceId === null ? undefined : await loadIssuedInvoice(trx, item.invoiceId);
    const problem = invoice ? snapshotProblem(invoice) : "the invoice is gone";
    const skip = item.documentId === null ? await judgeItem(trx, batch, item) : null;
    if (invoice && problem === undefined && skip === null) return { item, invoice };
    if (problem === undefined) await endItem(trx, item, "skipped", skip ?? "changed_since_plan");
    else await endItem(trx, item, "failed", "content_damaged", problem);
    await finishWorkItem(trx, claim, "done");
    return undefined;
  });

const textOfLatest = async (
  { db, store: objects, signal }: TaskContext,
  invoiceId: number,
): Promise<string | undefined> => {
  const latest = await findLatestStored(db, invoiceId);
  if (!latest) return undefined;
  const { s3Key: key, sha256, byteSize } = latest;
  return readPdfText(await objects.get({ key, sha256, byteSize }, signal));
};

/** Row first, linked to the item so that another attempt goes on with it; then the object. */
const store = async (
  subject: ItemSubject,
  { db, claim, store: objects, signal }: TaskContext,
  { invoiceId, number, issueDate }: IssuedRow,
  { document: rendered, bytes }: RenderedInvoice,
  earlier: StoredDocument | undefined,
): Promise<StoredDocument> => {
  const document = await db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    const revision = await takeRevision(trx, { invoiceId, revision: earlier?.revision ?? null });
    const s3Key = documentKey({ number, issueDate, revision, sha256: rendered.sha256 });
    const written = await writeDocument(trx, { ...rendered, revision, s3Key });
    if (!written) throw new Error("the revision was stored by somebody else meanwhile");
    await noteResult(trx, subject, { documentId: written.id });
    await recordStage(trx, claim, "render", "succeeded", { revision, sha256: rendered.sha256 });
    return written;
  });
  const { s3Key: key, sha256, byteSize } = document;
  await objects.put({ key, sha256, byteSize }, bytes, signal);
  return document;
};

/** Notes that the object is there and ends the item, or hands it to its delivery. The order's lock comes first. */
const finish = async (
  subject: ItemSubject,
  batch: Batch,
  { db, claim, issuing }: TaskContext,
  document: StoredDocument,
  changes: readonly string[] | undefined,
): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    await lockOrderToInvoice(trx, subject.orderId);
    await holdClaim(trx, claim);
    const item = await lockItem(trx, claim, subject);
    if (await markStored(trx, document))
      await recordOrderEvent(trx, subject.orderId, "document.stored", {
        revision: document.revision,
        sha256: document.sha256,
        batchId: batch.id,
      });
    if (item && changes !== undefined) await noteResult(trx, item, { changes });
    if (item && batch.options.mail === true) await mail(trx, batch, item, document, issuing.deliveryAttempts);
    else if (item) await endItem(trx, item, "done", "rendered");
    await finishWorkItem(trx, claim, "done");
  });
};

const mail = async (
  trx: Trx,
  batch: Batch,
  item: ItemAtWork,
  { id: documentId, invoiceId, locale }: StoredDocument,
  maxAttempts: number,
): Promise<void> => {
  const made = await mailItem(trx, batch, item, { invoiceIds: [invoiceId], documentId, locale, maxAttempts });
  await noteResult(trx, item, made);
};
