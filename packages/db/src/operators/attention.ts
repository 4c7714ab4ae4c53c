import { type RawBuilder, sql } from "kysely";
import type { Db } from "../connection.ts";

/** What waits for a person, in the order in which people look at it. */
export const attentionStates = [
  "blocked",
  "failed",
  "ambiguous",
  "quarantined",
  "suppressed",
  "bounced",
] as const;
type AttentionState = (typeof attentionStates)[number];

export interface Attention {
  readonly state: AttentionState;
  /** Jobs; of `bounced`, deliveries that came back and that nothing was sent after. */
  readonly count: number;
  readonly oldestAt: Date | null;
}

/** How much waits for a person, of each kind; those that nothing is of as well. */
export const readAttention = async (db: Db): Promise<Attention[]> => {
  const { rows } = await attentionQuery().execute(db);
  const found = new Map(rows.map((row) => [row.state, row]));
  return attentionStates.map((state) => found.get(state) ?? { state, count: 0, oldestAt: null });
};

export const attentionQuery = (): RawBuilder<Attention> => sql<Attention>`
  select state, count(*) as count, min(coalesce(finished_at, updated_at)) as "oldestAt" from work_items
  where state in ('blocked', 'failed', 'ambiguous', 'quarantined', 'suppressed') and state <> 'done'
    and (state <> 'ambiguous' or finished_at is not null)
  group by state
  union all
  select 'bounced', count(*), min(d.updated_at) from deliveries d
  where d.state = 'bounced' and d.state not in ('sent', 'delivered', 'handled', 'cancelled')
    and not exists (
      select from delivery_documents dd join delivery_documents later
        on later.invoice_id = dd.invoice_id and later.delivery_id > dd.delivery_id
      where dd.delivery_id = d.id)`;
