-- A text is looked for by the threes of its characters that fewest customers have: those that everybody has, such as the
-- end of an address, make the index read long lists and leave no fewer rows. Which are rare, the statistics of
-- the index say. The owner's right, since statistics are not the application's to read; of them nothing but an order of the
-- caller's own threes comes out.
create function rare_threes(value text) returns text[] language sql stable security definer parallel safe
  set search_path = pg_catalog
begin atomic
  with common as (
    select three, frequency from pg_stats,
      unnest(most_common_elems::text::text[], most_common_elem_freqs) as known (three, frequency)
    where schemaname = 'public' and tablename = 'customers_threes'
  )
  select coalesce(array_agg(three), '{}') from (
    select three from (select distinct unnest(public.threes(value)) as three) as own left join common using (three)
    order by coalesce(frequency, 0), three limit 4
  ) as rarest;
end;
