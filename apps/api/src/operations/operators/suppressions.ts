import { recordAudit } from "@billpost/db/audit";
import { clearSuppression, type Suppression } from "@billpost/db/suppressions";
import type { Context } from "../../context.ts";
import { refusal } from "../../http/problems.ts";

/** Allows mail to an address again. Nothing is sent by it. Refuses with `suppression_not_found`. */
export const clearAddress = (
  { db, actor, clientId, requestId }: Context,
  { id, reason }: { readonly id: number; readonly reason: string },
): Promise<Suppression> =>
  db.transaction().execute(async (trx) => {
    const cleared = await clearSuppression(trx, id, actor);
    if (!cleared)
      throw refusal("suppression_not_found", "No such suppressed address, or it was cleared before.");
    await recordAudit(trx, {
      actor,
      clientId,
      action: "suppression.cleared",
      targetType: "suppression",
      targetId: id,
      before: { reason: cleared.reason, deliveryId: cleared.deliveryId },
      reason,
      requestId,
    });
    return cleared;
  });
