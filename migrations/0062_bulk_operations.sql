-- One act of an operator on many jobs. Its targets are frozen when it begins; what became of each stays.
create table bulk_operations (
  id bigint generated always as identity primary key,
  action text not null,
  -- What the act needs besides: `outcome` to settle, `runAt` to reschedule.
  options jsonb not null default '{}',
  filter jsonb not null,
  reason text not null,
  actor text not null,
  client_id bigint references clients,
  request_id text,
  state text not null default 'running' check (state in ('running', 'done', 'stopped')),
  -- Act on so many first and wait for what comes of them. Null: on all at once.
  canary integer check (canary > 0),
  canary_passed boolean not null default false,
  -- Between 0 and 1, of the outcomes that are known.
  stop_at_failure_rate double precision check (stop_at_failure_rate between 0 and 1),
  total integer not null,
  -- Targets up to this place have been acted on.
  position integer not null default 0,
  work_item_id bigint,
  stop_requested_by text,
  stop_reason text,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);
create table bulk_operation_items (
  bulk_operation_id bigint not null references bulk_operations,
  position integer not null,
  work_item_id bigint not null,
  -- Null: not yet.
  result text check (result in ('changed', 'skipped')),
  because text,
  primary key (bulk_operation_id, position)
);
