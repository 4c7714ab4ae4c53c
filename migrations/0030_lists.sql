-- Lists and searches whose time does not grow with the history.

-- Where an invoice stands, and when anything last happened to it: it was issued, credited, its PDF stored or its
-- delivery moved. Kept by the triggers below, in the transaction of what they tell of, so that a list reads an index
-- instead of every invoice with all it has. The truth stays with the rows it is derived from.
create table invoice_progress (
  invoice_id bigint primary key references invoices,
  client_id bigint not null,
  state text not null check (state in ('issued', 'partially_credited', 'credited')),
  changed_at timestamptz not null
);
alter table invoice_progress set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

create function note_invoice_change(invoice bigint, at timestamptz) returns void language sql as $$
  update invoice_progress set changed_at = at where invoice_id = invoice and changed_at < at
$$;

create function note_invoice_issued() returns trigger language plpgsql as $$
begin
  insert into invoice_progress (invoice_id, client_id, state, changed_at)
  values (new.id, new.client_id, 'issued', new.issued_at);
  if new.original_invoice_id is not null then
    perform note_invoice_change(new.original_invoice_id, new.issued_at);
  end if;
  return null;
end $$;
create trigger invoices_note_progress after insert on invoices for each row execute function note_invoice_issued();

create function invoice_credit_state(invoice bigint) returns text language sql stable as $$
  select case
    when coalesce(sum(credited_quantity), 0) = 0 then 'issued'
    when bool_and(credited_quantity = quantity) then 'credited'
    else 'partially_credited' end
  from invoice_line_credits where invoice_id = invoice
$$;

create function note_invoice_credited() returns trigger language plpgsql as $$
begin
  update invoice_progress set state = invoice_credit_state(new.invoice_id)
  where invoice_id = new.invoice_id and state <> invoice_credit_state(new.invoice_id);
  return null;
end $$;
create trigger invoice_line_credits_note_progress after insert or update of credited_quantity on invoice_line_credits
  for each row when (new.credited_quantity > 0) execute function note_invoice_credited();

create function note_document_stored() returns trigger language plpgsql as $$
begin
  perform note_invoice_change(new.invoice_id, new.stored_at);
  return null;
end $$;
create trigger documents_note_progress after insert or update of stored_at on documents
  for each row when (new.stored_at is not null) execute function note_document_stored();

create function note_delivery_moved() returns trigger language plpgsql as $$
begin
  perform note_invoice_change(invoice_id, new.updated_at) from delivery_documents where delivery_id = new.id;
  return null;
end $$;
create trigger deliveries_note_progress after update on deliveries
  for each row when (new.updated_at is distinct from old.updated_at) execute function note_delivery_moved();

create function note_delivery_begun() returns trigger language plpgsql as $$
begin
  perform note_invoice_change(new.invoice_id, updated_at) from deliveries where id = new.delivery_id;
  return null;
end $$;
create trigger delivery_documents_note_progress after insert on delivery_documents
  for each row execute function note_delivery_begun();

insert into invoice_progress (invoice_id, client_id, state, changed_at)
select i.id, i.client_id, invoice_credit_state(i.id), greatest(
  i.issued_at,
  (select max(n.issued_at) from invoices n where n.original_invoice_id = i.id),
  (select max(d.stored_at) from documents d where d.invoice_id = i.id),
  (select max(d.updated_at) from delivery_documents dd join deliveries d on d.id = dd.delivery_id where dd.invoice_id = i.id))
from invoices i;
create index invoice_progress_changed on invoice_progress (client_id, changed_at, invoice_id);
-- By an expression, as below: few have another state, and the planner would rather read all in the order of their ids.
create index invoice_progress_state on invoice_progress (client_id, state, (invoice_id + 0)) where state <> 'issued';
-- Only the search for changes by their source used these.
drop index documents_stored_at, deliveries_updated_at, invoices_issued_at;

-- Lists of orders by what they are filtered by, newest first.
create index orders_created on orders (client_id, created_at, id);
-- By an expression: asked for the newest of a state, the planner expects to meet them soon and reads all orders from
-- the newest. When those of that state are old, these are millions. No other index has this order.
create index orders_invoice_status on orders (client_id, invoice_status, (id + 0));
create index orders_cancelled on orders (client_id, id) where status = 'CANCELLED';

-- Lists of invoices likewise. An amount is compared in thousandths of the major unit, whatever the currency's digits.
create function amount_thousandths(minor bigint, currency text) returns bigint language sql immutable parallel safe
return minor * case
  when currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'VND', 'VUV', 'XAF',
    'XOF', 'XPF') then 1000
  when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 1
  else 10 end;
create index invoices_amount on invoices (client_id, amount_thousandths(gross_minor, currency), id);
create index invoices_currency on invoices (client_id, currency, id);
create index invoices_credit_notes on invoices (client_id, id) where kind = 'credit_note';

-- Text anywhere in a customer's name or address: by the threes of its characters, as pg_trgm does, which not every
-- PostgreSQL has. Shorter texts are looked for in the order of the ids.
create function threes(value text) returns text[] language sql immutable parallel safe
return array(select substr(lower(value), place, 3) from generate_series(1, length(lower(value)) - 2) as place);
create index customers_threes on customers using gin (threes(name || chr(10) || email));

-- What is written most is analysed and vacuumed by how many rows changed, not by a share of millions.
alter table orders set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
alter table order_items set (autovacuum_analyze_scale_factor = 0.02);
alter table stock_movements set (autovacuum_analyze_scale_factor = 0.02);
alter table idempotency_keys set (autovacuum_vacuum_scale_factor = 0.05);
alter table deliveries set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
