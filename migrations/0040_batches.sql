-- A run over many invoices or orders: planned, then started. Its whole state is in rows, so that it goes on after
-- every process died.
create table batches (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  kind text not null check (kind in ('resend', 'rerender', 'reissue', 'issue')),
  -- What makes posting it again harmless.
  external_ref text,
  fingerprint bytea not null,
  reason text not null,
  actor text not null,
  request_id text,
  state text not null default 'planning'
    check (state in ('planning', 'planned', 'running', 'paused', 'done', 'cancelled', 'failed')),
  auto_start boolean not null default false,
  -- { invoiceNumbers } or { orderIds } or { filter }
  selection jsonb not null,
  options jsonb not null default '{}',
  -- So many first; the rest only when none of them failed.
  canary integer check (canary > 0),
  canary_passed boolean not null default false,
  stop_at_failure_rate double precision check (stop_at_failure_rate > 0 and stop_at_failure_rate <= 1),
  -- What had ended when somebody last let it go on: the failure rate is counted from there.
  ended_before integer not null default 0,
  failed_before integer not null default 0,
  -- Planning: the last row looked at, and items written.
  plan_cursor bigint not null default 0,
  plan_until bigint,
  total integer not null default 0,
  -- Totals of the plan: emails, bytes, expected seconds, amounts.
  plan jsonb,
  pause_reason text,
  failure text,
  -- The work that plans or advances it.
  work_item_id bigint references work_items,
  created_at timestamptz not null default clock_timestamp(),
  planned_at timestamptz,
  started_at timestamptz,
  started_by text,
  finished_at timestamptz,
  updated_at timestamptz not null default clock_timestamp()
);
create unique index batches_external_ref on batches (client_id, external_ref) where external_ref is not null;
create index batches_client on batches (client_id, id);

-- One invoice or order of a batch, as it was when planned, and its one outcome.
create table batch_items (
  batch_id bigint not null references batches,
  position integer not null,
  order_id bigint not null references orders,
  invoice_id bigint references invoices,
  -- Of what matters to the kind, when planned; another by the time it is its turn: skipped.
  version text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'skipped', 'failed')),
  -- A code: why it was skipped or failed, or what came of it.
  reason text,
  detail text,
  mails boolean not null default false,
  -- The PDF that is sent again, or the new one.
  document_id bigint references documents,
  byte_size bigint not null default 0,
  tries integer not null default 0,
  work_item_id bigint references work_items,
  delivery_id bigint references deliveries,
  credit_note_id bigint references invoices,
  new_invoice_id bigint references invoices,
  -- What a correction comes to, as planned.
  new_net_minor bigint,
  new_tax_minor bigint,
  new_gross_minor bigint,
  -- What a correction takes back: what remained uncredited.
  old_net_minor bigint,
  old_tax_minor bigint,
  old_gross_minor bigint,
  -- What differs between the old document and the new, in words.
  changes jsonb,
  began_at timestamptz,
  ended_at timestamptz,
  primary key (batch_id, position),
  constraint batch_items_reason check (state not in ('skipped', 'failed') or reason is not null),
  constraint batch_items_ended check ((state in ('done', 'skipped', 'failed')) = (ended_at is not null))
);
create index batch_items_state on batch_items (batch_id, state, position);
create unique index batch_items_invoice on batch_items (batch_id, invoice_id) where invoice_id is not null;
create index batch_items_order on batch_items (order_id);
alter table batch_items set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- PDFs that show what a batch would make.
create table batch_samples (
  batch_id bigint not null references batches,
  number integer not null,
  item_position integer not null,
  s3_key text not null,
  sha256 text not null,
  byte_size bigint not null,
  primary key (batch_id, number)
);

-- Work of a batch gives way to all other.
alter table work_items add column batch_id bigint references batches;
create index work_items_batch on work_items (batch_id, id) where batch_id is not null;
