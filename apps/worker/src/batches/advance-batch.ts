import {
  endBatch,
  lockOrdersOf,
  nextItems,
  passCanary,
  type Progress,
  readProgress,
  settleItems,
} from "@billpost/db/batches/advance";
import { type Batch, loadBatch, lockBatch } from "@billpost/db/batches/batch";
import { beginEach, beginResends, skipChanged } from "@billpost/db/batches/begin-items";
import { pauseBatch, takeBack } from "@billpost/db/batches/steer";
import type { Trx } from "@billpost/db/connection";
import { continueLater, finishWorkItem, holdClaim } from "@billpost/db/work-items";
import { budgetOf, pauseReasonOf, waitMsOf, windowOf } from "@billpost/domain/batches/pace";
import type { TaskContext } from "../context.ts";
import { implement, type TaskDefinition } from "../task.ts";

const AdvanceBatch: TaskDefinition<{ readonly batchId: number }> = {
  name: "advance-batch",
  subject: ({ workItemId, payload }) => {
    const { batchId } = payload;
    if (typeof batchId !== "number") throw new TypeError(`work item ${workItemId} names no batch`);
    return { batchId };
  },
};

/**
 * Takes a batch a step further, again and again: looks what came of the items under way, and begins as many as
 * there is room for. What it knows is in rows only, so that another worker goes on where this one died.
 */
export const advanceBatch = implement(AdvanceBatch, async ({ batchId }, context) => {
  const { db, sendRate, log } = context;
  const window = windowOf(sendRate);
  const seen = await loadBatch(db, batchId);
  const next = seen?.state === "running" ? await nextItems(db, batchId, window) : [];
  const waitMs = await db.transaction().execute(async (trx) => {
    // Issuing, cancelling and erasing lock the order, too, before they lock any work.
    const held = next.length === 0 ? new Set<number>() : await lockOrdersOf(trx, next);
    await holdClaim(trx, context.claim);
    const batch = await lockBatch(trx, batchId);
    if (!batch || batch.workItemId !== context.claim.workItemId) {
      await finishWorkItem(trx, context.claim, "done");
      return undefined;
    }
    const settled = await settleItems(trx, batchId);
    const positions = next.filter(({ orderId }) => held.has(orderId)).map(({ position }) => position);
    const progress = await begin(trx, context, batch, positions, window);
    const over = progress.running === 0 && (progress.waiting === 0 || progress.paused);
    if (over) {
      if (progress.waiting === 0 || batch.state === "cancelled") await endBatch(trx, batch);
      await finishWorkItem(trx, context.claim, "done");
      return undefined;
    }
    const delayMs = waitMsOf({ ...progress, settled, passedOver: next.length - positions.length });
    await continueLater(trx, context.claim, delayMs);
    return delayMs;
  });
  if (waitMs === undefined) log.info({ batchId }, "the batch needs nothing more for now");
});

/** Begins what there is room for, unless the batch is to stop. Answers how it stands then. */
const begin = async (
  trx: Trx,
  context: TaskContext,
  batch: Batch,
  positions: readonly number[],
  window: number,
): Promise<Progress & { readonly paused: boolean }> => {
  const before = await readProgress(trx, batch.id);
  if (batch.state !== "running") return { ...before, paused: true };
  const why = pauseReasonOf(batch, before);
  if (why !== undefined) {
    await takeBack(trx, batch.id);
    const after = await readProgress(trx, batch.id);
    // Of what a worker has begun nothing can be stopped: then there is nothing to pause.
    if (after.waiting === 0) return { ...after, paused: false };
    await pauseBatch(trx, batch.id, why);
    context.log.warn({ batchId: batch.id, why, failed: before.failed }, "a batch was paused");
    return { ...after, paused: true };
  }
  const canaryOver = batch.canary === null || batch.canaryPassed || before.ended >= batch.canary;
  if (canaryOver && batch.canary !== null && !batch.canaryPassed) await passCanary(trx, batch.id);
  const budget = budgetOf({ ...batch, canary: canaryOver ? null : batch.canary }, before, window);
  const chosen = positions.slice(0, budget);
  if (chosen.length === 0) return { ...before, paused: false };
  if (batch.kind !== "issue") await skipChanged(trx, batch, chosen);
  await (batch.kind === "resend" ? beginResends : beginEach)(trx, batch, chosen);
  return { ...(await readProgress(trx, batch.id)), paused: false };
};
