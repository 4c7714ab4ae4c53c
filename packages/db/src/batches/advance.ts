import { sql } from "kysely";
import type { Db, Trx } from "../connection.ts";
import type { Batch } from "./batch.ts";

/**
 * Gives each running item whose work is over its outcome, in one statement. A message that may or may not have
 * gone out is neither done nor failed: its item goes on running, as `in_doubt`, until SES or an operator settles
 * it. Answers how many items got an outcome.
 */
export const settleItems = async (trx: Trx, batchId: number): Promise<number> => {
  const { rows } = await sql<{ ended: number }>`
    with judged as (
      select i.position, i.reason as before, ${outcome} as outcome, ${reason} as reason,
        case when d.id is null then w.last_error_message else d.last_error_message end as error
      from batch_items i left join deliveries d on d.id = i.delivery_id left join work_items w on w.id = i.work_item_id
      where i.batch_id = ${batchId} and i.state = 'running'
    ), changed as (
      update batch_items i set state = j.outcome, reason = j.reason,
        detail = case when j.outcome = 'failed' then coalesce(j.error, i.detail) else i.detail end,
        ended_at = case when j.outcome <> 'running' then clock_timestamp() end
      from judged j
      where i.batch_id = ${batchId} and i.position = j.position
        and (j.outcome <> 'running' or j.reason is distinct from j.before)
      returning i.state
    )
    select count(*) filter (where state <> 'running') as ended from changed`.execute(trx);
  return rows[0]?.ended ?? 0;
};

/** Without a delivery the item's own work decides: what ends well then has written its outcome itself. */
const outcome = sql`case
  when d.state in ('sent', 'delivered', 'handled') then 'done'
  when d.state = 'suppressed' then case when i.new_invoice_id is null then 'skipped' else 'done' end
  when d.state in ('bounced', 'failed', 'quarantined', 'cancelled') then 'failed'
  when d.id is null and w.state in ('failed', 'quarantined', 'cancelled') then 'failed'
  when d.id is null and w.state in ('done', 'handled') then 'done'
  else 'running' end`;

const reason = sql`case
  when d.state in ('sent', 'delivered') then 'sent'
  when d.state = 'suppressed' and i.new_invoice_id is null then 'address_suppressed'
  when d.state = 'suppressed' then 'mail_suppressed'
  when d.state in ('bounced', 'handled') then d.state
  when d.state = 'ambiguous' then 'in_doubt'
  when d.state = 'cancelled' then 'cancelled_by_operator'
  when d.state in ('failed', 'quarantined') then 'mail_' || d.state
  when d.id is null and w.state = 'cancelled' then 'cancelled_by_operator'
  when d.id is null and w.state in ('failed', 'quarantined') then w.state
  when d.id is null and w.state in ('done', 'handled') then coalesce(i.reason, 'done') end`;

/** What decides whether a batch goes on. */
export interface Progress {
  readonly waiting: number;
  readonly running: number;
  readonly inDoubt: number;
  /** Done and failed. */
  readonly ended: number;
  readonly failed: number;
}

/** Counts a batch's items in one statement. */
export const readProgress = async (db: Db, batchId: number): Promise<Progress> => {
  const { rows } = await sql<Progress>`
    select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'running') as running,
      count(*) filter (where state = 'running' and reason = 'in_doubt') as "inDoubt",
      count(*) filter (where state in ('done', 'failed')) as ended, count(*) filter (where state = 'failed') as failed
    from batch_items where batch_id = ${batchId}`.execute(db);
  return rows[0] ?? { waiting: 0, running: 0, inDoubt: 0, ended: 0, failed: 0 };
};

/** An item whose turn it is. */
export interface NextItem {
  readonly position: number;
  readonly orderId: number;
}

/** The first items that wait. Nobody else takes them: a batch is advanced by one worker at a time. */
export const nextItems = (db: Db, batchId: number, limit: number): Promise<NextItem[]> =>
  db
    .selectFrom("batch_items")
    .select(["position", "order_id as orderId"])
    .where("batch_id", "=", batchId)
    .where("state", "=", "waiting")
    .orderBy("position")
    .limit(limit)
    .execute();

/**
 * Locks the orders of items, in the order of their ids, as an erasure and the issuing of invoices do. Those that
 * somebody holds are passed over; their items come later. Answers the orders that are held.
 */
export const lockOrdersOf = async (trx: Trx, items: readonly NextItem[]): Promise<ReadonlySet<number>> => {
  const { rows } = await sql<{ id: number }>`
    select id from orders where id = any(${items.map(({ orderId }) => orderId)}::bigint[])
    order by id for update skip locked`.execute(trx);
  return new Set(rows.map(({ id }) => id));
};

/** The canary did well: the rest may follow. */
export const passCanary = async (trx: Trx, batchId: number): Promise<void> => {
  await trx.updateTable("batches").set({ canary_passed: true }).where("id", "=", batchId).execute();
};

/** Ends a batch of which nothing is left; a cancelled one stays cancelled. */
export const endBatch = async (trx: Trx, { id, state }: Pick<Batch, "id" | "state">): Promise<void> => {
  await trx
    .updateTable("batches")
    .set({
      ...(state === "cancelled" ? {} : { state: "done" as const, pause_reason: null }),
      finished_at: sql<Date>`clock_timestamp()`,
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where("id", "=", id)
    .execute();
};
