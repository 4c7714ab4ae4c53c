import { type DeliveryState, settledStates } from "@billpost/domain/delivery";
import { type ErrorClass, nextStep, type NextStep, type RetryPolicy } from "@billpost/domain/work";
import { sql } from "kysely";
import type { Trx } from "./connection.ts";
import { applyDeliveryEvent, lockDelivery } from "./deliveries.ts";
import { addJobs } from "./outbox.ts";
import type { WorkItemState } from "./schema.ts";
import type { Claim } from "./work-items.ts";

/** How an attempt ended. `message` is for operators: no names and no addresses. */
export interface AttemptEnd {
  readonly errorClass: ErrorClass;
  readonly stage: string;
  readonly message: string;
  readonly stack?: string | undefined;
  /** The same for the same kind of failure, so that they can be counted together. */
  readonly fingerprint: string;
}

/** The state of the work of a delivery that is settled. */
export const settledWork = (
  state: DeliveryState,
): Extract<WorkItemState, "suppressed" | "quarantined" | "failed" | "cancelled" | "handled" | "done"> =>
  state === "suppressed" ||
  state === "quarantined" ||
  state === "failed" ||
  state === "cancelled" ||
  state === "handled"
    ? state
    : "done";

/**
 * Records that an attempt ended without success, all in the caller's transaction: its entry in the history,
 * the delivery's transition, the work item's next state, and the job of the next attempt, whose count and
 * wait are ours and not graphile-worker's. The caller holds the claim.
 */
export const recordAttemptEnd = async (
  trx: Trx,
  claim: Claim,
  end: AttemptEnd,
  policy: RetryPolicy,
  random: number = Math.random(),
): Promise<NextStep> => {
  const delivery = claim.deliveryId === null ? undefined : await lockDelivery(trx, claim.deliveryId);
  const ended = {
    errorClass: end.errorClass,
    attempt: claim.attempt,
    maxAttempts: claim.maxAttempts,
    throttles: claim.throttles,
    delivery,
  };
  const step = nextStep(ended, policy, random);
  // Settled meanwhile by somebody else, such as an event from SES or an operator: nothing is left to do.
  const settled = delivery && settledStates.includes(delivery.state) ? delivery.state : undefined;
  await trx
    .insertInto("work_item_events")
    .values({
      work_item_id: claim.workItemId,
      attempt: claim.attempt,
      stage: end.stage,
      event: end.errorClass === "crashed" ? "crashed" : "failed",
      worker_id: claim.poolId,
      error_class: end.errorClass,
      error_message: end.message,
      error_stack: end.stack ?? null,
      // A worker that stops is no failure to look into.
      error_fingerprint: end.errorClass === "handed_back" ? null : end.fingerprint,
    })
    .execute();
  if (delivery && claim.deliveryId !== null && !settled)
    await applyDeliveryEvent(trx, claim.deliveryId, step.deliveryEvent, {
      claim,
      errorClass: end.errorClass,
      errorMessage: end.message,
    });
  const state = settled ? settledWork(settled) : step.state;
  const over = settled !== undefined || step.delayMs === undefined;
  await trx
    .updateTable("work_items")
    .set({
      state,
      worker_id: null,
      ...(step.burnsAttempt ? {} : { attempt: claim.attempt - 1 }),
      throttles: end.errorClass === "throttled" ? claim.throttles + 1 : 0,
      // An attempt that ended without its worker clears the work of suspicion.
      ...(end.errorClass === "crashed" ? {} : { alone: false, crashes_alone: 0 }),
      run_at: sql<Date>`now() + ${step.delayMs ?? 0} * interval '1 millisecond'`,
      finished_at: over ? sql<Date>`clock_timestamp()` : null,
      updated_at: sql<Date>`clock_timestamp()`,
      last_error_class: end.errorClass,
      last_error_message: end.message,
      last_error_fingerprint: end.fingerprint,
    })
    .where("id", "=", claim.workItemId)
    .execute();
  if (!over)
    await addJobs(trx, [
      { workItemId: claim.workItemId, task: claim.task, fence: claim.fence, delayMs: step.delayMs },
    ]);
  return step;
};
