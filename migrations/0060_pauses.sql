-- What operators have paused: a task, or one stage of it. Over when it was resumed or when its time is up, by the
-- database's clock. Rows stay: who paused what, and why.
create table pauses (
  id bigint generated always as identity primary key,
  task text not null,
  -- Null: the whole task.
  stage text,
  reason text not null,
  actor text not null,
  created_at timestamptz not null default clock_timestamp(),
  ends_at timestamptz,
  resumed_at timestamptz,
  resumed_by text
);
create unique index pauses_open on pauses (task, coalesce(stage, '')) where resumed_at is null;
