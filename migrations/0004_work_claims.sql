-- The graphile-worker job that carries the present claim: who else finds the item running knows by it whether
-- the claim is still held. And how often in a row the work was told to wait, which makes the next wait longer.
alter table work_items add column job_id bigint;
alter table work_items add column throttles integer not null default 0;
