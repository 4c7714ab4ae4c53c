import type { DeliveryFacts } from "@billpost/domain/operators/job-facts";
import { type RawBuilder, sql } from "kysely";
import type { Db, Trx } from "../connection.ts";

type Elsewhere = DeliveryFacts["elsewhere"];

/**
 * Locks deliveries to the end of the transaction, with all others that bring one of their invoices, in the order of
 * their ids. Whoever acts on one of them afterwards reads what became of these: without it, two who retry two failed
 * mails of one invoice at once would each find that none is to come.
 */
export const lockWithSiblings = async (trx: Trx, ids: readonly number[]): Promise<void> => {
  await siblingLock(ids).execute(trx);
};

/** The statement behind it, apart so that its plan can be looked at. */
export const siblingLock = (ids: readonly number[]): RawBuilder<unknown> => sql`
  select id from deliveries where id = any(${[...ids]}::bigint[] || array(
    select delivery_id from delivery_documents where invoice_id = any(array(
      select invoice_id from delivery_documents where delivery_id = any(${[...ids]}::bigint[])))))
  order by id for update`;

interface SiblingRow {
  readonly id: number;
  readonly elsewhere: Elsewhere;
}

/** Of each delivery, the most that is known of others that bring one of its invoices, such as a batch's or a resend. */
export const elsewhereQuery = (ids: readonly number[]): RawBuilder<SiblingRow> => sql<SiblingRow>`
  select mine.delivery_id as id, case
      when bool_or(other.state in ('sent', 'delivered')) then 'sent'
      when bool_or(other.state in ('sending', 'ambiguous')) then 'in_doubt'
      else 'to_come' end as elsewhere
  from delivery_documents mine
    -- Its offset keeps it a look into the indexes for each, however many documents there are.
    cross join lateral (
      select d.state from delivery_documents theirs join deliveries d on d.id = theirs.delivery_id
      where theirs.invoice_id = mine.invoice_id and theirs.delivery_id <> mine.delivery_id
        and d.state in ('sent', 'delivered', 'sending', 'ambiguous', 'pending', 'rendering', 'stored', 'throttled')
      offset 0) other
  where mine.delivery_id = any(${[...ids]}::bigint[])
  group by 1`;

export const readElsewhere = async (db: Db, ids: readonly number[]): Promise<Map<number, Elsewhere>> => {
  const { rows } = await elsewhereQuery(ids).execute(db);
  return new Map(rows.map(({ id, elsewhere }) => [id, elsewhere]));
};
