-- Erasing a customer's personal data (GDPR art. 17), also from the tables that the application may only add to.

-- Every name and email the system has known a customer by. Orders and deliveries keep the data as it was, and
-- the audit keeps what was changed, so there may be several.
create function customer_personal_texts(customer bigint) returns text[]
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
  ) as known (personal)
  where known.personal <> '' and known.personal not in ('[erased]', 'erased@erased.invalid')
$$;

-- Replaces each of `personal` in a text, in any case, where it stands as words of its own.
create function redact_text(value text, personal text[]) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  one text;
begin
  for one in select entry from unnest(personal) entry order by length(entry) desc loop
    value := regexp_replace(
      value,
      '(?<![A-Za-z0-9])' || regexp_replace(one, '([][\\^$.|?*+(){}])', '\\\1', 'g') || '(?![A-Za-z0-9])',
      case when position('@' in one) > 0 then 'erased@erased.invalid' else '[erased]' end,
      'gi');
  end loop;
  return value;
end $$;

-- Redacts what stands under one of `keys` whole, and each of `personal` in every other text.
create function redact_json(value jsonb, keys text[], personal text[]) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  return case jsonb_typeof(value)
    when 'object' then coalesce((
      select jsonb_object_agg(key, case
        when not key = any (keys) then public.redact_json(member, keys, personal)
        when jsonb_typeof(member) <> 'string' then 'null'
        when lower(key) like '%email' then to_jsonb(text 'erased@erased.invalid')
        else to_jsonb(text '[erased]') end)
      from jsonb_each(value) as entry (key, member)), '{}')
    when 'array' then coalesce((
      select jsonb_agg(public.redact_json(member, keys, personal) order by place)
      from jsonb_array_elements(value) with ordinality as entry (member, place)), '[]')
    when 'string' then to_jsonb(public.redact_text(value #>> '{}', personal))
    else value end;
end $$;

-- The application has no UPDATE on the audit and on events. This function has its owner's, for one purpose:
-- what it writes is fixed here, and it works for a customer who is marked as erased only.
create function erase_customer_from_history(customer bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  personal text[];
  keys constant text[] := array['name', 'email', 'address', 'vatId', 'customerName', 'customerEmail', 'billingAddress',
    'billingDetails', 'buyer', 'recipient', 'recipientName', 'recipientEmail'];
  order_keys bigint[];
  order_names text[];
begin
  if not exists (select from public.customers where id = customer and erased_at is not null) then
    raise exception 'customer % is not marked as erased', customer using errcode = 'restrict_violation';
  end if;
  personal := public.customer_personal_texts(customer);
  select coalesce(array_agg(id), '{}'), coalesce(array_agg(order_id), '{}') into order_keys, order_names
    from public.orders where customer_id = customer;

  update public.audit_events set
    reason = public.redact_text(reason, personal),
    before = public.redact_json(before, keys, personal),
    after = public.redact_json(after, keys, personal)
  where (target_type = 'customer' and target_id = customer::text)
    or (target_type = 'order' and target_id = any (order_names))
    or (target_type in ('invoice', 'credit_note') and target_id in (
      select number from public.invoices where order_id = any (order_keys)))
    or (target_type = 'delivery' and target_id in (
      select id::text from public.deliveries where order_id = any (order_keys)))
    or (target_type = 'work_item' and target_id in (
      select id::text from public.work_items where order_id = any (order_keys)));

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
revoke execute on function erase_customer_from_history(bigint) from public;
