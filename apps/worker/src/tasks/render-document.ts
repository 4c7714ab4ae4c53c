import {
  type DocumentRequest,
  linkRequestedDocument,
  loadDocumentRequest,
  refuseDocumentRequest,
  takeRevision,
} from "@billpost/db/document-requests";
import { documentKey, markStored, writeDocument } from "@billpost/db/documents";
import { type IssuedRow, loadIssuedInvoice } from "@billpost/db/issued-invoices";
import { recordOrderEvent } from "@billpost/db/timeline";
import { finishWorkItem, holdClaim, recordStage } from "@billpost/db/work-items";
import type { TaskContext } from "../context.ts";
import { renderInvoice, type RenderedInvoice } from "../render-invoice.ts";
import { snapshotProblem } from "../snapshot-check.ts";
import { implement, type TaskDefinition } from "../task.ts";

const RenderDocument: TaskDefinition<{ readonly documentRequestId: number }> = {
  name: "render-document",
  subject: ({ workItemId, payload }) => {
    const { documentRequestId } = payload;
    if (typeof documentRequestId !== "number")
      throw new TypeError(`work item ${workItemId} names no document request`);
    return { documentRequestId };
  },
};

/**
 * Makes another PDF of an issued invoice, from what was frozen then, as a new revision. The frozen content is
 * compared with its hash first, so the legal content is proven unchanged; PDFs made before stay.
 */
export const renderDocument = implement(RenderDocument, async ({ documentRequestId }, context) => {
  const request = await loadDocumentRequest(context.db, documentRequestId);
  const invoice = request && (await loadIssuedInvoice(context.db, request.invoiceId));
  if (!invoice || request.state === "stored") return finish(context);
  const refused = unfit(context, request, invoice);
  if (refused !== undefined) return refuse(context, request, refused);
  const rendered = await context.stage("render", () => renderInvoice(context, invoice, 0, request.locale));
  await context.stage("store", () => store(context, request, invoice, rendered));
});

/** Why this request cannot be fulfilled, however often it is tried. */
const unfit = (
  { templates }: TaskContext,
  request: DocumentRequest,
  invoice: IssuedRow,
): string | undefined => {
  const { language } = new Intl.Locale(request.locale);
  return templates.languages.includes(language)
    ? snapshotProblem(invoice)
    : `no texts in ${language}; there are ${templates.languages.join(", ")}`;
};

/** Row first, then the object, then the note that it is there, as for the first document. */
const store = async (
  { db, claim, store: objects, signal, log }: TaskContext,
  request: DocumentRequest,
  invoice: IssuedRow,
  { document: rendered, bytes }: RenderedInvoice,
): Promise<void> => {
  const document = await db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    const revision = await takeRevision(trx, request);
    const { number, issueDate } = invoice;
    const s3Key = documentKey({ number, issueDate, revision, sha256: rendered.sha256 });
    const written = await writeDocument(trx, { ...rendered, revision, s3Key });
    if (!written) throw new Error("the revision was stored by somebody else meanwhile");
    await linkRequestedDocument(trx, request.id, written.id);
    const { sha256, pages } = rendered;
    await recordStage(trx, claim, "render", "succeeded", { revision, sha256, pages });
    return written;
  });
  const { s3Key: key, sha256, byteSize, revision } = document;
  const put = await objects.put({ key, sha256, byteSize }, bytes, signal);
  await db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    await markStored(trx, document);
    await recordStage(trx, claim, "store", "succeeded", { put });
    await recordOrderEvent(trx, invoice.orderId, "document.stored", {
      number: invoice.number,
      revision,
      sha256,
    });
    await finishWorkItem(trx, claim, "done");
  });
  log.info({ number: invoice.number, documentId: document.id, revision, put }, "stored another document");
};

const refuse = async (
  { db, claim, log }: TaskContext,
  request: DocumentRequest,
  failure: string,
): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    await refuseDocumentRequest(trx, request.id, failure);
    await finishWorkItem(trx, claim, "failed");
  });
  log.error({ number: request.number, failure }, "a document cannot be made");
};

const finish = async ({ db, claim, log }: TaskContext): Promise<void> => {
  log.info("the document request is settled or gone");
  await db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    await finishWorkItem(trx, claim, "done");
  });
};
