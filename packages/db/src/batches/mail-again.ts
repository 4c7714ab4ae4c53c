import type { Trx } from "../connection.ts";
import type { Batch } from "./batch.ts";
import { type ItemAtWork, noteResult } from "./item-work.ts";
import { mailItem } from "./mail-item.ts";

/**
 * Another try of an item whose invoice exists: nothing is issued again, only mailed. The caller holds the order,
 * then the claim.
 */
export const mailAgain = async (
  trx: Trx,
  batch: Batch,
  item: ItemAtWork,
  maxAttempts: number,
): Promise<{ readonly outcome: "mailed_again" }> => {
  const { newInvoiceId, creditNoteId } = item;
  if (newInvoiceId === null)
    throw new Error(`item ${item.position} of batch ${batch.id} has no invoice to mail`);
  const mail = await mailItem(trx, batch, item, {
    invoiceIds: creditNoteId === null ? [newInvoiceId] : [newInvoiceId, creditNoteId],
    maxAttempts,
  });
  await noteResult(trx, item, mail);
  return { outcome: "mailed_again" };
};
