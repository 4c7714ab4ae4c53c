import type { Trx } from "@billpost/db/connection";
import { handOver } from "@billpost/db/handover";
import { type Issued, issueInvoices, lockOrderToInvoice } from "@billpost/db/invoices";
import {
  type Claim,
  type ExtraWork,
  finishExtraWork,
  finishWorkItem,
  holdClaim,
  takeWaitingIssues,
} from "@billpost/db/work-items";
import { deliverInvoice } from "./deliver-invoice.ts";
import { implement, type TaskDefinition } from "../task.ts";

const IssueInvoice: TaskDefinition<{ readonly orderId: number }> = {
  name: "issue-invoice",
  subject: ({ workItemId, orderId }) => {
    if (orderId === null) throw new TypeError(`work item ${workItemId} names no order`);
    return { orderId };
  },
};

/** Others that wait are numbered in the same transaction: the series' lock is taken once for all of them. */
const maxExtra = 49;

/**
 * Gives an order its invoice: number, date, frozen snapshot, and the delivery that follows. One short
 * transaction, and no call to anything but the database. The order's own delivery is done next by the same job,
 * without the way through the queue; those of orders that were taken along wait for a place.
 */
export const issueInvoice = implement(
  IssueInvoice,
  async ({ orderId }, { db, claim, issuing, log, directions, goOnWith }) => {
    const carryOn = directions.takesWork() ? orderId : undefined;
    const { results, next } = await db.transaction().execute(async (trx) => {
      // Cancelling locks the order, too: it is cancelled before it is numbered, or after.
      await lockOrderToInvoice(trx, orderId);
      await holdClaim(trx, claim);
      const extra = await takeWaitingIssues(trx, maxExtra);
      const requestIds = new Map(extra.map((item) => [item.orderId, item.requestId]));
      requestIds.set(orderId, claim.requestId);
      const orderIds = [orderId, ...extra.map((item) => item.orderId)];
      const issued = await issueInvoices(trx, orderIds, issuing, { requestIds, carryOn });
      await finishExtraWork(trx, claim, finished(extra, issued));
      await finishWorkItem(trx, claim, stateOf(issued, orderId));
      return { results: issued, next: await handOverDelivery(trx, claim, issued) };
    });
    for (const result of results) log.info(result, messages[result.outcome]);
    if (next) goOnWith(next);
  },
  deliverInvoice,
);

const handOverDelivery = async (trx: Trx, claim: Claim, issued: readonly Issued[]) => {
  for (const result of issued)
    if (result.outcome === "issued" && result.jobless !== undefined)
      return handOver(trx, claim, result.jobless);
  return undefined;
};

const messages: Readonly<Record<Issued["outcome"], string>> = {
  issued: "issued an invoice",
  blocked: "an order lacks data that its invoice must have",
  not_needed: "an order needs no invoice",
};

const finished = (extra: readonly ExtraWork[], issued: readonly Issued[]) =>
  extra.map(({ workItemId, orderId }) => ({ workItemId, state: stateOf(issued, orderId) }));

const stateOf = (issued: readonly Issued[], orderId: number): "done" | "blocked" =>
  issued.some((result) => result.orderId === orderId && result.outcome === "blocked") ? "blocked" : "done";
