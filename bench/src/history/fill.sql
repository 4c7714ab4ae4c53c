-- A shop's past, written by sets: $orders orders of two lines, the first $invoiced of them invoiced and sent, the
-- others invoiced elsewhere. All of it is more than a day old.
-- Triggers and foreign keys are off, indexes are built at the end. Each paragraph is one
-- statement; those between two lines of dashes may run at the same time.
----
insert into customers (client_id, name, email, address)
select 1, 'Buyer ' || n, 'buyer' || n || '@example.com', '{"line1": "1 Main Street", "city": "Dublin", "countryCode": "IE"}'
from generate_series(1, $customers) as n;
----
insert into orders (id, order_id, client_id, customer_id, customer_name, customer_email, billing_details, currency,
  subtotal_minor, tax_minor, total_minor, taxes, status, invoicing, invoice_status, external_ref, created_at, updated_at)
select n, 'OLD-' || lpad(n::text, 9, '0'), 1, $firstCustomer + n % $buyers, 'Buyer', 'buyer@example.com',
  '{"name": "Buyer", "address": null, "vatId": null}', 'USD', 200, 20, 220,
  '[{"category": "standard", "ratePpm": 100000, "taxableMinor": 200, "taxMinor": 20, "exemptionReason": null}]',
  case when n % 40 = 0 then 'CANCELLED' else 'COMPLETED' end,
  case when n <= $invoiced then 'automatic' else 'external' end,
  case when n <= $invoiced then 'issued' when n % 40 = 0 then 'not_required' else 'external' end,
  'old-' || n, at, at
from generate_series(1, $orders) as n,
  lateral (select now() - ($orders - n + 10000) * interval '12 seconds' as at) as moment;

insert into order_items (order_id, line_number, product_id, sku, product_name, unit, quantity, unit_price_minor,
  price_includes_tax, total_minor, net_minor, tax_category, tax_rate_ppm, tracks_stock)
select n, line, $firstProduct + (n + line * 3) % $products, 'BENCH', 'Product', 'piece', 1, 100, false, 100, 100,
  'standard', 100000, true
from generate_series(1, $orders) as n, generate_series(1, 2) as line;

insert into stock_movements (product_id, type, quantity, resulting_quantity, order_id, actor)
select $firstProduct + (n + line * 3) % $products, 'sale', -1, 1000000, n, 'bench'
from generate_series(1, $orders) as n, generate_series(1, 2) as line;

insert into audit_events (actor, client_id, action, target_type, target_id, after)
select 'bench', 1, 'order.placed', 'order', 'OLD-' || lpad(n::text, 9, '0'), '{"totalMinor": 220}'
from generate_series(1, $orders) as n;

insert into invoice_series (kind, year, prefix, next_number) values ('invoice', 2020, 'OLD', $invoiced + 1);

insert into invoices (series_id, sequence_number, number, kind, client_id, customer_id, order_id, issue_date, currency,
  net_minor, tax_minor, gross_minor, snapshot, snapshot_sha256, issued_at)
select 1, n, 'OLD-2020-' || lpad(n::text, 6, '0'), 'invoice', 1, $firstCustomer + n % $buyers, n,
  (now() - ($invoiced - n + 10000) * interval '12 seconds')::date, 'USD', 200, 20, 220, '{}',
  '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', now() - ($invoiced - n + 10000) * interval '12 seconds'
from generate_series(1, $invoiced) as n;

insert into invoice_line_credits (invoice_id, line_number, quantity, credited_quantity, requested_quantity)
select n, line, 1, case when n % 20 = 0 then 1 else 0 end, case when n % 20 = 0 then 1 else 0 end
from generate_series(1, $invoiced) as n, generate_series(1, 2) as line;

insert into invoice_progress (invoice_id, client_id, state, changed_at)
select n, 1, case when n % 20 = 0 then 'credited' else 'issued' end, now() - ($invoiced - n + 10000) * interval '12 seconds' from generate_series(1, $invoiced) as n;

insert into documents (invoice_id, revision, locale, template_hash, chrome_version, sha256, byte_size, pages, s3_key,
  rendered_at, stored_at)
select n, 1, 'en', 'bench', 'bench', 'bench', 1000, 1, 'invoices/old/' || n, at, at
from generate_series(1, $invoiced) as n,
  lateral (select now() - ($invoiced - n + 10000) * interval '12 seconds' as at) as moment;

insert into deliveries (client_id, order_id, purpose, recipient_name, recipient_email, locale, state, attempt, fence,
  ses_message_id, sent_at, created_at, updated_at)
select 1, n, 'invoice:' || n, 'Buyer', 'buyer@example.com', 'en', 'delivered', 1, 1, 'old-' || n, at, at, at
from generate_series(1, $invoiced) as n,
  lateral (select now() - ($invoiced - n + 10000) * interval '12 seconds' as at) as moment;

insert into delivery_documents (delivery_id, position, invoice_id, document_id)
select n, 1, n, n from generate_series(1, $invoiced) as n;

insert into work_items (task, state, client_id, order_id, invoice_id, delivery_id, attempt, max_attempts, fence,
  started_at, finished_at, run_at, created_at, updated_at)
select case kind when 1 then 'issue-invoice' else 'deliver-invoice' end, 'done', 1, n, n,
  case kind when 2 then n end, 1, 8, 1, at, at, at, at, at
from generate_series(1, $invoiced) as n, generate_series(1, 2) as kind,
  lateral (select now() - ($invoiced - n + 10000) * interval '12 seconds' as at) as moment;

insert into work_item_events (work_item_id, attempt, stage, event, worker_id, occurred_at)
select n, 1, stage, event, 'bench', now() - ($invoiced * 2 - n + 20000) * interval '6 seconds'
from generate_series(1, $invoiced * 2) as n,
  (values ('attempt', 'started'), ('store', 'succeeded'), ('attempt', 'succeeded')) as happened (stage, event);

insert into idempotency_keys (client_id, key, fingerprint, status, body)
select 1, 'old-' || n, '\x00', 201, repeat('x', 900) from generate_series(1, least($orders, 200000)) as n;
----
select setval('order_number', $orders + 1);
