import type { Trx } from "../connection.ts";
import { createDeliveries, linkDocument } from "../deliveries.ts";
import type { Batch } from "./batch.ts";
import { batchPurpose } from "./begin-items.ts";
import { contactOf, type ItemAtWork } from "./item-work.ts";
import { enqueueBatchWork } from "./work.ts";

/**
 * Asks for what was made of an item to be brought to the customer: one delivery, however many documents it has.
 * The caller holds the order. `documentId`: the very PDF of the first of the invoices; else they are rendered.
 */
export const mailItem = async (
  trx: Trx,
  batch: Batch,
  item: ItemAtWork,
  what: {
    readonly invoiceIds: readonly [number, ...number[]];
    readonly documentId?: number | undefined;
    readonly locale?: string | undefined;
    readonly maxAttempts?: number | undefined;
  },
): Promise<{ readonly deliveryId: number; readonly workItemId: number }> => {
  const contact = await contactOf(trx, batch, item.orderId);
  const [deliveryId = 0] = await createDeliveries(trx, [
    {
      clientId: batch.clientId,
      orderId: item.orderId,
      purpose: batchPurpose(batch.id, item.position, item.tries),
      recipientName: contact.name,
      recipientEmail: contact.email,
      locale: what.locale ?? contact.locale,
      reason: batch.reason,
      invoiceIds: what.invoiceIds,
    },
  ]);
  if (what.documentId !== undefined) await linkDocument(trx, deliveryId, 1, what.documentId);
  const [workItemId = 0] = await enqueueBatchWork(trx, batch.id, [
    {
      task: "deliver-invoice",
      clientId: batch.clientId,
      orderId: item.orderId,
      invoiceId: what.invoiceIds[0],
      deliveryId,
      maxAttempts: what.maxAttempts,
      requestId: batch.requestId ?? undefined,
    },
  ]);
  return { deliveryId, workItemId };
};
