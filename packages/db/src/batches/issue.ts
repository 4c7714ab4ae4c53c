import { sql } from "kysely";
import type { Trx } from "../connection.ts";
import { issueInvoices, type IssuingSettings, missingOfOrders } from "../invoices.ts";
import type { Batch } from "./batch.ts";
import { batchPurpose } from "./begin-items.ts";
import { type ItemAtWork, judgeItem, noteResult } from "./item-work.ts";

/** What became of an order that was to be invoiced by a batch. */
export type BatchIssued =
  | { readonly outcome: "issued"; readonly number: string }
  | { readonly outcome: "skipped"; readonly reason: string; readonly detail?: string | undefined };

/**
 * Gives an order that has none its invoice, dated today, with its delivery. What lacks data is skipped and stays
 * as it is. The caller holds the order, then the claim.
 */
export const issueItem = async (
  trx: Trx,
  batch: Batch,
  item: ItemAtWork,
  settings: IssuingSettings,
): Promise<BatchIssued> => {
  const skip = await judgeItem(trx, batch, item);
  if (skip !== null) return { outcome: "skipped", reason: skip };
  const missing = (await missingOfOrders(trx, [item.orderId], settings)).get(item.orderId);
  if (missing) return { outcome: "skipped", reason: "incomplete", detail: missing.join(", ") };
  const [issued] = await issueInvoices(trx, [item.orderId], settings, {
    batch: { id: batch.id, purposeOf: () => batchPurpose(batch.id, item.position, item.tries) },
  });
  if (issued?.outcome !== "issued") return { outcome: "skipped", reason: "changed_since_plan" };
  const { rows } = await sql<{ deliveryId: number; workItemId: number }>`
    select d.id as "deliveryId", w.id as "workItemId" from deliveries d join work_items w on w.delivery_id = d.id
    where d.purpose = ${batchPurpose(batch.id, item.position, item.tries)}`.execute(trx);
  await noteResult(trx, item, { newInvoiceId: issued.invoiceId, ...rows[0] });
  // The work that was blocked has nothing more to do.
  await sql`
    update work_items set state = 'done', finished_at = clock_timestamp(), updated_at = clock_timestamp()
    where order_id = ${item.orderId} and task = 'issue-invoice' and state = 'blocked'`.execute(trx);
  return { outcome: "issued", number: issued.number };
};
