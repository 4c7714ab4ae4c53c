import type { Db, Trx } from "@billpost/db/connection";
import { type Authority, carryOut, standingAfter, standingBefore } from "@billpost/db/operators/carry-out";
import type { EffectOnJob } from "@billpost/db/operators/apply-effects";
import { type JobAtHand, lockJobs, previewToken, readJobs } from "@billpost/db/operators/job-state";
import { isToCome } from "@billpost/db/operators/pauses";
import {
  type ActOptions,
  decideAct,
  type Decision,
  type JobAct,
  type SettleOutcome,
} from "@billpost/domain/operators/job-acts";
import type { Context } from "../../context.ts";
import { write } from "../../http/idempotency.ts";
import { refusal } from "../../http/problems.ts";

/** What an operator asks for. */
export interface ActInput extends ActOptions {
  /** Of a preview: it is done exactly as previewed, or not at all. */
  readonly token?: string | undefined;
  readonly reason?: string | undefined;
  /** For `reschedule`. RFC 3339. */
  readonly runAt?: string | undefined;
}

/** What an act would do to a job as it stands, and the token to act with. */
export const previewAct = async (
  { db }: { readonly db: Db },
  jobId: number,
  act: JobAct,
  outcome?: SettleOutcome,
) => {
  const [job] = await readJobs(db, [jobId]);
  if (!job) throw jobNotFound();
  if (act === "settle" && outcome === undefined)
    throw refusal("validation_failed", "To settle is to say what came of it.", {
      errors: [{ in: "query", pointer: "/outcome", code: "required", detail: "is needed to settle" }],
    });
  const options = act === "settle" ? { outcome } : {};
  return presentPreview(job, act, options, decideAct(job.facts, act, options));
};

/** Does one thing to one job, in one transaction with its audit row. */
export const actOnJob = (context: Context, jobId: number, act: JobAct, input: ActInput) =>
  write(context, async (trx) => {
    const runAt = await futureInstant(trx, input.runAt);
    const [job] = await lockJobs(trx, [jobId]);
    if (!job) throw jobNotFound();
    const { effect, preview } = agreeOn(job, act, input);
    const each = { job, effect, runAt };
    await carryOut(trx, act, [each], authorityOf(context, input.reason), auditNote(input));
    return { status: 200, body: presentResult(each, act, preview.summary, null) };
  });

export const jobNotFound = () => refusal("job_not_found", "There is no such job.");

export const authorityOf = (
  { actor, clientId, requestId }: Context,
  reason: string | undefined,
): Authority => ({ actor, clientId, reason, requestId });

/**
 * Judges an act on a job that is held: the preview that it was asked on must still be true, and without one only
 * that is done which is proven not to mail twice. Throws the refusal.
 */
export const agreeOn = (job: JobAtHand, act: JobAct, { token, reason, ...options }: ActInput) => {
  const decision = decideAct(job.facts, act, options);
  const { preview, effect } = decision;
  const present = presentPreview(job, act, options, decision);
  if (token !== undefined && token !== previewToken(job, act, options))
    throw refusal("preview_stale", `The job has changed since it was previewed. ${preview.summary}`, {
      preview: present,
    });
  if (!effect) {
    const code = preview.because === "running" ? "job_running" : "act_not_allowed";
    throw refusal(code, preview.summary, { because: preview.because });
  }
  if (preview.mayMailTwice && token === undefined)
    throw refusal("preview_needed", preview.summary, { preview: present });
  if (preview.reasonRequired && reason === undefined)
    throw refusal("reason_required", "This act needs a reason.", {
      errors: [{ in: "body", pointer: "/reason", code: "required", detail: "is needed for this act" }],
    });
  return { preview, effect };
};

const presentPreview = (job: JobAtHand, act: JobAct, options: ActOptions, { preview, effect }: Decision) => ({
  jobId: job.id,
  action: act,
  ...preview,
  skips: [...preview.skips],
  warnings: [...preview.warnings],
  missing: [...preview.missing],
  token: effect ? previewToken(job, act, options) : null,
});

export const presentResult = (each: EffectOnJob, act: JobAct, summary: string, newJobId: number | null) => ({
  jobId: each.job.id,
  action: act,
  summary,
  before: { ...standingBefore(each) },
  after: { ...standingAfter(each) },
  newJobId,
});

const auditNote = ({ outcome }: ActInput): Readonly<Record<string, unknown>> =>
  outcome === undefined ? {} : { outcome };

const futureInstant = async (trx: Trx, text: string | undefined): Promise<Date | undefined> => {
  if (text === undefined) return undefined;
  const runAt = new Date(text);
  if (await isToCome(trx, runAt)) return runAt;
  throw refusal("validation_failed", "The job is to run in the future; to run it at once, use run-now.", {
    errors: [{ in: "body", pointer: "/runAt", code: "in_the_past", detail: "must be in the future" }],
  });
};
