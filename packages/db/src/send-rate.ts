import { sql } from "kysely";
import type { Db } from "./connection.ts";

export interface SendRate {
  /** Messages a second, of the whole account. */
  readonly perSecond: number;
  /** The part of it that is kept for orders' first emails, from 0 to 1. */
  readonly freshShare: number;
}

/**
 * Takes the right to send one message now, from buckets that all workers share: one statement, by the
 * database's clock. Answers 0 when it was given, else how long to wait before asking again, in ms. `fresh`
 * messages take from the whole rate; all others also from what is not kept for fresh ones. A bucket holds what
 * a second brings, so a pause is not made up for by a burst.
 */
export const takeSendToken = async (
  db: Db,
  { perSecond, freshShare }: SendRate,
  fresh: boolean,
): Promise<number> => {
  const bulkRate = perSecond * (1 - freshShare);
  const { rows } = await sql<{ given: boolean; wait_ms: number }>`
    with wanted (name, rate) as (
      values ('all', ${perSecond}::float8), ('bulk', ${bulkRate}::float8) limit ${fresh ? 1 : 2}
    ), filled as (
      select b.name, w.rate, least(greatest(w.rate, 1),
        b.tokens + w.rate * greatest(0, extract(epoch from clock_timestamp() - b.updated_at))) as tokens
      from (select * from send_buckets order by name for update) b join wanted w on w.name = b.name
    ), decided as (
      select bool_and(tokens >= 1) as given, max((1 - tokens) / rate) * 1000 as wait_ms from filled
    )
    update send_buckets b set
      tokens = f.tokens - case when d.given then 1 else 0 end, updated_at = clock_timestamp()
    from filled f, decided d where b.name = f.name
    returning d.given, greatest(d.wait_ms, 1)::float8 as wait_ms`.execute(db);
  const [answer] = rows;
  return answer === undefined || answer.given ? 0 : answer.wait_ms;
};
