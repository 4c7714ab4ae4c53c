-- One order as one transaction each: what the API writes, by SQL alone. The ceiling of the order benchmarks.
-- Two lines of distinct products, the mean of the load's one to three; variables: :low and :spread.
\set a random(:low, :low + :spread)
\set b random(:low, :low + :spread)
\set customer random(3, 1002)
\set key random(1, 9000000000000000)
begin;
select pg_try_advisory_xact_lock(:key::bigint);
select status from idempotency_keys where client_id = 1 and key = cast(:key as text);
select id, name, email, address from customers where client_id = 1 and id = :customer for key share;
select id, sku, name, unit_price_minor, inventory_quantity from products where id in (:a, :b) order by id for no key update;
with placed as (
  insert into orders (order_id, client_id, customer_id, customer_name, customer_email, billing_details, currency,
    subtotal_minor, tax_minor, total_minor, taxes)
  values ('B-' || :key::bigint, 1, :customer, 'Customer', 'customer@example.com', '{"name": "Customer"}', 'USD', 200, 20, 220,
    '[{"category": "standard"}]')
  returning id, order_id
), lines as (
  insert into order_items (order_id, line_number, product_id, sku, product_name, unit, quantity, unit_price_minor,
    price_includes_tax, total_minor, net_minor, tax_category, tax_rate_ppm, tracks_stock)
  select placed.id, line.number, line.product, 'BENCH', 'Product', 'piece', 1, 100, false, 100, 100, 'standard',
    100000, true from placed, (select 1, :a::bigint union select 2, :b::bigint where :a::bigint <> :b::bigint) as line (number, product)
), sold as (
  update products set inventory_quantity = inventory_quantity - 1 where id in (:a, :b) returning id, inventory_quantity
), ledger as (
  insert into stock_movements (product_id, type, quantity, resulting_quantity, order_id, actor)
  select sold.id, 'sale', -1, sold.inventory_quantity, placed.id, 'bench' from sold, placed
), audit as (
  insert into audit_events (actor, client_id, action, target_type, target_id, after)
  select 'bench', 1, 'order.placed', 'order', order_id, '{"totalMinor": 220}' from placed
), reply as (
  insert into idempotency_keys (client_id, key, fingerprint, status, body)
  values (1, cast(:key as text), '\x00', 201, repeat('x', 900))
), work as (
  insert into work_items (task, client_id, order_id, max_attempts)
  select 'issue-invoice', 1, id, 8 from placed returning id
)
select graphile_worker.add_job('issue-invoice', json_build_object('workItemId', id), job_key => 'work-' || id)
from work;
commit;
