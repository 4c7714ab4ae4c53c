import {
  type DeliveryEvent,
  type DeliveryState,
  type DeliveryStatus,
  type DeliveryTransition,
  deliveryTransition,
} from "@billpost/domain/delivery";
import type { InvoiceKind } from "@billpost/domain/invoice-snapshot";
import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";
import type { Claim } from "./work-items.ts";

export interface Delivery {
  readonly id: number;
  readonly clientId: number;
  readonly orderId: number;
  readonly purpose: string;
  readonly recipientName: string;
  readonly recipientEmail: string;
  readonly locale: string;
  readonly state: DeliveryState;
  readonly resends: number;
  readonly documents: readonly DeliveryDocument[];
}

/** One invoice that a delivery brings, and its document once that exists. */
export interface DeliveryDocument {
  readonly position: number;
  readonly invoiceId: number;
  readonly documentId: number | null;
  readonly number: string;
  readonly kind: InvoiceKind;
  readonly issueDate: string;
  /** Canonical JSON. */
  readonly snapshot: string;
  readonly snapshotSha256: string;
}

/** The delivery with what it brings; undefined when there is none of that id. */
export const loadDelivery = async (db: Db, deliveryId: number): Promise<Delivery | undefined> => {
  const row = await db.selectFrom("deliveries").selectAll().where("id", "=", deliveryId).executeTakeFirst();
  if (!row) return undefined;
  const documents = await db
    .selectFrom("delivery_documents as d")
    .innerJoin("invoices as i", "i.id", "d.invoice_id")
    .select([
      "d.position",
      "d.invoice_id as invoiceId",
      "d.document_id as documentId",
      "i.number",
      "i.kind",
      "i.issue_date as issueDate",
      "i.snapshot",
      "i.snapshot_sha256 as snapshotSha256",
    ])
    .where("d.delivery_id", "=", deliveryId)
    .orderBy("d.position")
    .execute();
  return {
    id: row.id,
    clientId: row.client_id,
    orderId: row.order_id,
    purpose: row.purpose,
    recipientName: row.recipient_name,
    recipientEmail: row.recipient_email,
    locale: row.locale,
    state: row.state,
    resends: row.resends,
    documents,
  };
};

export interface DeliveryToCreate {
  readonly clientId: number;
  readonly orderId: number;
  /** What it is for; a second delivery of the same purpose is refused by the database. */
  readonly purpose: string;
  readonly recipientName: string;
  readonly recipientEmail: string;
  readonly locale: string;
  readonly reason?: string | undefined;
  /** In the order in which they are attached. */
  readonly invoiceIds: readonly number[];
}

/** Writes deliveries with the invoices they bring; answers their ids in the order given. */
export const createDeliveries = async (
  trx: Trx,
  deliveries: readonly DeliveryToCreate[],
): Promise<number[]> => {
  if (deliveries.length === 0) return [];
  const rows = await trx
    .insertInto("deliveries")
    .values(
      deliveries.map((delivery) => ({
        client_id: delivery.clientId,
        order_id: delivery.orderId,
        purpose: delivery.purpose,
        recipient_name: delivery.recipientName,
        recipient_email: delivery.recipientEmail,
        locale: delivery.locale,
        reason: delivery.reason ?? null,
      })),
    )
    .returning(["id", "purpose"])
    .execute();
  const idByPurpose = new Map(rows.map((row) => [row.purpose, row.id]));
  const ids = deliveries.map(({ purpose }) => idByPurpose.get(purpose) ?? 0);
  await trx
    .insertInto("delivery_documents")
    .values(
      deliveries.flatMap((delivery, index) =>
        delivery.invoiceIds.map((invoiceId, position) => ({
          delivery_id: ids[index] ?? 0,
          position: position + 1,
          invoice_id: invoiceId,
        })),
      ),
    )
    .execute();
  return ids;
};

/** The delivery's state under a lock that lasts to the end of the transaction. */
export const lockDelivery = (
  trx: Trx,
  deliveryId: number,
): Promise<(DeliveryStatus & { readonly orderId: number }) | undefined> =>
  trx
    .selectFrom("deliveries")
    .select(["state", "resends", "order_id as orderId"])
    .where("id", "=", deliveryId)
    .forUpdate()
    .executeTakeFirst();

/** What is written along with a transition. */
export interface DeliveryNote {
  /** Under which claim, for events from a worker. */
  readonly claim?: Pick<Claim, "attempt" | "fence"> | undefined;
  readonly sesMessageId?: string | undefined;
  readonly errorClass?: string | undefined;
  readonly errorMessage?: string | undefined;
  /** Further members of the entry in the order's timeline: ids and codes, never a name or an address. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Puts an event to a delivery: the state machine decides, and its answer is written with the entry in the
 * order's timeline. Undefined: the event is refused in the present state, and nothing was written. The
 * caller holds the work item's claim, which is locked before the delivery.
 */
export const applyDeliveryEvent = async (
  trx: Trx,
  deliveryId: number,
  event: DeliveryEvent,
  note: DeliveryNote = {},
): Promise<DeliveryTransition | undefined> => {
  const delivery = await lockDelivery(trx, deliveryId);
  const transition = delivery && deliveryTransition(delivery, event);
  if (!transition) return undefined;
  const { claim, sesMessageId, errorClass, errorMessage } = note;
  const now = sql<Date>`clock_timestamp()`;
  await trx
    .updateTable("deliveries")
    .set({
      state: transition.to,
      resends: transition.resends,
      updated_at: now,
      ...(claim ? { attempt: claim.attempt, fence: claim.fence } : {}),
      ...(transition.effects.includes("record_message") && sesMessageId
        ? { ses_message_id: sesMessageId, sent_at: now }
        : {}),
      ...(errorClass
        ? { last_error_class: errorClass, last_error_message: errorMessage ?? null }
        : transition.to === "sent"
          ? { last_error_class: null, last_error_message: null }
          : {}),
    })
    .where("id", "=", deliveryId)
    .execute();
  if (transition.announce)
    await trx
      .insertInto("order_events")
      .values({
        order_id: delivery.orderId,
        type: transition.announce,
        data: JSON.stringify({
          deliveryId,
          ...(claim ? { attempt: claim.attempt } : {}),
          ...(sesMessageId ? { messageId: sesMessageId } : {}),
          ...(errorClass ? { errorClass } : {}),
          ...note.data,
        }),
      })
      .execute();
  return transition;
};

/** The delivery now has a document for one of its invoices. */
export const linkDocument = async (
  trx: Trx,
  deliveryId: number,
  position: number,
  documentId: number,
): Promise<void> => {
  await trx
    .updateTable("delivery_documents")
    .set({ document_id: documentId })
    .where("delivery_id", "=", deliveryId)
    .where("position", "=", position)
    .execute();
};
