import { applyDeliveryEvent, type Delivery } from "@billpost/db/deliveries";
import { type DeliveryStep, stepDelivery } from "@billpost/db/delivery-steps";
import { isSuppressed } from "@billpost/db/suppressions";
import { finishWorkItem, holdClaim, recordStage } from "@billpost/db/work-items";
import type { TaskContext } from "./context.ts";

/**
 * Puts an event to a delivery, with what is noted along with it. Answers the delivery as it then is; undefined:
 * the event is refused in its present state, or for its address, and nothing was written. One statement while nobody else moved the
 * delivery since it was read; else the state machine is asked again, under a lock. Throws ClaimLost.
 */
export const advanceDelivery = async (
  { db, claim }: Pick<TaskContext, "db" | "claim">,
  delivery: Delivery,
  step: DeliveryStep,
): Promise<Delivery | undefined> => {
  const moved = await stepDelivery(db, claim, delivery.id, delivery, step);
  if (moved) return { ...delivery, ...moved };
  return db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    if (step.unlessSuppressed !== undefined && (await isSuppressed(trx, step.unlessSuppressed)))
      return undefined;
    const transition = await applyDeliveryEvent(trx, delivery.id, step.event, {
      claim,
      sesMessageId: step.sesMessageId,
    });
    if (!transition) return undefined;
    for (const { stage, event, detail } of step.notes ?? [])
      await recordStage(trx, claim, stage, event, detail);
    if (step.finish) await finishWorkItem(trx, claim, step.finish);
    return { ...delivery, state: transition.to, resends: transition.resends };
  });
};
