-- Failures are counted by what they have in common, as they happened: only what failed pays for it.
alter table work_item_events add column error_fingerprint text;
create index work_item_events_failures on work_item_events (error_fingerprint, occurred_at)
  where error_fingerprint is not null;
-- What ended when: for the figures of the last hour and day, and to find what is old enough to go.
create index work_items_finished on work_items (finished_at, state) where finished_at is not null;
-- From the order to its first email.
create index deliveries_sent on deliveries (sent_at) include (order_id)
  where sent_at is not null and purpose like 'invoice:%';
-- The audit by who and what. Placing orders is nearly all of it, and is found by the order or the client instead.
create index audit_events_actor on audit_events (actor, id) where action <> 'order.placed';
create index audit_events_action on audit_events (action, id) where action <> 'order.placed';
create index audit_events_client on audit_events (client_id, id) where action <> 'order.placed';
create index audit_events_acts on audit_events (id) where action <> 'order.placed';
create index suppressed_addresses_listed on suppressed_addresses (id) where cleared_at is null;
