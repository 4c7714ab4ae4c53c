-- Work that was under way when its worker died runs again alone, with nothing beside it in that worker, and only a
-- death alone counts against it.
alter table work_items
  add column alone boolean not null default false,
  add column crashes_alone integer not null default 0;
