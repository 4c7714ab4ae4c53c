import type { Db } from "@billpost/db/connection";
import { sql } from "kysely";

/**
 * Fills a database with a history of orders that were placed one a second, invoiced and delivered, as rows and
 * without jobs: two jobs for each order. A few of the oldest orders met every kind of trouble. Answers nothing that
 * cannot be asked for: order `n` is ORD-2026-00000n of customer `n`, for up to 1,000 customers.
 */
export const fillHistory = async (db: Db, orders: number): Promise<void> => {
  const customers = Math.min(orders, 1_000);
  await db.transaction().execute(async (trx) => {
    // Hundreds of thousands of rows take longer than a request may.
    await sql`set local statement_timeout = 0`.execute(trx);
    await sql`insert into clients (name) values ('history')`.execute(trx);
    await sql`insert into products (sku, name, unit_price_minor, currency) values ('H', 'Widget A', 1000, 'EUR')`.execute(
      trx,
    );
    await sql`insert into customers (client_id, name, email)
      select (select max(id) from clients), 'John Doe', 'Customer' || n || '@example.com' from generate_series(1, ${customers}::int) n`.execute(
      trx,
    );
    await sql`insert into invoice_series (kind, year, prefix, next_number, last_issue_date)
      values ('invoice', 2026, 'INV', ${orders}::int + 1, '2026-01-31')`.execute(trx);
    await sql`
      with places as (
        select n, nextval('order_number') as id, now() - (${orders}::int - n) * interval '1 second' as at
        from generate_series(1, ${orders}::int) n order by n
      )
      insert into orders (id, order_id, client_id, customer_id, customer_name, customer_email, billing_details, currency,
        subtotal_minor, tax_minor, total_minor, taxes, invoice_status, external_ref, request_id, created_at, updated_at)
      select p.id, 'ORD-2026-' || lpad(p.n::text, 6, '0'), c.client_id, c.id, c.name, c.email,
        '{"name":"John Doe","address":null,"vatId":null}', 'EUR', 1000, 100, 1100,
        '[{"category":"standard","ratePpm":100000,"taxableMinor":1000,"taxMinor":100,"exemptionReason":null}]',
        'issued', 'shop-' || p.n, 'request-' || p.n, p.at, p.at
      from places p join customers c on c.email = 'Customer' || ((p.n - 1) % ${customers}::int + 1) || '@example.com'
      order by p.n`.execute(trx);
    await sql`
      insert into audit_events (actor, client_id, action, target_type, target_id, request_id, occurred_at)
      select 'key:history', client_id, 'order.placed', 'order', order_id, request_id, created_at from orders order by id`.execute(
      trx,
    );
    await sql`
      insert into invoices (series_id, sequence_number, number, kind, client_id, customer_id, order_id, issue_date, currency,
        net_minor, tax_minor, gross_minor, snapshot, snapshot_sha256, issued_at)
      select (select max(id) from invoice_series), o.n, 'INV-2026-' || lpad(o.n::text, 6, '0'), 'invoice', o.client_id,
        o.customer_id, o.id, '2026-01-31', 'EUR', 1000, 100, 1100, s.text, encode(sha256(convert_to(s.text, 'UTF8')), 'hex'), o.created_at
      from (select *, row_number() over (order by id) as n from orders) o
        cross join lateral (select '{"number":"INV-2026-' || lpad(o.n::text, 6, '0') || '"}' as text) s
      order by o.id`.execute(trx);
    await sql`
      insert into deliveries (client_id, order_id, purpose, recipient_name, recipient_email, locale, state, ses_message_id, sent_at,
        created_at, updated_at)
      select i.client_id, i.order_id, 'invoice:' || i.id, o.customer_name, o.customer_email, 'en', 'sent',
        'message-' || i.id, i.issued_at, i.issued_at, i.issued_at
      from invoices i join orders o on o.id = i.order_id order by i.id`.execute(trx);
    await sql`
      insert into delivery_documents (delivery_id, position, invoice_id)
      select d.id, 1, i.id from deliveries d join invoices i on 'invoice:' || i.id = d.purpose`.execute(trx);
    await sql`
      insert into work_items (task, state, client_id, order_id, invoice_id, delivery_id, attempt, max_attempts, fence, run_at,
        started_at, finished_at, request_id, created_at, updated_at)
      select w.task, 'done', o.client_id, o.id, w.invoice_id, w.delivery_id, 1, 8, 1, o.created_at,
        o.created_at + interval '1 second', o.created_at + interval '2 seconds', o.request_id, o.created_at, o.created_at
      from orders o join deliveries d on d.order_id = o.id join invoices i on i.order_id = o.id
        cross join lateral (values ('issue-invoice', null::bigint, null::bigint), ('deliver-invoice', i.id, d.id)) w (task, invoice_id, delivery_id)
      order by o.id, w.task desc`.execute(trx);
    await sql`
      insert into work_item_events (work_item_id, attempt, stage, event, worker_id, occurred_at)
      select id, 1, 'attempt', 'succeeded', 'history', finished_at from work_items order by id`.execute(trx);
    await breakSome(trx);
  });
};

/** Among the oldest ones, where a list that is read from its end meets them last. */
const breakSome = async (db: Db): Promise<void> => {
  await sql`update work_items set attempt = 4, last_error_class = 'retryable', last_error_message = 'S3 answered 500',
    last_error_fingerprint = 'store:retryable:1' where id in (select id from work_items where task = 'deliver-invoice' order by id limit 40)`.execute(
    db,
  );
  await sql`
    insert into work_item_events (work_item_id, attempt, stage, event, worker_id, error_class, error_message, error_fingerprint, occurred_at)
    select id, tried, 'store', 'failed', 'history', last_error_class, last_error_message, last_error_fingerprint,
      created_at + tried * interval '1 second'
    from work_items cross join lateral generate_series(1, 3) tried where last_error_class is not null`.execute(
    db,
  );
  for (const [place, state] of [
    "failed",
    "blocked",
    "ambiguous",
    "quarantined",
    "suppressed",
    "cancelled",
    "handled",
    "retrying",
    "throttled",
    "scheduled",
    "running",
    "waiting",
  ].entries())
    await sql`update work_items set state = ${state} where id in (
      select id from work_items where task = 'deliver-invoice' order by id offset ${place * 3} limit 3)`.execute(
      db,
    );
  await sql`insert into work_items (task, state, payload, max_attempts) values ('reconcile', 'done', '{"reconciliationId":1}', 8)`.execute(
    db,
  );
  await sql`insert into batches (id, client_id, kind, fingerprint, reason, actor, selection) overriding system value
    select 7, max(id), 'resend', '', 'history', 'key:history', '{}' from clients`.execute(db);
  await sql`update work_items set batch_id = 7 where id in (
    select id from work_items where task = 'deliver-invoice' order by id offset 50 limit 30)`.execute(db);
};
