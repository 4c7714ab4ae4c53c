import { sql } from "kysely";
import type { Db, Trx } from "../connection.ts";
import type { Claim } from "../work-items.ts";
import type { Batch } from "./batch.ts";
import {
  invoiceFacts,
  orderSkipReason,
  orderVersion,
  recipientEmailOf,
  recipientNameOf,
  skipReason,
  versionOf,
} from "./facts.ts";

/** An item that a worker carries out. */
export interface ItemAtWork {
  readonly batchId: number;
  readonly position: number;
  readonly orderId: number;
  readonly invoiceId: number | null;
  readonly tries: number;
  readonly documentId: number | null;
  readonly creditNoteId: number | null;
  readonly newInvoiceId: number | null;
}

/**
 * Locks an item for the work that was enqueued for it; undefined when it is no longer that work's. The caller
 * holds the claim.
 */
export const lockItem = async (
  trx: Trx,
  claim: Pick<Claim, "workItemId">,
  { batchId, position }: { readonly batchId: number; readonly position: number },
): Promise<ItemAtWork | undefined> => {
  const row = await trx
    .selectFrom("batch_items")
    .select([
      "batch_id as batchId",
      "position",
      "order_id as orderId",
      "invoice_id as invoiceId",
      "tries",
      "document_id as documentId",
      "credit_note_id as creditNoteId",
      "new_invoice_id as newInvoiceId",
    ])
    .where("batch_id", "=", batchId)
    .where("position", "=", position)
    .where("work_item_id", "=", claim.workItemId)
    .where("state", "=", "running")
    .forUpdate()
    .executeTakeFirst();
  return row;
};

/** Why an item is not to be carried out as things are now: changed since it was planned, or a code; null: it is. */
export const judgeItem = async (trx: Trx, batch: Batch, { position }: ItemAtWork): Promise<string | null> => {
  const judged =
    batch.kind === "issue"
      ? sql<{ skip: string | null }>`
          select case when ${orderVersion} <> t.version then 'changed_since_plan' else ${orderSkipReason} end as skip
          from batch_items t join orders o on o.id = t.order_id
          where t.batch_id = ${batch.id} and t.position = ${position}`
      : sql<{ skip: string | null }>`
          select case when ${versionOf(batch)} <> t.version then 'changed_since_plan' else ${skipReason(batch)} end as skip
          from batch_items t join invoices i on i.id = t.invoice_id join orders o on o.id = i.order_id
            join customers u on u.id = i.customer_id ${invoiceFacts(batch)}
          where t.batch_id = ${batch.id} and t.position = ${position}`;
  const { rows } = await judged.execute(trx);
  return rows[0]?.skip ?? null;
};

/** Gives an item its outcome, in the transaction that made it so. */
export const endItem = async (
  trx: Trx,
  { batchId, position }: Pick<ItemAtWork, "batchId" | "position">,
  state: "done" | "skipped" | "failed",
  reason: string,
  detail?: string,
): Promise<void> => {
  await trx
    .updateTable("batch_items")
    .set({ state, reason, detail: detail ?? null, ended_at: sql<Date>`clock_timestamp()` })
    .where("batch_id", "=", batchId)
    .where("position", "=", position)
    .where("state", "=", "running")
    .execute();
};

/** What a worker made of an item so far. */
export interface ItemResult {
  readonly documentId?: number;
  readonly creditNoteId?: number;
  readonly newInvoiceId?: number;
  readonly deliveryId?: number;
  /** The work that brings it to the customer: the item ends with it. */
  readonly workItemId?: number;
  /** Lines of text that differ. */
  readonly changes?: readonly string[];
}

/** Notes what was made of an item, in the transaction that made it. */
export const noteResult = async (
  trx: Trx,
  { batchId, position }: Pick<ItemAtWork, "batchId" | "position">,
  result: ItemResult,
): Promise<void> => {
  const { documentId, creditNoteId, newInvoiceId, deliveryId, workItemId, changes } = result;
  await trx
    .updateTable("batch_items")
    .set({
      ...(documentId === undefined ? {} : { document_id: documentId }),
      ...(creditNoteId === undefined ? {} : { credit_note_id: creditNoteId }),
      ...(newInvoiceId === undefined ? {} : { new_invoice_id: newInvoiceId }),
      ...(deliveryId === undefined ? {} : { delivery_id: deliveryId }),
      ...(workItemId === undefined ? {} : { work_item_id: workItemId }),
      ...(changes === undefined ? {} : { changes: JSON.stringify({ text: changes }) }),
    })
    .where("batch_id", "=", batchId)
    .where("position", "=", position)
    .execute();
};

/** To whom and how the batch's mail of an order goes, copied under the order's lock. */
export interface BatchContact {
  readonly name: string;
  readonly email: string;
  readonly locale: string;
}

export const contactOf = async (trx: Trx, batch: Batch, orderId: number): Promise<BatchContact> => {
  const { rows } = await sql<BatchContact>`
    select ${recipientNameOf(batch)} as name, ${recipientEmailOf(batch)} as email, o.locale
    from orders o join customers u on u.id = o.customer_id where o.id = ${orderId}`.execute(trx);
  const [contact] = rows;
  if (!contact) throw new Error(`order ${orderId} is gone`);
  return contact;
};

/** The invoice that an item is about; null when there is none. */
export const itemInvoiceId = async (
  db: Db,
  { batchId, position }: { readonly batchId: number; readonly position: number },
): Promise<number | null> => {
  const row = await db
    .selectFrom("batch_items")
    .select("invoice_id")
    .where("batch_id", "=", batchId)
    .where("position", "=", position)
    .executeTakeFirst();
  return row?.invoice_id ?? null;
};
