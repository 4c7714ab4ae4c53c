import { type RawBuilder, sql } from "kysely";
import type { Db, Trx } from "../connection.ts";
import type { Batch, BatchFilter, BatchPlan } from "./batch.ts";
import { invoiceFacts, mailsOf, orderSkipReason, orderVersion, skipReason, versionOf } from "./facts.ts";

/** Rows that one step looks at, whatever fits: a statement stays short however rare what is looked for is. */
const scanSize = 2_000;
/** Of the kinds whose items are computed one by one afterwards. */
const computedScanSize = 500;

/** What one step of planning found. */
export interface PlanStep {
  /** Nothing is left to look at. */
  readonly complete: boolean;
  /** Positions of the items written, both included; equal to each other less one when there were none. */
  readonly from: number;
  readonly to: number;
}

/**
 * Looks at the next rows of the client and writes those that are selected as items, with what they are now and
 * why some will be skipped: one statement, which keeps nothing in memory. The caller holds the claim of the
 * batch's work, so that nobody else takes the same step.
 */
export const planStep = async (trx: Trx, batch: Batch): Promise<PlanStep> => {
  const size = batch.kind === "issue" || batch.kind === "reissue" ? computedScanSize : scanSize;
  const chosen = batch.kind === "issue" ? chosenOrders(batch) : chosenInvoices(batch);
  const table = batch.kind === "issue" ? sql`orders` : sql`invoices`;
  const { rows } = await sql<{ scanned: number; cursor: number | null; inserted: number }>`
    with scanned as materialized (
      select t.id from ${table} t
      where t.client_id = ${batch.clientId} and t.id > ${batch.planCursor} and t.id <= ${batch.planUntil ?? 0}
        and ${named(batch, size)}
      order by t.id limit ${size}
    ), chosen as (${chosen}), written as (
      insert into batch_items (batch_id, position, order_id, invoice_id, version, state, reason, mails, document_id,
        byte_size, ended_at)
      select ${batch.id}, ${batch.total} + row_number() over (order by c.key), c.order_id, c.invoice_id, c.version,
        case when c.skip is null then 'waiting' else 'skipped' end, c.skip, ${mailsOf(batch)}, c.document_id, c.byte_size,
        case when c.skip is not null then clock_timestamp() end
      from chosen c
      returning 1
    )
    select (select count(*) from scanned)::int as scanned, (select max(id) from scanned) as cursor,
      (select count(*) from written)::int as inserted`.execute(trx);
  const { scanned = 0, cursor = null, inserted = 0 } = rows[0] ?? {};
  await trx
    .updateTable("batches")
    .set({ total: batch.total + inserted, plan_cursor: cursor ?? batch.planCursor })
    .where("id", "=", batch.id)
    .execute();
  return { complete: scanned < size, from: batch.total + 1, to: batch.total + inserted };
};

/** Where planning begins and ends: what comes to be later is not part of it. */
export const beginPlan = async (trx: Trx, batch: Batch): Promise<number> => {
  const table = batch.kind === "issue" ? ("orders" as const) : ("invoices" as const);
  const { last } = await trx
    .selectFrom(table)
    .select((e) => e.fn.max<number | null>("id").as("last"))
    .where("client_id", "=", batch.clientId)
    .executeTakeFirstOrThrow();
  await trx
    .updateTable("batches")
    .set({ plan_until: last ?? 0 })
    .where("id", "=", batch.id)
    .execute();
  return last ?? 0;
};

/** Rows that the client named are found by their names, not by looking at all. */
const named = (batch: Batch, _size: number): RawBuilder<boolean> => {
  const { invoiceNumbers, orderIds } = batch.selection;
  const names = sql`select jsonb_array_elements_text(b.selection -> ${invoiceNumbers ? "invoiceNumbers" : "orderIds"})
    from batches b where b.id = ${batch.id}`;
  if (invoiceNumbers) return sql`t.number = any(array(${names}))`;
  if (orderIds && batch.kind === "issue") return sql`t.order_id = any(array(${names}))`;
  if (orderIds)
    return sql`t.order_id in (select o.id from orders o where o.client_id = ${batch.clientId} and o.order_id = any(array(${names})))`;
  return sql`true`;
};

const chosenInvoices = (batch: Batch) => sql`
  select i.id as key, i.order_id, i.id as invoice_id, ${versionOf(batch)} as version, ${skipReason(batch)} as skip,
    ${batch.kind === "resend" ? sql`original.id` : sql`null::bigint`} as document_id,
    coalesce(${batch.kind === "resend" ? sql`original.byte_size` : sql`latest.byte_size`}, 0) as byte_size
  from scanned join invoices i on i.id = scanned.id join orders o on o.id = i.order_id
    join customers u on u.id = i.customer_id ${invoiceFacts(batch)}
  where ${sql.join(invoiceConditions(batch), sql` and `)}`;

const invoiceConditions = ({ kind, selection }: Batch): RawBuilder<unknown>[] => {
  const { filter, orderIds } = selection;
  // An order stands for the invoice that is its present one.
  if (orderIds) return [sql`i.kind = 'invoice'`, sql`not chain.replaced`];
  if (!filter) return [sql`true`];
  const { from, to, customerId, productId, state, templateHash, deliveryState } = filter;
  const documents = filter.documents ?? "invoices";
  const conditions: RawBuilder<unknown>[] = [sql`true`];
  if (documents !== "all" || kind === "reissue")
    conditions.push(sql`i.kind = ${documents === "credit_notes" ? "credit_note" : "invoice"}`);
  if (from !== undefined) conditions.push(sql`i.issue_date >= ${from}`);
  if (to !== undefined) conditions.push(sql`i.issue_date <= ${to}`);
  if (customerId !== undefined) conditions.push(sql`i.customer_id = ${customerId}`);
  if (productId !== undefined)
    conditions.push(
      sql`exists (select from order_items l where l.order_id = i.order_id and l.product_id = ${productId})`,
    );
  if (templateHash !== undefined) conditions.push(sql`latest.template_hash = ${templateHash}`);
  if (deliveryState !== undefined) conditions.push(sql`mail.latest = ${deliveryState}`);
  if (state !== undefined)
    conditions.push(sql`i.kind = 'invoice' and ${state} = case
      when credit.credited = 0 then 'issued' when credit.credited = credit.quantity then 'credited'
      else 'partially_credited' end`);
  return conditions;
};

const chosenOrders = ({ selection }: Batch) => sql`
  select o.id as key, o.id as order_id, null::bigint as invoice_id, ${orderVersion} as version, ${orderSkipReason} as skip,
    null::bigint as document_id, 0 as byte_size
  from scanned join orders o on o.id = scanned.id
  where ${sql.join(orderConditions(selection.filter), sql` and `)}`;

const orderConditions = (filter: BatchFilter | undefined): RawBuilder<unknown>[] => {
  if (!filter) return [sql`true`];
  const { from, to, customerId, productId, invoiceStatus } = filter;
  const wanted = invoiceStatus === undefined ? ["blocked", "external"] : [invoiceStatus];
  const conditions: RawBuilder<unknown>[] = [
    sql`o.status = 'COMPLETED'`,
    sql`o.invoice_status = any(${wanted}::text[])`,
  ];
  if (from !== undefined) conditions.push(sql`o.created_at >= ${from}::date`);
  if (to !== undefined) conditions.push(sql`o.created_at < ${to}::date + 1`);
  if (customerId !== undefined) conditions.push(sql`o.customer_id = ${customerId}`);
  if (productId !== undefined)
    conditions.push(
      sql`exists (select from order_items l where l.order_id = o.id and l.product_id = ${productId})`,
    );
  return conditions;
};

/** What was computed of items after they were written: amounts, or that there is nothing to do for them. */
export interface ComputedItem {
  readonly position: number;
  readonly skip?: string | undefined;
  readonly detail?: string | undefined;
  readonly old?: Amounts | undefined;
  readonly new?: Amounts | undefined;
}

interface Amounts {
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
}

/** Writes what was computed of a step's items, which wait. */
export const writeComputed = async (
  trx: Trx,
  batchId: number,
  items: readonly ComputedItem[],
): Promise<void> => {
  if (items.length === 0) return;
  const input = items.map((item) => ({
    position: item.position,
    skip: item.skip ?? null,
    detail: item.detail ?? null,
    old_net: item.old?.netMinor ?? null,
    old_tax: item.old?.taxMinor ?? null,
    old_gross: item.old?.grossMinor ?? null,
    new_net: item.new?.netMinor ?? null,
    new_tax: item.new?.taxMinor ?? null,
    new_gross: item.new?.grossMinor ?? null,
  }));
  await sql`
    update batch_items i set
      state = case when c.skip is null then i.state else 'skipped' end, reason = coalesce(c.skip, i.reason),
      ended_at = case when c.skip is null then i.ended_at else clock_timestamp() end, detail = c.detail,
      old_net_minor = c.old_net, old_tax_minor = c.old_tax, old_gross_minor = c.old_gross,
      new_net_minor = c.new_net, new_tax_minor = c.new_tax, new_gross_minor = c.new_gross
    from json_to_recordset(${JSON.stringify(input)}::json) as c (position int, skip text, detail text, old_net bigint,
      old_tax bigint, old_gross bigint, new_net bigint, new_tax bigint, new_gross bigint)
    where i.batch_id = ${batchId} and i.position = c.position and i.state = 'waiting'`.execute(trx);
};

/** Items of a step that wait, with what is computed from. */
export const itemsToCompute = async (
  db: Db,
  batchId: number,
  { from, to }: PlanStep,
): Promise<{ readonly position: number; readonly orderId: number; readonly invoiceId: number | null }[]> =>
  db
    .selectFrom("batch_items")
    .select(["position", "order_id as orderId", "invoice_id as invoiceId"])
    .where("batch_id", "=", batchId)
    .where("position", ">=", from)
    .where("position", "<=", to)
    .where("state", "=", "waiting")
    .orderBy("position")
    .execute();

/** Adds the plan up. `perSecond`: how fast it is expected to go; undefined: nobody knows. */
export const summarizePlan = async (
  trx: Trx,
  batch: Batch,
  perSecond: number | undefined,
): Promise<BatchPlan> => {
  const { rows: byReason } = await sql<{ reason: string; count: number }>`
    select reason, count(*) as count from batch_items where batch_id = ${batch.id} and state = 'skipped'
    group by reason order by reason`.execute(trx);
  const { rows } = await sql<{
    currency: string;
    items: number;
    emails: number;
    bytes: number;
    old_gross: number;
    new_gross: number;
  }>`
    select o.currency, count(*) as items, count(*) filter (where t.mails) as emails,
      coalesce(sum(t.byte_size) filter (where t.mails), 0)::bigint as bytes,
      coalesce(sum(coalesce(t.old_gross_minor, case when ${batch.kind} <> 'issue' then i.gross_minor end)), 0)::bigint as old_gross,
      coalesce(sum(coalesce(t.new_gross_minor, case when ${batch.kind} in ('resend', 'rerender') then i.gross_minor end)), 0)::bigint as new_gross
    from batch_items t join orders o on o.id = t.order_id left join invoices i on i.id = t.invoice_id
    where t.batch_id = ${batch.id} and t.state = 'waiting'
    group by o.currency order by o.currency`.execute(trx);
  const items = rows.reduce((sum, row) => sum + row.items, 0);
  return {
    items,
    skipped: Object.fromEntries(byReason.map(({ reason, count }) => [reason, count])),
    emails: rows.reduce((sum, row) => sum + row.emails, 0),
    bytes: rows.reduce((sum, row) => sum + row.bytes, 0),
    expectedSeconds: perSecond === undefined ? null : Math.ceil(items / perSecond),
    amounts: rows.map((row) => ({
      currency: row.currency,
      items: row.items,
      oldGrossMinor: row.old_gross,
      newGrossMinor: row.new_gross,
    })),
  };
};

/** Items a second of the client's batches of this kind that ended in the last 30 days; undefined: none did. */
export const measuredRate = async (db: Db, batch: Batch): Promise<number | undefined> => {
  const { rows } = await sql<{ rate: number | null }>`
    select (sum(items) / nullif(sum(seconds), 0))::float8 as rate from (
      select count(*) as items, greatest(extract(epoch from max(i.ended_at) - min(i.began_at)), 0.1) as seconds
      from batch_items i where i.state in ('done', 'failed') and i.began_at is not null and i.batch_id in (
        select id from batches where kind = ${batch.kind} and started_at > now() - interval '30 days' and id <> ${batch.id}
        order by id desc limit 5)
      group by i.batch_id) measured`.execute(db);
  return rows[0]?.rate ?? undefined;
};

/** Ends planning: planned, or running at once when that was asked for. */
export const endPlan = async (trx: Trx, batch: Batch, plan: BatchPlan): Promise<void> => {
  await trx
    .updateTable("batches")
    .set({
      state: "planned",
      plan: JSON.stringify(plan),
      planned_at: sql<Date>`clock_timestamp()`,
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where("id", "=", batch.id)
    .where("state", "=", "planning")
    .execute();
};

/** Ends planning that cannot succeed however often it is tried. */
export const failPlan = async (trx: Trx, batchId: number, failure: string): Promise<void> => {
  await trx
    .updateTable("batches")
    .set({ state: "failed", failure, finished_at: sql<Date>`clock_timestamp()` })
    .where("id", "=", batchId)
    .where("state", "=", "planning")
    .execute();
};
