import { sql } from "kysely";
import type { Trx } from "../connection.ts";
import { erasedEmail } from "../customers-erase.ts";
import { createDeliveries, linkDocument } from "../deliveries.ts";
import { enqueue } from "../outbox.ts";

/** Where a delivery goes, and whose order it is of. */
export interface AddressAtHand {
  readonly orderId: number;
  /** As the API names it. */
  readonly orderName: string;
  readonly customerId: number;
  readonly clientId: number;
  readonly recipientName: string;
  readonly recipientEmail: string;
  readonly erased: boolean;
}

/** Reads a delivery's address; the caller holds its order, as an erasure does. */
export const readAddress = async (trx: Trx, deliveryId: number): Promise<AddressAtHand> => {
  const row = await trx
    .selectFrom("deliveries as d")
    .innerJoin("orders as o", "o.id", "d.order_id")
    .select([
      "o.id as orderId",
      "o.order_id as orderName",
      "o.customer_id as customerId",
      "o.client_id as clientId",
      "o.customer_email as contact",
      "d.recipient_name as recipientName",
      "d.recipient_email as recipientEmail",
    ])
    .where("d.id", "=", deliveryId)
    .executeTakeFirstOrThrow();
  const { contact, ...address } = row;
  return { ...address, erased: contact === erasedEmail };
};

export interface Recipient {
  readonly name: string;
  readonly email: string;
}

/** Sends a delivery that did not go out yet elsewhere. The caller holds it. */
export const redirectDelivery = async (
  trx: Trx,
  deliveryId: number,
  { name, email }: Recipient,
): Promise<void> => {
  await trx
    .updateTable("deliveries")
    .set({ recipient_name: name, recipient_email: email, updated_at: sql<Date>`clock_timestamp()` })
    .where("id", "=", deliveryId)
    .execute();
};

/** Brings the same documents to another address by a delivery of its own. Answers its id and its job's. */
export const deliverElsewhere = async (
  trx: Trx,
  deliveryId: number,
  recipient: Recipient,
  { reason, requestId }: { readonly reason: string; readonly requestId: string },
): Promise<{ readonly deliveryId: number; readonly jobId: number }> => {
  const {
    client_id: clientId,
    order_id: orderId,
    locale,
  } = await trx
    .selectFrom("deliveries")
    .select(["client_id", "order_id", "locale"])
    .where("id", "=", deliveryId)
    .executeTakeFirstOrThrow();
  const documents = await trx
    .selectFrom("delivery_documents")
    .select(["position", "invoice_id", "document_id"])
    .where("delivery_id", "=", deliveryId)
    .orderBy("position")
    .execute();
  const invoiceIds = documents.map((document) => document.invoice_id);
  const purpose = `resend:${invoiceIds.at(-1) ?? 0}:${crypto.randomUUID()}`;
  const [created] = await createDeliveries(trx, [
    {
      clientId,
      orderId,
      purpose,
      recipientName: recipient.name,
      recipientEmail: recipient.email,
      locale,
      reason,
      invoiceIds,
    },
  ]);
  if (created === undefined) throw new Error("the delivery was not written");
  for (const { position, document_id } of documents)
    if (document_id !== null) await linkDocument(trx, created, position, document_id);
  const [jobId = 0] = await enqueue(trx, [
    {
      task: "deliver-invoice",
      clientId,
      orderId,
      invoiceId: invoiceIds.at(-1),
      deliveryId: created,
      requestId,
    },
  ]);
  return { deliveryId: created, jobId };
};

/** The order's further mail goes to the corrected address, too. The caller holds the order. */
export const correctOrderContact = async (
  trx: Trx,
  orderId: number,
  { name, email }: Recipient,
): Promise<void> => {
  await trx
    .updateTable("orders")
    .set({
      customer_name: name,
      customer_email: email,
      version: sql<number>`version + 1`,
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where("id", "=", orderId)
    .execute();
};

/** Corrects the customer's own address, for orders to come. Answers the one before. */
export const correctCustomerEmail = async (trx: Trx, customerId: number, email: string): Promise<string> => {
  const { email: before } = await trx
    .selectFrom("customers")
    .select("email")
    .where("id", "=", customerId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  await trx
    .updateTable("customers")
    .set({ email, version: sql<number>`version + 1`, updated_at: sql<Date>`clock_timestamp()` })
    .where("id", "=", customerId)
    .execute();
  return before;
};
