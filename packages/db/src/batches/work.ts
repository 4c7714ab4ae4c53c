import { sql } from "kysely";
import type { Db, Trx } from "../connection.ts";
import { addJobs, type Work } from "../outbox.ts";

const defaultMaxAttempts = 8;

/**
 * Writes work that belongs to a batch, with its jobs, in the caller's transaction: it gives way to all other
 * work. Answers the work items' ids in the order given.
 */
export const enqueueBatchWork = async (
  trx: Trx,
  batchId: number,
  work: readonly Work[],
): Promise<number[]> => {
  if (work.length === 0) return [];
  const items = JSON.stringify(
    work.map((item, place) => ({
      place,
      task: item.task,
      client_id: item.clientId,
      order_id: item.orderId,
      invoice_id: item.invoiceId,
      delivery_id: item.deliveryId,
      payload: item.payload ?? {},
      max_attempts: item.maxAttempts ?? defaultMaxAttempts,
      request_id: item.requestId,
    })),
  );
  const { rows } = await sql<{ id: number }>`
    insert into work_items (task, client_id, order_id, invoice_id, delivery_id, payload, max_attempts, request_id, batch_id)
    select task, client_id, order_id, invoice_id, delivery_id, payload, max_attempts, request_id, ${batchId}
    from json_to_recordset(${items}::json) as input (task text, client_id bigint, order_id bigint, invoice_id bigint,
      delivery_id bigint, payload jsonb, max_attempts int, request_id text, place bigint)
    order by place
    returning id`.execute(trx);
  const ids = rows.map(({ id }) => id).toSorted((a, b) => a - b);
  await addJobs(
    trx,
    ids.map((workItemId, index) => ({
      workItemId,
      task: (work[index] as Work).task,
      fence: 0,
    })),
  );
  return ids;
};

/** Whether nobody will do this work any more. */
export const isWorkOver = async (db: Db, workItemId: number | null): Promise<boolean> => {
  if (workItemId === null) return true;
  const item = await db
    .selectFrom("work_items")
    .select("state")
    .where("id", "=", workItemId)
    .executeTakeFirst();
  return item === undefined || ["failed", "quarantined", "cancelled", "handled", "done"].includes(item.state);
};
