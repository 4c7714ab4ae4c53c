import { type Batch, loadBatch } from "@billpost/db/batches/batch";
import { issueItem } from "@billpost/db/batches/issue";
import { endItem, type ItemAtWork, lockItem } from "@billpost/db/batches/item-work";
import { mailAgain } from "@billpost/db/batches/mail-again";
import { reissueInvoice } from "@billpost/db/batches/reissue";
import type { Trx } from "@billpost/db/connection";
import { lockOrderToInvoice } from "@billpost/db/invoices";
import { finishWorkItem, holdClaim } from "@billpost/db/work-items";
import type { TaskContext } from "../context.ts";
import { implement, type TaskDefinition } from "../task.ts";
import { correctionChanges } from "./document-text.ts";
import { rerenderItem } from "./rerender-item.ts";

export interface ItemSubject {
  readonly batchId: number;
  readonly position: number;
  readonly orderId: number;
}

const BatchItem: TaskDefinition<ItemSubject> = {
  name: "batch-item",
  subject: ({ workItemId, orderId, payload }) => {
    const { batchId, position } = payload;
    if (orderId === null || typeof batchId !== "number" || typeof position !== "number")
      throw new TypeError(`work item ${workItemId} names no item of a batch`);
    return { batchId, position, orderId };
  },
};

/** Carries out one item of a batch. What it mails is work of its own, and the item ends with that. */
export const batchItem = implement(BatchItem, async (subject, context) => {
  const batch = await loadBatch(context.db, subject.batchId);
  if (!batch) throw new Error(`batch ${subject.batchId} is gone`);
  if (batch.kind === "rerender") return rerenderItem(subject, batch, context);
  if (batch.kind === "reissue") {
    const changes = await context.stage("compare", () => correctionChanges(context, batch, subject));
    return context.stage("issue", () => issueUnderLock(subject, context, reissue(batch, context, changes)));
  }
  return context.stage("issue", () => issueUnderLock(subject, context, issueMissing(batch, context)));
});

/** The order's lock first, as issuing and cancelling do; then the claim, then the item. One short transaction. */
const issueUnderLock = async (
  subject: ItemSubject,
  { db, claim, log }: TaskContext,
  work: (trx: Trx, item: ItemAtWork) => Promise<object>,
): Promise<void> => {
  const result = await db.transaction().execute(async (trx) => {
    await lockOrderToInvoice(trx, subject.orderId);
    await holdClaim(trx, claim);
    const item = await lockItem(trx, claim, subject);
    const made = item ? await work(trx, item) : { outcome: "settled" };
    await finishWorkItem(trx, claim, "done");
    return made;
  });
  log.info(
    { batchId: subject.batchId, position: subject.position, ...result },
    "carried out an item of a batch",
  );
};

const reissue =
  (batch: Batch, { issuing, crediting }: TaskContext, changes: readonly string[]) =>
  async (trx: Trx, item: ItemAtWork) => {
    if (item.newInvoiceId !== null) return mailAgain(trx, batch, item, issuing.deliveryAttempts);
    const result = await reissueInvoice(trx, batch, item, { issuing, crediting, changes });
    if (result.outcome === "skipped") await endItem(trx, item, "skipped", result.reason, result.detail);
    return result;
  };

const issueMissing =
  (batch: Batch, { issuing }: TaskContext) =>
  async (trx: Trx, item: ItemAtWork) => {
    if (item.newInvoiceId !== null) return mailAgain(trx, batch, item, issuing.deliveryAttempts);
    const result = await issueItem(trx, batch, item, issuing);
    if (result.outcome === "skipped") await endItem(trx, item, "skipped", result.reason, result.detail);
    return result;
  };
