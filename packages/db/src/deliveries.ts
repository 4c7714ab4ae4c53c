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
import type { StoredDocument } from "./documents.ts";
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
  /** Its PDF when that is in the object store already: the one it names, else the one that issuing makes. */
  readonly stored: StoredDocument | null;
}

/** The delivery with what it brings, in the order in which it is attached; undefined when there is none of that id. */
export const loadDelivery = async (db: Db, deliveryId: number): Promise<Delivery | undefined> => {
  const { rows } = await sql<DeliveryRow>`/*prepared*/
    select d.id, d.client_id, d.order_id, d.purpose, d.recipient_name, d.recipient_email, d.locale, d.state, d.resends,
      b.position, b.invoice_id, b.document_id, i.number, i.kind, i.issue_date, i.snapshot, i.snapshot_sha256,
      case when m.id is null then null else json_build_object('id', m.id, 'invoiceId', m.invoice_id,
        'revision', m.revision, 'locale', m.locale, 'templateHash', m.template_hash,
        'chromeVersion', m.chrome_version, 'sha256', m.sha256, 'byteSize', m.byte_size, 'pages', m.pages,
        's3Key', m.s3_key) end as made, m.stored_at
    from deliveries d
    left join delivery_documents b on b.delivery_id = d.id
    left join invoices i on i.id = b.invoice_id
    left join documents m on m.stored_at is not null
      -- By its id in any case: a condition with two ways of finding it would read all documents there are.
      and m.id = coalesce(b.document_id,
        (select f.id from documents f where f.invoice_id = b.invoice_id and f.revision = ${firstRevision}))
    where d.id = ${deliveryId} order by b.position`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
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
    documents: rows.flatMap((its) =>
      its.position === null
        ? []
        : [
            {
              position: its.position,
              invoiceId: its.invoice_id,
              documentId: its.document_id,
              number: its.number,
              kind: its.kind,
              issueDate: its.issue_date,
              snapshot: its.snapshot,
              snapshotSha256: its.snapshot_sha256,
              stored: its.made && { ...its.made, storedAt: its.stored_at },
            },
          ],
    ),
  };
};

/** The revision that issuing makes; later ones are asked for. */
export const firstRevision = 1;

interface DeliveryRow {
  readonly id: number;
  readonly client_id: number;
  readonly order_id: number;
  readonly purpose: string;
  readonly recipient_name: string;
  readonly recipient_email: string;
  readonly locale: string;
  readonly state: DeliveryState;
  readonly resends: number;
  /** Null, with all that follows, when the delivery brings nothing. */
  readonly position: number | null;
  readonly invoice_id: number;
  readonly document_id: number | null;
  readonly number: string;
  readonly kind: InvoiceKind;
  readonly issue_date: string;
  readonly snapshot: string;
  readonly snapshot_sha256: string;
  readonly made: Omit<StoredDocument, "storedAt"> | null;
  readonly stored_at: Date | null;
}

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
