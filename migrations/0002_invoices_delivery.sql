-- A gapless counter per seller, kind and year of the issue date. A row is locked only while numbers are taken.
create table invoice_series (
  id bigint generated always as identity primary key,
  seller text not null default 'default',
  kind text not null check (kind in ('invoice', 'credit_note')),
  year integer not null,
  prefix text not null check (prefix ~ '^[A-Z0-9-]{1,20}$'),
  padding integer not null default 6 check (padding between 1 and 12),
  start_number bigint not null default 1 check (start_number > 0),
  next_number bigint not null check (next_number >= start_number),
  last_issue_date date,
  unique (seller, kind, year),
  unique (prefix, year)
);

create table invoices (
  id bigint generated always as identity primary key,
  series_id bigint not null references invoice_series,
  sequence_number bigint not null,
  number text not null unique,
  kind text not null check (kind in ('invoice', 'credit_note')),
  client_id bigint not null references clients,
  customer_id bigint not null references customers,
  order_id bigint not null references orders,
  -- The invoice that a credit note corrects.
  original_invoice_id bigint references invoices,
  -- The invoice that a corrected invoice takes the place of.
  replaces_invoice_id bigint unique references invoices,
  issue_date date not null,
  currency char(3) not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  gross_minor bigint not null,
  -- Canonical JSON; the hash is over exactly these bytes, and the database checks it.
  snapshot text not null,
  snapshot_sha256 text not null,
  issued_at timestamptz not null default clock_timestamp(),
  unique (series_id, sequence_number),
  constraint invoices_snapshot_hash check (snapshot_sha256 = encode(sha256(convert_to(snapshot, 'UTF8')), 'hex')),
  constraint invoices_credit_names_original check ((kind = 'credit_note') = (original_invoice_id is not null))
);
create unique index invoices_one_original on invoices (order_id) where kind = 'invoice' and replaces_invoice_id is null;
create index invoices_order on invoices (order_id, id);
create index invoices_client on invoices (client_id, id);
create index invoices_original on invoices (original_invoice_id) where original_invoice_id is not null;

create trigger invoices_immutable before update or delete on invoices
  for each row execute function refuse_change();
create trigger invoices_no_truncate before truncate on invoices
  for each statement execute function refuse_change();

-- How much of each invoice line is credited: what credit notes lock, and what an invoice's state is derived from.
create table invoice_line_credits (
  invoice_id bigint not null references invoices,
  line_number integer not null,
  quantity bigint not null check (quantity > 0),
  credited_quantity bigint not null default 0,
  primary key (invoice_id, line_number),
  constraint invoice_line_credits_remaining check (credited_quantity between 0 and quantity)
);

-- One rendered PDF. Its row is committed before the object is put; until `stored_at` is set it may be replaced.
create table documents (
  id bigint generated always as identity primary key,
  invoice_id bigint not null references invoices,
  revision integer not null check (revision > 0),
  locale text not null,
  template_hash text not null,
  chrome_version text not null,
  sha256 text not null,
  byte_size bigint not null check (byte_size > 0),
  pages integer not null check (pages > 0),
  s3_key text not null unique,
  rendered_at timestamptz not null default clock_timestamp(),
  stored_at timestamptz,
  unique (invoice_id, revision)
);

-- One intent to bring one or more documents to one address.
create table deliveries (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  order_id bigint not null references orders,
  -- What it is for, such as `invoice:17`; unique, so that no crash can make a second one.
  purpose text not null unique,
  recipient_name text not null,
  recipient_email text not null,
  locale text not null,
  reason text,
  state text not null default 'pending' check (state in ('pending', 'rendering', 'stored', 'sending', 'sent',
    'delivered', 'bounced', 'ambiguous', 'throttled', 'suppressed', 'quarantined', 'failed', 'cancelled', 'handled')),
  attempt integer not null default 0,
  fence bigint not null default 0,
  -- Automatic resends after an ambiguous outcome; never more than one.
  resends integer not null default 0,
  ses_message_id text,
  sent_at timestamptz,
  last_error_class text,
  last_error_message text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create index deliveries_order on deliveries (order_id);
create index deliveries_state on deliveries (state, updated_at)
  where state not in ('sent', 'delivered', 'handled', 'cancelled');
create unique index deliveries_message on deliveries (ses_message_id) where ses_message_id is not null;

create table delivery_documents (
  delivery_id bigint not null references deliveries,
  position integer not null,
  invoice_id bigint not null references invoices,
  -- Null until the invoice's document exists.
  document_id bigint references documents,
  primary key (delivery_id, position)
);
create index delivery_documents_invoice on delivery_documents (invoice_id);

-- One row per unit of work of any task, written in the transaction that asks for it, kept as history.
-- graphile-worker forgets finished jobs; this does not. Its job's key is `work:<id>:<fence>`.
create table work_items (
  id bigint generated always as identity primary key,
  task text not null,
  state text not null default 'waiting' check (state in ('waiting', 'scheduled', 'running', 'retrying', 'blocked',
    'throttled', 'failed', 'ambiguous', 'quarantined', 'suppressed', 'cancelled', 'handled', 'done')),
  client_id bigint references clients,
  order_id bigint references orders,
  invoice_id bigint references invoices,
  delivery_id bigint references deliveries,
  payload jsonb not null default '{}',
  attempt integer not null default 0,
  max_attempts integer not null,
  -- Grows with each claim; an effect is written only under the fence of the claim that made it.
  fence bigint not null default 0,
  worker_id text,
  run_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  last_error_class text,
  last_error_message text,
  last_error_fingerprint text,
  request_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index work_items_open on work_items (task, state, run_at) where state <> 'done';
create index work_items_worker on work_items (worker_id) where state = 'running';
create index work_items_order on work_items (order_id, id);
create unique index work_items_delivery on work_items (delivery_id) where delivery_id is not null;
alter table work_items set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

-- Every attempt and stage, append-only: `attempt.started`, `store.succeeded`, `send.started`, `send.failed`, `attempt.crashed` …
create table work_item_events (
  id bigint generated always as identity primary key,
  work_item_id bigint not null references work_items,
  attempt integer not null,
  stage text not null,
  event text not null check (event in ('started', 'succeeded', 'failed', 'crashed', 'skipped')),
  worker_id text,
  error_class text,
  error_message text,
  error_stack text,
  detail jsonb,
  occurred_at timestamptz not null default clock_timestamp()
);
create index work_item_events_item on work_item_events (work_item_id, id);

-- A worker pool is alive while its beat moves. Observers judge by their own monotonic clock, not by `last_beat_at`.
create table worker_heartbeats (
  pool_id text primary key,
  host text not null,
  pid integer not null,
  version text not null,
  beat bigint not null default 0,
  started_at timestamptz not null default clock_timestamp(),
  last_beat_at timestamptz not null default clock_timestamp()
);
