-- A search for what fell between the tables, the queue and the object store, and what came of it.
create table reconciliations (
  id bigint generated always as identity primary key,
  actor text not null,
  -- Whether each stored object's hash is computed anew, not only of those not checked lately.
  deep boolean not null default false,
  work_item_id bigint references work_items,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  -- What was looked at, by kind.
  checked jsonb
);
create index reconciliations_age on reconciliations (created_at);

create table reconciliation_findings (
  reconciliation_id bigint not null references reconciliations on delete cascade,
  position integer not null,
  kind text not null,
  -- What it is about: an order id, an invoice number, an object's key, a job's id …
  subject text not null,
  ids jsonb not null default '{}',
  repaired boolean not null,
  -- What was done, or what repairs it.
  act text not null,
  primary key (reconciliation_id, position)
);

-- When the object's bytes were last compared with the row's hash.
alter table documents add column verified_at timestamptz;
