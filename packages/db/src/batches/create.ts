import { sql } from "kysely";
import type { Db, Trx } from "../connection.ts";
import { enqueue } from "../outbox.ts";
import type { BatchKind } from "../schema-batches.ts";
import { type Batch, type BatchOptions, type BatchSelection, findBatchByRef, loadBatch } from "./batch.ts";

export interface BatchToCreate {
  readonly clientId: number;
  readonly kind: BatchKind;
  readonly externalRef: string | null;
  /** Of everything the client sent. */
  readonly fingerprint: Buffer;
  readonly reason: string;
  readonly actor: string;
  readonly requestId: string;
  readonly autoStart: boolean;
  readonly selection: BatchSelection;
  readonly options: BatchOptions;
  readonly canary: number | null;
  readonly stopAtFailureRate: number | null;
}

/**
 * Writes a batch with the work that plans it, or answers the client's batch of the same reference, whatever
 * was asked for then. Of two at once the second waits for the first and finds its batch.
 */
export const createBatch = async (
  trx: Trx,
  batch: BatchToCreate,
): Promise<{ readonly batch: Batch; readonly created: boolean }> => {
  const { clientId, externalRef } = batch;
  if (externalRef !== null) {
    await sql`select pg_advisory_xact_lock(hashtextextended('batch:' || ${clientId}::bigint || ':' || ${externalRef}::text, 0))`.execute(
      trx,
    );
    const found = await findBatchByRef(trx, clientId, externalRef);
    if (found) return { batch: found, created: false };
  }
  const { id } = await trx
    .insertInto("batches")
    .values({
      client_id: clientId,
      kind: batch.kind,
      external_ref: externalRef,
      fingerprint: batch.fingerprint,
      reason: batch.reason,
      actor: batch.actor,
      request_id: batch.requestId,
      auto_start: batch.autoStart,
      selection: JSON.stringify(batch.selection),
      options: JSON.stringify(batch.options),
      canary: batch.canary,
      stop_at_failure_rate: batch.stopAtFailureRate,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await startWork(trx, id, "plan-batch", batch);
  const created = await loadBatch(trx, id);
  if (!created) throw new Error("the batch was not written");
  return { batch: created, created: true };
};

/** Enqueues the work that plans or advances a batch: from now on this, and no other, may do so. */
export const startWork = async (
  trx: Trx,
  batchId: number,
  task: "plan-batch" | "advance-batch",
  { clientId, requestId }: { readonly clientId: number; readonly requestId: string | null },
): Promise<void> => {
  const [workItemId] = await enqueue(trx, [
    { task, clientId, payload: { batchId }, requestId: requestId ?? undefined },
  ]);
  await trx
    .updateTable("batches")
    .set({ work_item_id: workItemId ?? null })
    .where("id", "=", batchId)
    .execute();
};

/** Those numbers or order ids that the client does not have, at most 20. */
export const unknownOf = async (
  db: Db,
  clientId: number,
  { invoiceNumbers, orderIds }: BatchSelection,
): Promise<string[]> => {
  const names = invoiceNumbers ?? orderIds;
  if (!names) return [];
  const known =
    invoiceNumbers === undefined
      ? sql`select 1 from orders where client_id = ${clientId} and order_id = wanted.name`
      : sql`select 1 from invoices where client_id = ${clientId} and number = wanted.name`;
  const { rows } = await sql<{ name: string }>`
    select distinct name from unnest(${[...names]}::text[]) as wanted (name)
    where not exists (${known}) order by name limit 20`.execute(db);
  return rows.map(({ name }) => name);
};
