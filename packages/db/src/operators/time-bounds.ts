import { type RawBuilder, sql } from "kysely";

/** Ids are given out in the order of time, but for transactions that lasted; none lasts as long as this. */
const slackMinutes = 10;

const timeColumn = { work_items: "created_at", audit_events: "occurred_at" } as const;

/**
 * The id from which on the rows are of an instant or later, found by halving over the primary key: a handful
 * of look-ups instead of an index on the time, which every insert would pay for. Rows that came into being
 * within the slack may lie on either side, so the time itself is to be compared as well.
 */
const firstIdSince = (table: keyof typeof timeColumn, since: RawBuilder<unknown>): RawBuilder<number> => {
  const rows = sql.table(table);
  const time = sql.ref(timeColumn[table]);
  return sql<number>`(
    with recursive search (low, high) as (
      select coalesce(min(id), 0), coalesce(max(id), 0) + 1 from ${rows}
      union all
      select case when found.early then found.id + 1 else search.low end,
        case when found.early then search.high else (search.low + search.high) / 2 end
      from search left join lateral (
        select id, ${time} < ${since} as early from ${rows}
        where id >= (search.low + search.high) / 2 and id < search.high order by id limit 1
      ) found on true
      where search.low < search.high
    )
    select low from search where low >= high limit 1)`;
};

/** Rows of an alias from an instant on, and before one; either may be absent. */
export const within = (
  table: keyof typeof timeColumn,
  alias: string,
  {
    from,
    to,
  }: { readonly from?: RawBuilder<unknown> | undefined; readonly to?: RawBuilder<unknown> | undefined },
): RawBuilder<boolean>[] => {
  const id = sql.ref(`${alias}.id`);
  const time = sql.ref(`${alias}.${timeColumn[table]}`);
  const slack = sql`make_interval(mins => ${sql.lit(slackMinutes)})`;
  return [
    ...(from
      ? [
          sql<boolean>`${id} >= ${firstIdSince(table, sql`${from} - ${slack}`)}`,
          sql<boolean>`${time} >= ${from}`,
        ]
      : []),
    ...(to
      ? [sql<boolean>`${id} < ${firstIdSince(table, sql`${to} + ${slack}`)}`, sql<boolean>`${time} < ${to}`]
      : []),
  ];
};
