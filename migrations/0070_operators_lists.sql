-- What operators look for in a long history. Each index leaves out what most rows are, or is on what is written
-- seldom, so that placing an order pays for one of them: the audit's, whose rows never change.
create index work_items_state on work_items (state, id) where state <> 'done';
create index work_items_rare_task on work_items (task, id) where task not in ('issue-invoice', 'deliver-invoice');
create index work_items_invoice on work_items (invoice_id, id) where invoice_id is not null;
create index work_items_error_class on work_items (last_error_class, id) where last_error_class is not null;
create index work_items_fingerprint on work_items (last_error_fingerprint, id) where last_error_fingerprint is not null;
create index work_items_tried_again on work_items (id) where attempt > 1;
create index work_items_request on work_items (request_id) where request_id is not null and task <> 'issue-invoice';
create index deliveries_recipient on deliveries (lower(recipient_email));
create index audit_events_request on audit_events (request_id) where request_id is not null;
