import type { Trx } from "./connection.ts";
import { createDeliveries, linkDocument } from "./deliveries.ts";
import { enqueue } from "./outbox.ts";

export interface Resend {
  readonly clientId: number;
  readonly orderId: number;
  readonly invoiceId: number;
  /** The stored PDF that is sent again, byte for byte. */
  readonly documentId: number;
  readonly recipientName: string;
  readonly recipientEmail: string;
  readonly locale: string;
  readonly reason: string;
  readonly requestId?: string | undefined;
}

/**
 * Asks for a stored document to be sent again: a delivery of its own, with a purpose of its own, so that no
 * retry of another delivery is taken for it, nor it for a retry. Answers the delivery's id.
 */
export const requestResend = async (trx: Trx, resend: Resend): Promise<number> => {
  const { clientId, orderId, invoiceId, recipientName, recipientEmail, locale, reason } = resend;
  const purpose = `resend:${invoiceId}:${crypto.randomUUID()}`;
  const [deliveryId] = await createDeliveries(trx, [
    { clientId, orderId, purpose, recipientName, recipientEmail, locale, reason, invoiceIds: [invoiceId] },
  ]);
  if (deliveryId === undefined) throw new Error("the delivery was not written");
  await linkDocument(trx, deliveryId, 1, resend.documentId);
  await enqueue(trx, [
    { task: "deliver-invoice", clientId, orderId, invoiceId, deliveryId, requestId: resend.requestId },
  ]);
  return deliveryId;
};
