import type { JobAct } from "@billpost/domain/operators/job-acts";
import type { Trx } from "../connection.ts";
import { type AuditEntry, recordAudits } from "../audit.ts";
import { applyEffects, type EffectOnJob } from "./apply-effects.ts";

/** On whose behalf, and why. */
export interface Authority {
  readonly actor: string;
  readonly clientId: number | null;
  readonly reason?: string | undefined;
  readonly requestId?: string | undefined;
}

/** How a job and its delivery stand. */
export interface Standing {
  readonly state: string;
  readonly deliveryState: string | null;
}

const auditName: Readonly<Record<JobAct, string>> = {
  retry: "job.retried",
  "run-now": "job.run_now",
  cancel: "job.cancelled",
  reschedule: "job.rescheduled",
  settle: "job.settled",
  release: "job.released",
  "mark-handled": "job.handled",
  "correct-address": "job.address_corrected",
};

export const standingBefore = ({ job: { facts } }: EffectOnJob): Standing => ({
  state: facts.state,
  deliveryState: facts.delivery?.state ?? null,
});

export const standingAfter = ({ job: { facts }, effect }: EffectOnJob): Standing => ({
  state: effect.to === "unchanged" ? facts.state : effect.to,
  deliveryState: effect.transition?.to ?? facts.delivery?.state ?? null,
});

/**
 * Does to jobs what was decided under their locks, with an audit row for each, in the caller's transaction.
 * `note`: further members of the audit's `after`.
 */
export const carryOut = async (
  trx: Trx,
  act: JobAct,
  effects: readonly EffectOnJob[],
  { actor, clientId, reason, requestId }: Authority,
  note: Readonly<Record<string, unknown>> = {},
): Promise<void> => {
  await applyEffects(trx, effects);
  await recordAudits(
    trx,
    effects.map(
      (each): AuditEntry => ({
        actor,
        clientId,
        action: auditName[act],
        // The name under which the erasure of a customer redacts it.
        targetType: "work_item",
        targetId: each.job.id,
        reason,
        before: { ...standingBefore(each) },
        after: {
          ...standingAfter(each),
          ...(each.runAt ? { runAt: each.runAt.toISOString() } : {}),
          ...note,
        },
        requestId,
      }),
    ),
  );
};
