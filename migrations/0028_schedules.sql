-- When something that the clock begins was last begun, by the database's clock. graphile-worker's own schedules go by
-- the clock of whichever process is first: one that is a day ahead would end them for a day.
create table schedules (
  name text primary key,
  last_begun_at timestamptz not null default clock_timestamp()
);
