-- Who calls. A client owns its keys, customers, orders and references; the catalogue is shared.
create table clients (
  id bigint generated always as identity primary key,
  name text not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  created_at timestamptz not null default now()
);

create table api_keys (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  label text not null default '',
  prefix text not null unique,
  key_hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);
create index api_keys_client on api_keys (client_id, id);

create table customers (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  name text not null,
  email text not null,
  address jsonb,
  vat_id text,
  locale text not null default 'en',
  version integer not null default 1,
  erased_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index customers_client on customers (client_id, id);
create index customers_email on customers (lower(email));

-- Money is minor units of the currency; tax rates are parts per million; a null rate means the configured one.
create table products (
  id bigint generated always as identity primary key,
  sku text not null unique,
  name text not null,
  description text not null default '',
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  currency char(3) not null,
  price_includes_tax boolean not null default false,
  tax_category text not null default 'standard' check (tax_category in ('standard', 'zero', 'exempt', 'reverse_charge')),
  tax_rate_ppm integer check (tax_rate_ppm between 0 and 1000000),
  tax_exemption_reason text,
  unit text not null default 'piece',
  tracks_stock boolean not null default true,
  inventory_quantity bigint not null default 0 constraint products_stock_not_negative check (inventory_quantity >= 0),
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table products set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- One sequence gives an order its id and its number, so both are unique across processes and restarts.
create sequence order_number as bigint;

create table orders (
  id bigint primary key default nextval('order_number'),
  order_id text not null unique,
  client_id bigint not null references clients,
  customer_id bigint not null references customers,
  customer_name text not null,
  customer_email text not null,
  -- The order's own copy of what an invoice needs of the buyer: { name, address, vatId }.
  billing_details jsonb not null,
  locale text not null default 'en',
  currency char(3) not null,
  subtotal_minor bigint not null,
  tax_minor bigint not null,
  rounding_minor bigint not null default 0,
  total_minor bigint not null,
  -- The tax breakdown and discounts as computed when the order was placed; the invoice copies them.
  taxes jsonb not null,
  discounts jsonb not null default '[]',
  status text not null default 'COMPLETED' check (status in ('COMPLETED', 'CANCELLED')),
  invoicing text not null default 'automatic' check (invoicing in ('automatic', 'external')),
  invoice_status text not null default 'pending'
    check (invoice_status in ('pending', 'blocked', 'issued', 'not_required', 'external')),
  invoice_missing text[] not null default '{}',
  external_ref text,
  purchase_order text,
  cancelled_at timestamptz,
  request_id text,
  version integer not null default 1,
  supply_date date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint orders_totals check (total_minor = subtotal_minor + tax_minor + rounding_minor)
);
create unique index orders_external_ref on orders (client_id, external_ref) where external_ref is not null;
create index orders_client on orders (client_id, id);
create index orders_customer on orders (customer_id, id);
create index orders_updated on orders (client_id, updated_at, id);

create table order_items (
  order_id bigint not null references orders,
  line_number integer not null,
  product_id bigint not null references products,
  sku text not null,
  product_name text not null,
  unit text not null,
  quantity bigint not null check (quantity > 0),
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  price_includes_tax boolean not null,
  total_minor bigint not null,
  discount_minor bigint not null default 0,
  net_minor bigint not null,
  tax_category text not null,
  tax_rate_ppm integer not null,
  tax_exemption_reason text,
  tracks_stock boolean not null,
  returned_quantity bigint not null default 0,
  primary key (order_id, line_number),
  constraint order_items_total check (total_minor = quantity * unit_price_minor),
  constraint order_items_returned check (returned_quantity between 0 and quantity)
);

-- The stock ledger. Append-only: the quantity of a product is the sum of its rows.
create table stock_movements (
  id bigint generated always as identity primary key,
  product_id bigint not null references products,
  type text not null check (type in ('receipt', 'sale', 'cancellation', 'return', 'adjustment')),
  quantity bigint not null check (quantity <> 0),
  resulting_quantity bigint not null check (resulting_quantity >= 0),
  order_id bigint references orders,
  actor text not null,
  note text not null default '',
  created_at timestamptz not null default now()
);
create index stock_movements_product on stock_movements (product_id, id);
create index stock_movements_order on stock_movements (order_id) where order_id is not null;

create table order_returns (
  id bigint generated always as identity primary key,
  order_id bigint not null references orders,
  reason text not null,
  restocked boolean not null,
  actor text not null,
  created_at timestamptz not null default now()
);
create index order_returns_order on order_returns (order_id);

create table order_return_lines (
  return_id bigint not null references order_returns,
  line_number integer not null,
  quantity bigint not null check (quantity > 0),
  primary key (return_id, line_number)
);

-- What happened to an order after it was placed, for its timeline; never pruned.
create table order_events (
  id bigint generated always as identity primary key,
  order_id bigint not null references orders,
  type text not null,
  data jsonb not null default '{}',
  occurred_at timestamptz not null default clock_timestamp()
);
create index order_events_order on order_events (order_id, id);

-- A reply that is stored in the transaction of what it reports, so that a retry can be answered with it.
create table idempotency_keys (
  client_id bigint not null references clients,
  key text not null,
  fingerprint bytea not null,
  status integer not null,
  headers jsonb not null default '{}',
  body text not null,
  created_at timestamptz not null default now(),
  primary key (client_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

create table audit_events (
  id bigint generated always as identity primary key,
  actor text not null,
  client_id bigint references clients,
  action text not null,
  target_type text not null,
  target_id text not null,
  reason text,
  before jsonb,
  after jsonb,
  request_id text,
  occurred_at timestamptz not null default now()
);
create index audit_events_target on audit_events (target_type, target_id, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% rows are never changed or removed (% refused)', tg_table_name, lower(tg_op)
    using errcode = 'restrict_violation';
end $$;

create trigger stock_movements_append_only before update or delete on stock_movements
  for each row execute function refuse_change();
create trigger stock_movements_no_truncate before truncate on stock_movements
  for each statement execute function refuse_change();
