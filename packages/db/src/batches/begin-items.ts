import { sql } from "kysely";
import type { Trx } from "../connection.ts";
import type { Batch } from "./batch.ts";
import { invoiceFacts, recipientEmailOf, recipientNameOf, skipReason, versionOf } from "./facts.ts";
import { enqueueBatchWork } from "./work.ts";

/** A delivery of a batch: by its purpose the database refuses a second one of the same try. */
export const batchPurpose = (batchId: number, position: number, tries: number): string =>
  `batch:${batchId}:${position}:${tries}`;

/**
 * Judges waiting items again, as they are now, and skips those that are not what was planned, in one statement.
 * What an earlier try has made already is not judged: its own doing changed it. The caller holds the orders.
 */
export const skipChanged = async (trx: Trx, batch: Batch, positions: readonly number[]): Promise<void> => {
  await sql`
    with judged as (
      select t.position, ${versionOf(batch)} <> t.version as changed, ${skipReason(batch)} as skip
      from batch_items t join invoices i on i.id = t.invoice_id join orders o on o.id = i.order_id
        join customers u on u.id = i.customer_id ${invoiceFacts(batch)}
      where t.batch_id = ${batch.id} and t.position = any(${[...positions]}::int[]) and t.state = 'waiting'
        and t.new_invoice_id is null and (${batch.kind} <> 'rerender' or t.document_id is null)
    )
    update batch_items t set state = 'skipped', ended_at = clock_timestamp(),
      reason = case when j.changed then 'changed_since_plan' else j.skip end
    from judged j where t.batch_id = ${batch.id} and t.position = j.position and (j.changed or j.skip is not null)`.execute(
    trx,
  );
};

/** Gives each of these items that still waits a work item of its own, for what takes a transaction of its own. */
export const beginEach = async (trx: Trx, batch: Batch, positions: readonly number[]): Promise<number> => {
  const { rows: items } = await sql<{ position: number; order_id: number; invoice_id: number | null }>`
    select position, order_id, invoice_id from batch_items
    where batch_id = ${batch.id} and position = any(${[...positions]}::int[]) and state = 'waiting'
    order by position for update`.execute(trx);
  const workItemIds = await enqueueBatchWork(
    trx,
    batch.id,
    items.map((item) => ({
      task: "batch-item" as const,
      clientId: batch.clientId,
      orderId: item.order_id,
      invoiceId: item.invoice_id ?? undefined,
      payload: { batchId: batch.id, position: item.position },
      requestId: batch.requestId ?? undefined,
    })),
  );
  await sql`
    update batch_items t set state = 'running', work_item_id = w.id, began_at = coalesce(t.began_at, clock_timestamp())
    from unnest(${items.map(({ position }) => position)}::int[], ${workItemIds}::bigint[]) as w (position, id)
    where t.batch_id = ${batch.id} and t.position = w.position`.execute(trx);
  return items.length;
};

/**
 * Sends the stored documents of these items again: a delivery and its work for each, in four statements however
 * many there are. The caller holds the orders, whose addresses are copied.
 */
export const beginResends = async (trx: Trx, batch: Batch, positions: readonly number[]): Promise<number> => {
  const { rows } = await sql<{
    position: number;
    order_id: number;
    invoice_id: number;
    delivery_id: number;
  }>`
    with item as (
      select t.position, t.order_id, t.invoice_id, t.document_id, c.locale,
        'batch:' || t.batch_id || ':' || t.position || ':' || t.tries as purpose,
        ${recipientNameOf(batch)} as name, ${recipientEmailOf(batch)} as email
      from batch_items t join documents c on c.id = t.document_id join orders o on o.id = t.order_id
        join customers u on u.id = o.customer_id
      where t.batch_id = ${batch.id} and t.position = any(${[...positions]}::int[]) and t.state = 'waiting'
    ), delivery as (
      insert into deliveries (client_id, order_id, purpose, recipient_name, recipient_email, locale, reason)
      select ${batch.clientId}, order_id, purpose, name, email, locale, ${batch.reason} from item order by position
      returning id, purpose
    ), document as (
      insert into delivery_documents (delivery_id, position, invoice_id, document_id)
      select d.id, 1, i.invoice_id, i.document_id from item i join delivery d on d.purpose = i.purpose
      returning 1
    )
    select i.position, i.order_id, i.invoice_id, d.id as delivery_id from item i join delivery d on d.purpose = i.purpose
    order by i.position`.execute(trx);
  const workItemIds = await enqueueBatchWork(
    trx,
    batch.id,
    rows.map((row) => ({
      task: "deliver-invoice" as const,
      clientId: batch.clientId,
      orderId: row.order_id,
      invoiceId: row.invoice_id,
      deliveryId: row.delivery_id,
      requestId: batch.requestId ?? undefined,
    })),
  );
  await sql`
    update batch_items t set state = 'running', work_item_id = w.id, delivery_id = w.delivery_id,
      began_at = coalesce(t.began_at, clock_timestamp())
    from unnest(${rows.map(({ position }) => position)}::int[], ${workItemIds}::bigint[],
      ${rows.map(({ delivery_id }) => delivery_id)}::bigint[]) as w (position, id, delivery_id)
    where t.batch_id = ${batch.id} and t.position = w.position`.execute(trx);
  return rows.length;
};
