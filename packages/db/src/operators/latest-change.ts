import { sql } from "kysely";
import type { Db } from "../connection.ts";

/**
 * A text that differs whenever something was added to a history that operators look at: work, its attempts, orders,
 * events of SES, acts. Each part is read off the end of an index. Rows that are committed out of order can be
 * missed until the next one, so whoever relies on it looks again now and then.
 */
export const latestChange = async (db: Db): Promise<string> => {
  const { rows } = await sql<{ latest: string }>`
    select concat_ws(':',
      (select max(id) from work_items), (select max(id) from work_item_events), (select max(id) from orders),
      (select max(id) from order_events), (select max(id) from ses_events), (select max(id) from audit_events)
    ) as latest`.execute(db);
  return rows[0]?.latest ?? "";
};
