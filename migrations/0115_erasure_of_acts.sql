-- What operators did keeps further copies of a person: addresses that were corrected more than once, and reasons.

-- As before, and every address and name that a correction went through.
create or replace function customer_personal_texts(customer bigint) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct known.personal), '{}') from (
    select unnest(array[name, email]) from public.customers where id = customer
    union all
    select unnest(array[customer_name, customer_email, billing_details ->> 'name'])
      from public.orders where customer_id = customer
    union all
    select unnest(array[delivery.recipient_name, delivery.recipient_email])
      from public.deliveries delivery join public.orders on orders.id = delivery.order_id
      where orders.customer_id = customer
    union all
    select unnest(array[before ->> 'name', before ->> 'email', after ->> 'name', after ->> 'email'])
      from public.audit_events where target_type = 'customer' and target_id = customer::text
    union all
    select unnest(array[before ->> 'customerName', before ->> 'customerEmail', after ->> 'customerName', after ->> 'customerEmail'])
      from public.audit_events where target_type = 'order' and target_id in (
        select order_id from public.orders where customer_id = customer)
  ) as known (personal)
  where known.personal <> '' and known.personal not in ('[erased]', 'erased@erased.invalid')
$$;

-- Whether a text holds one of these addresses, in any case.
create function holds_address(value text, addresses text[]) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(bool_or(strpos(lower(value), lower(address)) > 0), false) from unnest(addresses) address
$$;

-- The bulk operations that say something of a customer: they acted on one of its jobs, or name an address of it.
create function bulk_operations_about(customer bigint, personal text[]) returns bigint[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct about.id), '{}') from (
    select (after ->> 'bulkOperationId')::bigint from public.audit_events
    where target_type = 'work_item' and after ? 'bulkOperationId' and target_id in (
      select item.id::text from public.work_items item join public.orders on orders.id = item.order_id
      where orders.customer_id = customer)
    union all
    select id from public.bulk_operations
    where public.holds_address(concat_ws(' ', reason, stop_reason, filter::text),
      array(select entry from unnest(personal) entry where position('@' in entry) > 0))
  ) as about (id)
$$;

-- Only what operators wrote has a reason; placing an order pays nothing for it.
create index audit_events_reasons on audit_events (id) where reason is not null;

create or replace function erase_customer_from_history(customer bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  personal text[];
  addresses text[];
  keys constant text[] := array['name', 'email', 'address', 'vatId', 'customerName', 'customerEmail', 'billingAddress',
    'billingDetails', 'buyer', 'recipient', 'recipientName', 'recipientEmail'];
  order_keys bigint[];
  order_names text[];
  bulk_keys bigint[];
  batch_keys bigint[];
begin
  if not exists (select from public.customers where id = customer and erased_at is not null) then
    raise exception 'customer % is not marked as erased', customer using errcode = 'restrict_violation';
  end if;
  personal := public.customer_personal_texts(customer);
  addresses := array(select entry from unnest(personal) entry where position('@' in entry) > 0);
  select coalesce(array_agg(id), '{}'), coalesce(array_agg(order_id), '{}') into order_keys, order_names
    from public.orders where customer_id = customer;
  bulk_keys := public.bulk_operations_about(customer, personal);
  batch_keys := array(select distinct batch_id from public.batch_items where order_id = any (order_keys));

  -- Joined, so that the index finds the rows among millions.
  update public.audit_events audit set
    reason = public.redact_text(reason, personal),
    before = public.redact_json(before, keys, personal),
    after = public.redact_json(after, keys, personal)
  from (
    select 'customer' as type, customer::text as id
    union select 'order', unnest(order_names)
    union select type, number from public.invoices, unnest(array['invoice', 'credit_note']) type
      where order_id = any (order_keys)
    union select 'delivery', id::text from public.deliveries where order_id = any (order_keys)
    union select 'work_item', id::text from public.work_items where order_id = any (order_keys)
  ) about where audit.target_type = about.type and audit.target_id = about.id;

  -- Acts on many at once, and what they wrote about each other's jobs: only what they say of this customer goes.
  update public.audit_events audit set
    reason = public.redact_text(reason, personal),
    before = public.redact_json(before, '{}', personal),
    after = public.redact_json(after, '{}', personal)
  from (
    select 'bulk_operation' as type, key::text as id from unnest(bulk_keys) key
    union select 'batch', key::text from unnest(batch_keys) key
    union select 'suppression', id::text from public.suppressed_addresses
      where public.holds_address(address, addresses) or delivery_id in (
        select id from public.deliveries where order_id = any (order_keys))
    union select 'work_item', item.work_item_id::text
      from public.bulk_operations operation join public.bulk_operation_items item on item.bulk_operation_id = operation.id
      where operation.id = any (bulk_keys) and operation.reason <> public.redact_text(operation.reason, personal)
  ) about where audit.target_type = about.type and audit.target_id = about.id;

  -- Any other reason that names an address of the customer. A name alone may be somebody else's.
  update public.audit_events set reason = public.redact_text(reason, personal)
  where reason is not null and public.holds_address(reason, addresses);

  update public.order_events set data = public.redact_json(data, keys, personal)
  where order_id = any (order_keys);

  update public.work_item_events set
    error_message = public.redact_text(error_message, personal),
    error_stack = public.redact_text(error_stack, personal),
    detail = public.redact_json(detail, keys, personal)
  where work_item_id in (
    select id from public.work_items where order_id = any (order_keys)
    union
    select item.id from public.work_items item join public.deliveries delivery on delivery.id = item.delivery_id
      where delivery.order_id = any (order_keys));
end $$;
