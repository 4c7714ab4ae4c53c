import type { PauseReason } from "@billpost/domain/batches/pace";
import {
  type DeliveryState,
  deliveryStates,
  deliveryTransition,
  settledStates,
} from "@billpost/domain/delivery";
import { sql } from "kysely";
import type { Trx } from "../connection.ts";
import type { Batch } from "./batch.ts";
import { startWork } from "./create.ts";

/** States in which the delivery's own rules let it be cancelled and nothing can have been sent. */
const cancellable = deliveryStates.filter(
  (state) =>
    !settledStates.includes(state) &&
    state !== "ambiguous" &&
    deliveryTransition({ state, resends: 0 }, "cancelled")?.to === "cancelled",
);

const now = sql<Date>`clock_timestamp()`;

/** Lets a planned or paused batch run. What had ended so far no longer counts towards the failure rate. */
export const letRun = async (
  trx: Trx,
  batch: Batch,
  { actor, requestId }: { readonly actor: string; readonly requestId: string | null },
): Promise<void> => {
  await sql`
    update batches b set state = 'running', pause_reason = null, finished_at = null, updated_at = clock_timestamp(),
      started_at = coalesce(b.started_at, clock_timestamp()), started_by = coalesce(b.started_by, ${actor}),
      canary_passed = b.canary_passed or coalesce(b.pause_reason = 'canary_failed', false),
      ended_before = c.ended, failed_before = c.failed
    from (select count(*) filter (where state in ('done', 'failed')) as ended, count(*) filter (where state = 'failed') as failed
      from batch_items where batch_id = ${batch.id}) c
    where b.id = ${batch.id}`.execute(trx);
  await startWork(trx, batch.id, "advance-batch", { clientId: batch.clientId, requestId });
};

/**
 * Stops beginning items; what waits for a worker is taken back, and what a worker has begun ends. The caller
 * holds the batch's lock.
 */
export const pauseBatch = async (trx: Trx, batchId: number, why: PauseReason): Promise<void> => {
  await trx
    .updateTable("batches")
    .set({ state: "paused", pause_reason: why, updated_at: now })
    .where("id", "=", batchId)
    .execute();
  await takeBack(trx, batchId);
};

/**
 * Ends a batch for good: what was not begun is skipped as `cancelled`; what a worker has begun ends as it will.
 * The caller holds the batch's lock.
 */
export const cancelBatch = async (trx: Trx, batchId: number): Promise<void> => {
  await takeBack(trx, batchId);
  await sql`
    update batch_items set state = 'skipped', reason = 'cancelled', ended_at = clock_timestamp()
    where batch_id = ${batchId} and state = 'waiting'`.execute(trx);
  await sql`
    update batches b set state = 'cancelled', pause_reason = null, updated_at = clock_timestamp(),
      finished_at = case when exists (select from batch_items i where i.batch_id = b.id and i.state = 'running')
        then null else clock_timestamp() end
    where b.id = ${batchId}`.execute(trx);
};

/**
 * Takes back the work that no worker has begun; its items wait again. Work that somebody holds at this moment
 * is left alone, so this never waits. What was issued already keeps its numbers and only waits to be mailed.
 */
export const takeBack = async (trx: Trx, batchId: number): Promise<void> => {
  const { rows } = await sql<{ id: number }>`
    select w.id from work_items w where w.batch_id = ${batchId} and w.state in ('waiting', 'throttled')
      and w.id in (select work_item_id from batch_items where batch_id = ${batchId} and state = 'running')
      and (w.delivery_id is null or exists (
        select from deliveries d where d.id = w.delivery_id and d.resends = 0 and d.state = any(${cancellable}::text[])))
    order by w.id for update skip locked`.execute(trx);
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return;
  await lockMail(trx, ids);
  await sql`
    update deliveries set state = 'cancelled', updated_at = clock_timestamp()
    where id in (select delivery_id from work_items where id = any(${ids}::bigint[]))`.execute(trx);
  await sql`
    update work_items set state = 'cancelled', finished_at = clock_timestamp(), updated_at = clock_timestamp()
    where id = any(${ids}::bigint[])`.execute(trx);
  await sql`
    update batch_items set state = 'waiting', reason = null, work_item_id = null, delivery_id = null, tries = tries + 1
    where batch_id = ${batchId} and state = 'running' and work_item_id = any(${ids}::bigint[])`.execute(trx);
};

/** Locks the deliveries of work in the order of their ids, as operators do, who hold those of an invoice together. */
const lockMail = async (trx: Trx, workItemIds: readonly number[]): Promise<void> => {
  await sql`
    select id from deliveries where id in (select delivery_id from work_items where id = any(${[...workItemIds]}::bigint[]))
    order by id for update`.execute(trx);
};

/**
 * Lets failed items wait again; answers how many. Not those whose message may have gone out: nobody is to get
 * it twice. Items whose mail an operator has taken up again meanwhile end as that does; of the others the earlier
 * work ends here, so that nobody takes it up beside the new. The caller holds the batch's lock.
 */
export const retryFailed = async (trx: Trx, batchId: number): Promise<number> => {
  // What an operator does with such a job comes before all of this, or after it.
  const { rows: work } = await sql<{ id: number }>`
    select w.id from work_items w where w.id in (
      select work_item_id from batch_items where batch_id = ${batchId} and state = 'failed')
    order by w.id for update`.execute(trx);
  await lockMail(
    trx,
    work.map(({ id }) => id),
  );
  const takenUp = await sql`
    update batch_items i set state = 'running', reason = null, detail = null, ended_at = null
    from deliveries d where i.batch_id = ${batchId} and i.state = 'failed' and d.id = i.delivery_id
      and d.state <> all(${failedStates}::text[])`.execute(trx);
  const again = await sql`
    with chosen as (
      select i.position, i.work_item_id, i.delivery_id from batch_items i where i.batch_id = ${batchId} and i.state = 'failed'
        and not exists (select from deliveries d where d.id = i.delivery_id and ${mayHaveGoneOut})
    ), mail as (
      update deliveries d set state = 'cancelled', updated_at = clock_timestamp()
      from chosen c where d.id = c.delivery_id and d.state in ('failed', 'quarantined')
    ), work as (
      update work_items w set state = 'cancelled', updated_at = clock_timestamp()
      from chosen c where w.id = c.work_item_id and w.state in ('failed', 'quarantined')
    )
    update batch_items i set state = 'waiting', reason = null, detail = null, ended_at = null, work_item_id = null,
      delivery_id = null, tries = tries + 1
    from chosen c where i.batch_id = ${batchId} and i.position = c.position`.execute(trx);
  return Number((takenUp.numAffectedRows ?? 0n) + (again.numAffectedRows ?? 0n));
};

/** States in which a delivery's item counts as failed. */
const failedStates: readonly DeliveryState[] = ["bounced", "failed", "quarantined", "cancelled"];

/** Of `d`: it was sent again after a doubt, or an operator cancelled it while it was in doubt. */
const mayHaveGoneOut = sql<boolean>`(d.resends > 0 or d.state = 'cancelled' and exists (
  select from order_events e where e.order_id = d.order_id and e.type = 'delivery.ambiguous'
    and (e.data ->> 'deliveryId')::bigint = d.id))`;
