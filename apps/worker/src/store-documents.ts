import {
  applyDeliveryEvent,
  type Delivery,
  type DeliveryDocument,
  linkDocument,
} from "@billpost/db/deliveries";
import {
  findDocument,
  findDocumentById,
  markStored,
  type StoredDocument,
  writeDocument,
} from "@billpost/db/documents";
import { recordOrderEvent } from "@billpost/db/timeline";
import { holdClaim, recordStage } from "@billpost/db/work-items";
import type { TaskContext } from "./context.ts";
import { renderInvoice } from "./render-invoice.ts";

/** A document that is in the object store, and its bytes when they are at hand. */
export interface DocumentAtHand {
  readonly invoice: DeliveryDocument;
  readonly document: StoredDocument;
  readonly bytes: Uint8Array | undefined;
}

/** The revision that issuing makes; later ones are asked for. */
const firstRevision = 1;

/** Makes sure that every document of a delivery is stored; renders only those that are not. */
export const storeDocuments = async (context: TaskContext, delivery: Delivery): Promise<DocumentAtHand[]> => {
  const { db, claim } = context;
  const atHand: DocumentAtHand[] = [];
  for (const invoice of delivery.documents) {
    const document = await findStored(context, delivery, invoice);
    if (document) {
      atHand.push({ invoice, document, bytes: undefined });
      continue;
    }
    await db.transaction().execute(async (trx) => {
      await holdClaim(trx, claim);
      await applyDeliveryEvent(trx, delivery.id, "begun", { claim });
    });
    atHand.push(await makeDocument(context, delivery, invoice));
  }
  if (delivery.state === "pending" || delivery.state === "rendering")
    await db.transaction().execute(async (trx) => {
      await holdClaim(trx, claim);
      await applyDeliveryEvent(trx, delivery.id, "documents_stored", { claim });
    });
  return atHand;
};

/** The document that this delivery names, or that an earlier attempt or another delivery stored. */
const findStored = async (
  { db, claim }: TaskContext,
  delivery: Delivery,
  invoice: DeliveryDocument,
): Promise<StoredDocument | undefined> => {
  const { documentId, invoiceId, position } = invoice;
  const found =
    documentId === null
      ? await findDocument(db, invoiceId, firstRevision)
      : await findDocumentById(db, documentId);
  if (!found || found.storedAt === null) return undefined;
  if (documentId === null)
    await db.transaction().execute(async (trx) => {
      await holdClaim(trx, claim);
      await linkDocument(trx, delivery.id, position, found.id);
    });
  return found;
};

/** Row first, then the object, then the note that it is there: a crash leaves at worst a row to replace. */
const makeDocument = async (
  context: TaskContext,
  delivery: Delivery,
  invoice: DeliveryDocument,
): Promise<DocumentAtHand> => {
  const { db, claim, store, signal, log, stage } = context;
  const { document: rendered, bytes } = await stage("render", () =>
    renderInvoice(context, invoice, firstRevision),
  );
  return stage("store", async () => {
    const document = await db.transaction().execute(async (trx) => {
      await holdClaim(trx, claim);
      await recordStage(trx, claim, "render", "succeeded", {
        sha256: rendered.sha256,
        pages: rendered.pages,
      });
      return writeDocument(trx, rendered);
    });
    if (!document) throw new Error("the document was stored by somebody else meanwhile");
    const { s3Key: key, sha256, byteSize, revision } = document;
    const put = await store.put({ key, sha256, byteSize }, bytes, signal);
    await db.transaction().execute(async (trx) => {
      await holdClaim(trx, claim);
      await markStored(trx, document);
      await linkDocument(trx, delivery.id, invoice.position, document.id);
      await recordStage(trx, claim, "store", "succeeded", { put });
      await recordOrderEvent(trx, delivery.orderId, "document.stored", {
        number: invoice.number,
        revision,
        sha256,
      });
    });
    log.info({ number: invoice.number, documentId: document.id, put }, "stored a document");
    return { invoice, document, bytes };
  });
};
