import { type Delivery, type DeliveryDocument, firstRevision, linkDocument } from "@billpost/db/deliveries";
import { noteRendered, noteStored } from "@billpost/db/delivery-steps";
import type { StoredDocument } from "@billpost/db/documents";
import { holdClaim } from "@billpost/db/work-items";
import type { DeliveryStatus } from "@billpost/domain/delivery";
import { advanceDelivery } from "./advance-delivery.ts";
import type { TaskContext } from "./context.ts";
import { renderInvoice } from "./render-invoice.ts";

/** A document that is in the object store, and its bytes when they are at hand. */
export interface DocumentAtHand {
  readonly invoice: DeliveryDocument;
  readonly document: StoredDocument;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Makes sure that every document of a delivery is stored; renders only those that are not. Answers them with
 * the delivery as it then is. `meanwhile` is called with them while the last one is on its way to the store.
 */
export const storeDocuments = async (
  context: TaskContext,
  delivery: Delivery,
  meanwhile: (documents: readonly DocumentAtHand[]) => void,
): Promise<{ readonly delivery: Delivery; readonly documents: DocumentAtHand[] }> => {
  let now = delivery;
  const documents: DocumentAtHand[] = [];
  for (const invoice of delivery.documents) {
    if (invoice.stored) {
      if (invoice.documentId === null) await link(context, delivery, invoice, invoice.stored);
      documents.push({ invoice, document: invoice.stored, bytes: undefined });
      continue;
    }
    const last = invoice === delivery.documents.at(-1);
    const made = await makeDocument(
      context,
      now,
      invoice,
      last ? (document) => meanwhile([...documents, document]) : undefined,
    );
    documents.push(made.atHand);
    if (made.status) now = { ...now, ...made.status };
  }
  if (now.state === "pending" || now.state === "rendering")
    now = (await advanceDelivery(context, now, { event: "documents_stored" })) ?? now;
  return { delivery: now, documents };
};

/** The document that an earlier attempt or another delivery stored is this delivery's, too. */
const link = (
  { db, claim }: TaskContext,
  delivery: Delivery,
  { position }: DeliveryDocument,
  found: StoredDocument,
) =>
  db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    await linkDocument(trx, delivery.id, position, found.id);
  });

/**
 * Row first, then the object, then the note that it is there: a crash leaves at worst a row to replace. Of the last
 * document the same note says that all are stored; answers what the delivery is then.
 */
const makeDocument = async (
  context: TaskContext,
  delivery: Delivery,
  invoice: DeliveryDocument,
  meanwhile: ((document: DocumentAtHand) => void) | undefined,
): Promise<{ readonly atHand: DocumentAtHand; readonly status: DeliveryStatus | undefined }> => {
  const { db, claim, store, signal, log, stage } = context;
  const { document: rendered, bytes } = await stage("render", () =>
    renderInvoice(context, invoice, firstRevision),
  );
  return stage("store", async () => {
    const document = await noteRendered(db, claim, rendered);
    if (!document) throw new Error("the document was stored by somebody else meanwhile");
    const { s3Key: key, sha256, byteSize } = document;
    const atHand = { invoice, document, bytes };
    // Once the bytes are on their way: what is computed first would hold them up.
    const early = meanwhile && setTimeout(() => meanwhile(atHand), 1);
    const put = await store.put({ key, sha256, byteSize }, bytes, signal).finally(() => clearTimeout(early));
    const { position, number } = invoice;
    const status = await noteStored(db, claim, {
      deliveryId: delivery.id,
      orderId: delivery.orderId,
      position,
      document,
      number,
      put,
      completes: meanwhile ? delivery : undefined,
    });
    log.info({ number, documentId: document.id, put }, "stored a document");
    return { atHand, status };
  });
};
