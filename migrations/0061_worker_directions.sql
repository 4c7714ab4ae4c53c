-- What a worker shows of itself with each beat, and what operators want of it: the beat that tells also hears.
alter table worker_heartbeats
  add column hostname text not null default '',
  add column slots integer not null default 0,
  add column busy integer not null default 0,
  add column render_slots integer not null default 0,
  add column renders integer not null default 0,
  -- What it does: takes work, takes none, or is on its way out.
  add column mode text not null default 'active' check (mode in ('active', 'quiet', 'stopping')),
  add column wanted text not null default 'active' check (wanted in ('active', 'quiet', 'stopping'));
