import { type DeliveryEvent, settledStates } from "@billpost/domain/delivery";
import { sql } from "kysely";
import { settledWork } from "./attempts.ts";
import type { Trx } from "./connection.ts";
import { applyDeliveryEvent } from "./deliveries.ts";
import type { SesEventType } from "./schema-reliability.ts";
import { suppressAddress } from "./suppressions.ts";

/** What SES says of a message. */
export interface SesEvent {
  /** The same when SNS delivers it again. */
  readonly snsMessageId: string;
  readonly type: SesEventType;
  readonly sesMessageId: string;
  /** Of a bounce: for good. */
  readonly permanent?: boolean;
  /** The delivery that the message was tagged with, when it was. */
  readonly deliveryId: number | undefined;
  /** Of the claim that sent the message, by its tag. */
  readonly fence: number | undefined;
  /** Kinds and codes: no names and no addresses. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** Addresses that a hard bounce or a complaint came from. */
  readonly stoppedAddresses: readonly string[];
  /** Undefined: SES named no time that can be read; it counts from when it is heard of. */
  readonly occurredAt: Date | undefined;
}

/** `unmatched`: kept, but it is about no delivery of ours. */
type SesEventOutcome = "recorded" | "repeated" | "unmatched";

export interface RecordedSesEvent {
  readonly outcome: SesEventOutcome;
  readonly deliveryId: number | undefined;
}

/**
 * Keeps an event and lets it act, in the caller's transaction. Events repeat and come in any order: a
 * repeated one changes nothing, and what an older one may still do is the delivery state machine's answer.
 * A hard bounce or complaint stops automatic mail to its addresses, whether or not a delivery is known.
 */
export const recordSesEvent = async (trx: Trx, event: SesEvent): Promise<RecordedSesEvent> => {
  const deliveryId = await findDeliveryOf(trx, event);
  const inserted = await trx
    .insertInto("ses_events")
    .values({
      sns_message_id: event.snsMessageId,
      type: event.type,
      ses_message_id: event.sesMessageId,
      delivery_id: deliveryId ?? null,
      detail: JSON.stringify(event.detail),
      occurred_at: event.occurredAt ?? sql<Date>`clock_timestamp()`,
    })
    .onConflict((conflict) => conflict.column("sns_message_id").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (!inserted) return { outcome: "repeated", deliveryId };
  await stopAddresses(trx, event, deliveryId ?? null);
  if (deliveryId === undefined) return { outcome: "unmatched", deliveryId };
  await tellDelivery(trx, deliveryId, event);
  return { outcome: "recorded", deliveryId };
};

const stopAddresses = async (
  trx: Trx,
  { type, stoppedAddresses }: SesEvent,
  deliveryId: number | null,
): Promise<void> => {
  if (stoppedAddresses.length === 0) return;
  const anonymous = deliveryId !== null && (await isOfErasedCustomer(trx, deliveryId));
  const reason = type === "complaint" ? "complaint" : "hard_bounce";
  for (const address of stoppedAddresses)
    await suppressAddress(trx, address, { reason, deliveryId, anonymous });
};

/** Bounces come late. The customer is held, so that an erasure comes before this or sees what it wrote. */
const isOfErasedCustomer = async (trx: Trx, deliveryId: number): Promise<boolean> => {
  const { rows } = await sql<{ erased: boolean }>`
    select c.erased_at is not null as erased
    from deliveries d join orders o on o.id = d.order_id join customers c on c.id = o.customer_id
    where d.id = ${deliveryId} for share of c`.execute(trx);
  return rows[0]?.erased ?? false;
};

/** By the message id that the worker recorded, else by the tag: SES can be faster than the worker's own note. */
const findDeliveryOf = async (trx: Trx, event: SesEvent): Promise<number | undefined> => {
  const byMessage = await trx
    .selectFrom("deliveries")
    .select("id")
    .where("ses_message_id", "=", event.sesMessageId)
    .executeTakeFirst();
  if (byMessage || event.deliveryId === undefined) return byMessage?.id;
  const byTag = await trx
    .selectFrom("deliveries")
    .select("id")
    .where("id", "=", event.deliveryId)
    .executeTakeFirst();
  return byTag?.id;
};

/** A soft bounce is kept but decides nothing: absence notes are reported as such, too. */
const deliveryEventOf = ({ type, permanent }: SesEvent): DeliveryEvent | undefined =>
  type === "bounce" && !permanent ? undefined : `ses_${type}`;

/** The work item is locked before the delivery, as everywhere; one that nobody works on ends with the delivery. */
const tellDelivery = async (trx: Trx, deliveryId: number, event: SesEvent): Promise<void> => {
  const deliveryEvent = deliveryEventOf(event);
  if (!deliveryEvent) return;
  if (event.type === "reject" && (await isOfEarlierAttempt(trx, deliveryId, event))) return;
  const work = await trx
    .selectFrom("work_items")
    .select(["id", "state"])
    .where("delivery_id", "=", deliveryId)
    .forUpdate()
    .executeTakeFirst();
  const transition = await applyDeliveryEvent(trx, deliveryId, deliveryEvent, {
    sesMessageId: event.sesMessageId,
  });
  if (!transition || !work || work.state === "running") return;
  // In doubt after all, through a rejection: it waits for a person.
  const doubtful = transition.to === "ambiguous" && event.type === "reject";
  if (!doubtful && !settledStates.includes(transition.to)) return;
  const state = doubtful ? "ambiguous" : settledWork(transition.to);
  if (work.state === state) return;
  await trx
    .updateTable("work_items")
    .set({
      state,
      finished_at: sql<Date>`clock_timestamp()`,
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where("id", "=", work.id)
    .execute();
};

/**
 * A rejection says that one message went to nobody, and nothing of what was sent after it: without this, one
 * that comes late would call a delivery failed whose next message is on its way.
 */
const isOfEarlierAttempt = async (trx: Trx, deliveryId: number, { fence }: SesEvent): Promise<boolean> => {
  if (fence === undefined) return false;
  const delivery = await trx
    .selectFrom("deliveries")
    .select("fence")
    .where("id", "=", deliveryId)
    .executeTakeFirst();
  return delivery !== undefined && delivery.fence !== fence;
};
