import type { RetryPolicy } from "@billpost/domain/work";
import { sql } from "kysely";
import { recordAttemptEnd } from "./attempts.ts";
import type { Trx } from "./connection.ts";
import { applyDeliveryEvent } from "./deliveries.ts";
import type { Claim } from "./work-items.ts";

/** What is known against a work item: several run in one worker, and its death does not say which of them did it. */
export interface Suspicion {
  /** It ran with nothing beside it. */
  readonly alone: boolean;
  /** Deaths of workers that ran nothing else. */
  readonly crashesAlone: number;
}

/** A deploy or an operator may kill a worker, too: one death alone proves little, as many prove enough. */
const defaultLimit = 3;

const workerDied = {
  errorClass: "crashed",
  stage: "attempt",
  message: "worker died",
  fingerprint: "attempt:crashed:worker-died",
} as const;

/**
 * Records that an attempt ended with its worker. The item runs again alone; after as many deaths alone as the
 * policy allows it is quarantined and waits for a person, so that it does not drag others down. What may have
 * been sent is in doubt instead. The caller holds the claim. Answers the item's next state.
 */
export const recordCrash = async (
  trx: Trx,
  claim: Claim,
  { alone, crashesAlone }: Suspicion,
  policy: RetryPolicy,
): Promise<string> => {
  const crashes = crashesAlone + (alone ? 1 : 0);
  if (alone && crashes >= (policy.quarantineAfter ?? defaultLimit) && (await quarantine(trx, claim, crashes)))
    return "quarantined";
  const { state } = await recordAttemptEnd(trx, claim, workerDied, policy);
  await trx
    .updateTable("work_items")
    .set({ alone: true, crashes_alone: crashes })
    .where("id", "=", claim.workItemId)
    .execute();
  return state;
};

/** False: its message may be on its way, so it is in doubt and not in quarantine. */
const quarantine = async (trx: Trx, claim: Claim, crashes: number): Promise<boolean> => {
  const message = `ended its worker ${crashes} times, running alone`;
  if (claim.deliveryId !== null) {
    const note = { claim, errorClass: workerDied.errorClass, errorMessage: message };
    if (!(await applyDeliveryEvent(trx, claim.deliveryId, "quarantined", note))) return false;
  }
  await trx
    .insertInto("work_item_events")
    .values({
      work_item_id: claim.workItemId,
      attempt: claim.attempt,
      stage: workerDied.stage,
      event: "crashed",
      worker_id: claim.poolId,
      error_class: workerDied.errorClass,
      error_message: message,
      error_fingerprint: workerDied.fingerprint,
    })
    .execute();
  await trx
    .updateTable("work_items")
    .set({
      state: "quarantined",
      worker_id: null,
      crashes_alone: crashes,
      finished_at: sql<Date>`clock_timestamp()`,
      updated_at: sql<Date>`clock_timestamp()`,
      last_error_class: workerDied.errorClass,
      last_error_message: message,
      last_error_fingerprint: workerDied.fingerprint,
    })
    .where("id", "=", claim.workItemId)
    .execute();
  return true;
};
