import { type DeliveryEvent, type DeliveryStatus, deliveryTransition } from "@billpost/domain/delivery";
import { sql } from "kysely";
import type { Db } from "./connection.ts";
import type { DocumentToWrite, StoredDocument } from "./documents.ts";
import type { WorkItemState } from "./schema.ts";
import { addressHash } from "./suppressions.ts";
import { type Claim, ClaimLost } from "./work-items.ts";

/**
 * The steps of a delivery that goes well, each one statement and so one round trip and one commit. Each holds
 * the claim and moves the delivery by compare-and-set from the state that the worker has read; when that fails,
 * nothing was written and `applyDeliveryEvent` decides anew, under a lock.
 */

/** An entry for the work item's history. */
export interface StageNote {
  readonly stage: string;
  readonly event: "started" | "succeeded" | "skipped";
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface DeliveryStep {
  readonly event: DeliveryEvent;
  readonly sesMessageId?: string | undefined;
  readonly notes?: readonly StageNote[];
  /** Only while this address may be written to. */
  readonly unlessSuppressed?: string | undefined;
  /** Ends the work item with it. */
  readonly finish?: Extract<WorkItemState, "done">;
}

/**
 * Moves a delivery from the given status by an event. Answers its new status; undefined: it is not in that
 * status any more, or the event is refused in it, and nothing was written. Throws ClaimLost.
 */
export const stepDelivery = async (
  db: Db,
  claim: Claim,
  deliveryId: number,
  status: DeliveryStatus,
  step: DeliveryStep,
): Promise<DeliveryStatus | undefined> => {
  const { event, sesMessageId, notes = [], finish, unlessSuppressed } = step;
  const transition = deliveryTransition(status, event);
  // Effects beyond the row itself are `applyDeliveryEvent`'s.
  if (!transition || transition.effects.includes("stop_address")) return undefined;
  const message = transition.effects.includes("record_message") ? (sesMessageId ?? null) : null;
  const announcement = transition.announce && {
    deliveryId,
    attempt: claim.attempt,
    ...(sesMessageId ? { messageId: sesMessageId } : {}),
  };
  const { rows } = await sql<{ held: boolean; moved: boolean }>`/*prepared*/
    with held as materialized (
      select id from work_items
      where id = ${claim.workItemId} and fence = ${claim.fence} and state = 'running' for update
    ), moved as (
      update deliveries set state = ${transition.to}, resends = ${transition.resends}::int,
        attempt = ${claim.attempt}, fence = ${claim.fence}, updated_at = clock_timestamp(),
        ses_message_id = coalesce(${message}::text, ses_message_id),
        sent_at = case when ${message}::text is null then sent_at else clock_timestamp() end,
        last_error_class = case when ${transition.to === "sent"}::boolean then null else last_error_class end,
        last_error_message = case when ${transition.to === "sent"}::boolean then null else last_error_message end
      where id = ${deliveryId} and state = ${status.state} and resends = ${status.resends}::int
        and exists (select from held) and not exists (select from suppressed_addresses
          where address_sha256 = ${unlessSuppressed === undefined ? null : addressHash(unlessSuppressed)}::text and cleared_at is null)
      returning order_id
    ), noted as (
      insert into work_item_events (work_item_id, attempt, stage, event, worker_id, detail)
      select ${claim.workItemId}, ${claim.attempt}, note.stage, note.event, ${claim.poolId}, note.detail
      from moved, json_to_recordset(${JSON.stringify(finish ? [...notes, endOf(finish)] : notes)}::json)
        as note (stage text, event text, detail jsonb)
    ), announced as (
      insert into order_events (order_id, type, data)
      select order_id, ${transition.announce ?? null}::text, ${JSON.stringify(announcement ?? {})}::jsonb
      from moved where ${transition.announce ?? null}::text is not null
    ), ended as (
      update work_items set state = ${finish ?? null}::text, worker_id = null, throttles = 0,
        finished_at = clock_timestamp(), updated_at = clock_timestamp()
      where id = ${claim.workItemId} and ${finish ?? null}::text is not null and exists (select from moved)
    )
    select exists (select from held) as held, exists (select from moved) as moved`.execute(db);
  return outcome(claim, rows[0]) ? { state: transition.to, resends: transition.resends } : undefined;
};

const endOf = (state: WorkItemState): StageNote => ({
  stage: "attempt",
  event: "succeeded",
  detail: { state },
});

/** Whether the step was written. Throws ClaimLost. */
const outcome = (claim: Claim, row: { readonly held: boolean; readonly moved: boolean } | undefined) => {
  if (!row?.held) throw new ClaimLost(claim);
  return row.moved;
};

/**
 * Writes the row of a rendered PDF before its bytes are stored, as `writeDocument` does, with the note that it
 * was rendered. Undefined: a stored document is there already. Throws ClaimLost.
 */
export const noteRendered = async (
  db: Db,
  claim: Claim,
  document: DocumentToWrite,
): Promise<StoredDocument | undefined> => {
  const detail = { sha256: document.sha256, pages: document.pages };
  const { rows } = await sql<{ held: boolean; id: number | null; storedAt: Date | null }>`/*prepared*/
    with held as materialized (
      select id from work_items
      where id = ${claim.workItemId} and fence = ${claim.fence} and state = 'running' for update
    ), written as (
      insert into documents (invoice_id, revision, locale, template_hash, chrome_version, sha256, byte_size, pages,
        s3_key, rendered_at)
      select ${document.invoiceId}::bigint, ${document.revision}::int, ${document.locale}, ${document.templateHash},
        ${document.chromeVersion}, ${document.sha256}, ${document.byteSize}::bigint, ${document.pages}::int,
        ${document.s3Key}, clock_timestamp()
      from held
      on conflict (invoice_id, revision) do update set locale = excluded.locale,
        template_hash = excluded.template_hash, chrome_version = excluded.chrome_version,
        sha256 = excluded.sha256, byte_size = excluded.byte_size, pages = excluded.pages,
        s3_key = excluded.s3_key, rendered_at = excluded.rendered_at
        where documents.stored_at is null
      returning id, stored_at
    ), noted as (
      insert into work_item_events (work_item_id, attempt, stage, event, worker_id, detail)
      select ${claim.workItemId}, ${claim.attempt}, 'render', 'succeeded', ${claim.poolId},
        ${JSON.stringify(detail)}::jsonb
      from written
    )
    select exists (select from held) as held, (select id from written), (select stored_at from written) as "storedAt"`.execute(
    db,
  );
  const row = rows[0];
  if (!outcome(claim, row && { held: row.held, moved: row.id !== null })) return undefined;
  return { ...document, id: row?.id ?? 0, storedAt: null };
};

/** A document whose object is there, and the delivery that asked for it. */
export interface StoredNote {
  readonly deliveryId: number;
  readonly orderId: number;
  /** The document's place in the delivery. */
  readonly position: number;
  readonly document: StoredDocument;
  /** The invoice's number, for the order's timeline. */
  readonly number: string;
  /** Whether the object was written or was there. */
  readonly put: string;
  /** The delivery as it was read, when this is the last of its documents. */
  readonly completes?: DeliveryStatus | undefined;
}

/**
 * Notes that a document's object is stored and belongs to the delivery, and with the last of them that all are.
 * Answers what the delivery is then; undefined: it is not moved by this. Throws ClaimLost.
 */
export const noteStored = async (
  db: Db,
  claim: Claim,
  note: StoredNote,
): Promise<DeliveryStatus | undefined> => {
  const { deliveryId, orderId, position, document, number, put, completes } = note;
  const { id, sha256, revision } = document;
  const transition = completes && deliveryTransition(completes, "documents_stored");
  const { rows } = await sql<{ held: boolean; moved: boolean }>`/*prepared*/
    with held as materialized (
      select id from work_items
      where id = ${claim.workItemId} and fence = ${claim.fence} and state = 'running' for update
    ), stored as (
      update documents set stored_at = clock_timestamp()
      where id = ${id} and sha256 = ${sha256} and stored_at is null and exists (select from held)
    ), linked as (
      update delivery_documents set document_id = ${id}
      where delivery_id = ${deliveryId} and position = ${position} and exists (select from held)
    ), noted as (
      insert into work_item_events (work_item_id, attempt, stage, event, worker_id, detail)
      select ${claim.workItemId}, ${claim.attempt}, 'store', 'succeeded', ${claim.poolId},
        ${JSON.stringify({ put })}::jsonb
      from held
    ), announced as (
      insert into order_events (order_id, type, data)
      select ${orderId}::bigint, 'document.stored', ${JSON.stringify({ number, revision, sha256 })}::jsonb from held
    ), moved as (
      update deliveries set state = ${transition?.to ?? null}::text, attempt = ${claim.attempt}, fence = ${claim.fence},
        updated_at = clock_timestamp()
      where id = ${deliveryId} and state = ${transition?.from ?? null}::text and resends = ${completes?.resends ?? null}::int
        and exists (select from held)
      returning id
    )
    select exists (select from held) as held, exists (select from moved) as moved`.execute(db);
  return outcome(claim, rows[0]) && transition
    ? { state: transition.to, resends: transition.resends }
    : undefined;
};
