import { issueCreditNote as issue, type Credited } from "@billpost/db/credit-notes";
import { lockOrderToInvoice } from "@billpost/db/invoices";
import { finishWorkItem, holdClaim } from "@billpost/db/work-items";
import { implement, type TaskDefinition } from "../task.ts";

const IssueCreditNote: TaskDefinition<{ readonly orderId: number; readonly creditRequestId: number }> = {
  name: "issue-credit-note",
  subject: ({ workItemId, orderId, payload }) => {
    const { creditRequestId } = payload;
    if (orderId === null || typeof creditRequestId !== "number")
      throw new TypeError(`work item ${workItemId} names no credit request`);
    return { orderId, creditRequestId };
  },
};

/**
 * Gives a credit request its credit note: number, date, frozen content, and the delivery that follows. One
 * short transaction; locks in the order of all: the order, the invoice's lines, the series.
 */
export const issueCreditNote = implement(
  IssueCreditNote,
  async ({ orderId, creditRequestId }, { db, claim, crediting, log }) => {
    const result = await db.transaction().execute(async (trx) => {
      await lockOrderToInvoice(trx, orderId);
      await holdClaim(trx, claim);
      const credited = await issue(trx, creditRequestId, crediting, claim.requestId);
      await finishWorkItem(trx, claim, "done");
      return credited;
    });
    log.info({ creditRequestId, ...result }, messages[result.outcome]);
  },
);

const messages: Readonly<Record<Credited["outcome"], string>> = {
  issued: "issued a credit note",
  nothing_to_credit: "nothing was left to credit",
  settled: "the credit request was settled before",
};
