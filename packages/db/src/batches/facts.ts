import { type RawBuilder, sql } from "kysely";
import { erasedEmail } from "../customers-erase.ts";
import type { Batch } from "./batch.ts";

/** A delivery that a worker is about, or may yet be. */
const underWay = ["pending", "rendering", "stored", "sending", "throttled"] as const;

/**
 * What a batch judges an invoice by, for `i` invoices, `o` its order and `u` its customer: to be joined after
 * them. The batch's own deliveries do not count, so that its own doing never makes an item another.
 */
export const invoiceFacts = ({ id }: Pick<Batch, "id">): RawBuilder<unknown> => sql`
  left join lateral (
    select d.id, d.byte_size, d.template_hash, d.locale from documents d
    where d.invoice_id = i.id and d.stored_at is not null order by d.revision desc limit 1) latest on true
  left join lateral (
    select d.id, d.byte_size, d.locale from documents d
    where d.invoice_id = i.id and d.stored_at is not null order by d.revision limit 1) original on true
  left join lateral (
    select coalesce(sum(c.quantity), 0) as quantity, coalesce(sum(c.credited_quantity), 0) as credited,
      coalesce(sum(c.requested_quantity), 0) as requested
    from invoice_line_credits c where c.invoice_id = i.id) credit on true
  left join lateral (
    select exists (select from invoices s where s.replaces_invoice_id = i.id) as replaced,
      exists (select from credit_requests r where r.order_id = i.order_id and r.state = 'pending') as crediting) chain on true
  left join lateral (
    select coalesce(bool_or(d.state in ('sent', 'delivered')), false) as reached,
      coalesce(bool_or(d.state = any(${underWay}::text[])), false) as under_way,
      coalesce(bool_or(d.state = 'ambiguous'), false) as in_doubt,
      (array_agg(d.state order by d.id desc))[1] as latest
    from delivery_documents dd join deliveries d on d.id = dd.delivery_id
    where dd.invoice_id = i.id and d.purpose not like ${`batch:${id}:%`}) mail on true`;

const recipientOf = ({ options }: Pick<Batch, "options">): RawBuilder<string> =>
  options.recipient === "customer" ? sql<string>`u.email` : sql<string>`o.customer_email`;

export const recipientNameOf = ({ options }: Pick<Batch, "options">): RawBuilder<string> =>
  options.recipient === "customer" ? sql<string>`u.name` : sql<string>`o.customer_name`;

export const recipientEmailOf = recipientOf;

const suppressed = (batch: Pick<Batch, "options">) => sql`exists (
  select from suppressed_addresses s where s.cleared_at is null
    and s.address_sha256 = encode(sha256(convert_to(lower(btrim(${recipientOf(batch)})), 'UTF8')), 'hex'))`;

/** Whether the kind writes emails. */
export const mailsOf = ({ kind, options }: Pick<Batch, "kind" | "options">): boolean =>
  kind !== "rerender" || options.mail === true;

/** Why an invoice is not the batch's business, as a code; null: it is. */
export const skipReason = (batch: Pick<Batch, "kind" | "options">): RawBuilder<string | null> => {
  const { kind, options } = batch;
  const { only = "all" } = options;
  const erased = sql`o.customer_email = ${erasedEmail} or u.erased_at is not null`;
  if (kind === "resend")
    return sql`case
      when ${erased} then 'customer_erased'
      when chain.replaced then 'replaced'
      when original.id is null then 'no_stored_document'
      when mail.under_way then 'delivery_under_way'
      when mail.in_doubt then 'delivery_in_doubt'
      when ${only} = 'undelivered' and mail.reached then 'already_delivered'
      when ${only} = 'bounced' and mail.latest is distinct from 'bounced' then 'not_bounced'
      when ${suppressed(batch)} then 'address_suppressed' end`;
  if (kind === "rerender")
    return options.mail === true
      ? sql`case
          when latest.id is null then 'no_stored_document'
          when ${erased} then 'customer_erased'
          when mail.under_way then 'delivery_under_way'
          when mail.in_doubt then 'delivery_in_doubt'
          when ${suppressed(batch)} then 'address_suppressed' end`
      : sql`case when latest.id is null then 'no_stored_document' end`;
  return sql`case
    when i.kind = 'credit_note' then 'not_an_invoice'
    when chain.replaced then 'replaced'
    when credit.credited = credit.quantity then 'fully_credited'
    when chain.crediting or credit.requested <> credit.credited then 'credit_pending'
    when ${erased} then 'customer_erased' end`;
};

/** Names the state of what matters to the kind: another by the time it is an item's turn, and it is skipped. */
export const versionOf = ({ kind, options }: Pick<Batch, "kind" | "options">): RawBuilder<string> => {
  if (kind === "resend")
    return sql`md5(concat_ws('|', original.id, chain.replaced, case ${options.only ?? "all"}
      when 'undelivered' then mail.reached::text when 'bounced' then (mail.latest = 'bounced')::text end))`;
  if (kind === "rerender") return sql`md5(concat_ws('|', latest.id, latest.template_hash))`;
  return sql`md5(concat_ws('|', credit.credited, credit.requested, chain.replaced, chain.crediting, o.status))`;
};

/** The same of an order that is to be invoiced; a return makes it another version, too. */
export const orderVersion = sql<string>`md5(concat_ws('|', o.invoice_status, o.status, o.invoicing, o.version))`;

export const orderSkipReason = sql<string | null>`case
  when exists (select from invoices i where i.order_id = o.id and i.kind = 'invoice') then 'already_invoiced'
  when o.status = 'CANCELLED' then 'order_cancelled'
  when o.invoicing = 'external' and not exists (
    select from order_items l where l.order_id = o.id and l.returned_quantity < l.quantity) then 'order_returned'
  when o.customer_email = ${erasedEmail} then 'customer_erased'
  when o.invoice_status = 'pending' then 'being_issued'
  when o.invoice_status not in ('blocked', 'external') then 'no_invoice_wanted' end`;
