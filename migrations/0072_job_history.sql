-- What is done is kept for a time, so that lists and backups do not grow for ever. What points at a job as the one
-- that did it goes on pointing there when it is gone: it is read by left joins, and a check of each such table for
-- each job that goes would cost more than it is worth.
do $$
declare
  pointer record;
begin
  for pointer in select conrelid::regclass as owner, conname from pg_constraint
    where contype = 'f' and confrelid = 'work_items'::regclass and conrelid <> 'work_item_events'::regclass
  loop
    execute format('alter table %s drop constraint %I', pointer.owner, pointer.conname);
  end loop;
end $$;

-- Removes up to `batch` jobs that were done more than `keep_days` ago, with their history, which the application may
-- not remove by itself; answers how many. What waits for anybody stays: a delivery that is not at a good end, an order
-- that is not numbered, a credit note that is not issued. So reconciliation finds nothing missing afterwards.
create function prune_job_history(keep_days integer, batch integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  pruned bigint;
begin
  if keep_days < 1 then
    raise exception 'history of jobs is kept for a day at least';
  end if;
  with old as materialized (
    select w.id from public.work_items w
    where w.state = 'done' and w.finished_at is not null
      and w.finished_at < clock_timestamp() - make_interval(days => keep_days)
      and (w.delivery_id is null or exists (
        select from public.deliveries d
        where d.id = w.delivery_id and d.state in ('sent', 'delivered', 'handled', 'cancelled')))
      and (w.order_id is null or (
        not exists (select from public.orders o where o.id = w.order_id and o.invoice_status in ('pending', 'blocked'))
        and not exists (select from public.credit_requests r where r.order_id = w.order_id and r.state = 'pending')))
    order by w.finished_at limit batch for update skip locked
  ), history as (
    delete from public.work_item_events e using old where e.work_item_id = old.id
  )
  delete from public.work_items w using old where w.id = old.id;
  get diagnostics pruned = row_count;
  return pruned;
end $$;
revoke execute on function prune_job_history(integer, integer) from public;
