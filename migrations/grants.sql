-- Run after every migration. $app$ is replaced by the application role's quoted name.
-- The application may not change what must stay as it was written.
grant usage on schema public to $app$;
grant select, insert, update, delete on all tables in schema public to $app$;
grant usage, select on all sequences in schema public to $app$;
revoke update, delete, truncate on stock_movements, invoices, order_events, work_item_events, audit_events from $app$;
revoke insert, update, delete on schema_migrations from $app$;
-- Runs with the owner's rights: the one way to change the audit, for erased customers only.
grant execute on function erase_customer_from_history(bigint) to $app$;
-- The one way to remove the history of jobs: what is done, and done long ago.
grant execute on function prune_job_history(integer, integer) to $app$;
