import { sql } from "kysely";
import type { Trx } from "../connection.ts";

/**
 * Takes a customer's names and addresses out of what operators wrote: bulk operations, pauses and batches, which
 * are few, so that they may be read whole. `bulkOperationIds` are about the customer, and lose names, too; all
 * else loses addresses only, since a name alone may be somebody else's.
 */
export const redactOperatorActs = async (
  trx: Trx,
  bulkOperationIds: readonly number[],
  personal: readonly string[],
): Promise<void> => {
  const texts = sql`${[...personal]}::text[]`;
  const addresses = sql`${personal.filter(isAddress)}::text[]`;
  await sql`
    update bulk_operations set
      reason = redact_text(reason, ${texts}), stop_reason = redact_text(stop_reason, ${texts}),
      filter = redact_json(filter, '{}', ${texts})
    where id = any(${[...bulkOperationIds]}::bigint[])`.execute(trx);
  await sql`
    update pauses set reason = redact_text(reason, ${addresses}) where holds_address(reason, ${addresses})`.execute(
    trx,
  );
  await sql`
    update batches set reason = redact_text(reason, ${addresses}) where holds_address(reason, ${addresses})`.execute(
    trx,
  );
};

/** The bulk operations that acted on a customer's jobs or name an address of it; before anything is redacted. */
export const bulkOperationsAbout = async (
  trx: Trx,
  customerId: number,
  personal: readonly string[],
): Promise<readonly number[]> => {
  const { rows } = await sql<{ id: number }>`
    select unnest(bulk_operations_about(${customerId}, ${[...personal]}::text[])) as id`.execute(trx);
  return rows.map(({ id }) => id);
};

/** Whether a text is an address rather than a name. */
export const isAddress = (text: string): boolean => text.includes("@");
