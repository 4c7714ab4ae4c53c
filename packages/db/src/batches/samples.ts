import { sql } from "kysely";
import type { Db, Trx } from "../connection.ts";

/** A PDF that shows what a batch would make of one of its items. */
export interface BatchSample {
  readonly number: number;
  readonly itemPosition: number;
  readonly s3Key: string;
  readonly sha256: string;
  readonly byteSize: number;
}

/** A batch's samples, by number. */
export const listSamples = (db: Db, batchId: number): Promise<BatchSample[]> =>
  db
    .selectFrom("batch_samples")
    .select(["number", "item_position as itemPosition", "s3_key as s3Key", "sha256", "byte_size as byteSize"])
    .where("batch_id", "=", batchId)
    .orderBy("number")
    .execute();

/** Notes a sample that is stored; one that is there already stays. */
export const writeSample = async (trx: Trx, batchId: number, sample: BatchSample): Promise<void> => {
  await trx
    .insertInto("batch_samples")
    .values({
      batch_id: batchId,
      number: sample.number,
      item_position: sample.itemPosition,
      s3_key: sample.s3Key,
      sha256: sample.sha256,
      byte_size: sample.byteSize,
    })
    .onConflict((conflict) => conflict.columns(["batch_id", "number"]).doNothing())
    .execute();
};

/** Up to `count` items that wait, spread evenly over the batch. */
export const itemsToSample = async (
  db: Db,
  batchId: number,
  count: number,
): Promise<{ readonly position: number; readonly orderId: number; readonly invoiceId: number | null }[]> => {
  const { rows } = await sql<{ position: number; orderId: number; invoiceId: number | null }>`
    with numbered as (
      select position, order_id, invoice_id, row_number() over (order by position) - 1 as place, count(*) over () as waiting
      from batch_items where batch_id = ${batchId} and state = 'waiting'
    ), spread as (
      select n.*, place * ${count}::int / greatest(waiting, ${count}::int) as share from numbered n
    )
    select distinct on (share) position, order_id as "orderId", invoice_id as "invoiceId"
    from spread order by share, position limit ${count}`.execute(db);
  return rows;
};
