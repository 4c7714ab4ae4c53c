import {
  letsRun,
  nextBulkStep,
  outcomeOfJob,
  type BulkProgress,
  type JobOutcome,
  type BulkStep,
} from "@billpost/domain/operators/bulk-pace";
import {
  type ActOptions,
  decideAct,
  type Decision,
  type JobAct,
  type JobEffect,
} from "@billpost/domain/operators/job-acts";
import type { JobState } from "@billpost/domain/operators/job-facts";
import { sql } from "kysely";
import type { Trx } from "../connection.ts";
import type { EffectOnJob } from "./apply-effects.ts";
import { type BulkCounts, type BulkOperation, countItems, lockBulkOperation } from "./bulk-operations.ts";
import { carryOut } from "./carry-out.ts";
import { type JobAtHand, lockJobs } from "./job-state.ts";

/** What becomes of a job in bulk: it is acted on, or passed over for a reason. */
export type BulkVerdict =
  | { readonly result: "changed"; readonly effect: JobEffect; readonly preview: Decision["preview"] }
  | { readonly result: "skipped"; readonly because: string };

/**
 * Judges many, one after the other. What is not proven not to mail twice is passed over, unless it is settled in so
 * many words: nobody looks at each of thousands. Of several mails with the same invoice only the first is let go: none
 * of them shows in what was read of the others.
 */
export const bulkJudge = (act: JobAct, options: ActOptions): ((job: JobAtHand) => BulkVerdict) => {
  const mailed = new Set<number>();
  return (job) => {
    const { effect, preview } = decideAct(job.facts, act, options);
    if (!effect) return { result: "skipped", because: preview.because ?? "not_allowed" };
    const again = preview.willSend && job.invoiceIds.some((id) => mailed.has(id));
    if ((preview.mayMailTwice || again) && act !== "settle")
      return { result: "skipped", because: "may_mail_twice" };
    if (preview.willSend) for (const id of job.invoiceIds) mailed.add(id);
    return { result: "changed", effect, preview };
  };
};

const fared = (outcome: JobOutcome) => (count: BulkCounts) =>
  count.result === "changed" && outcomeOfJob((count.state ?? "done") as JobState) === outcome;

/** How an operation stands, and how what it changed has fared since. */
export const progressOf = (
  { total, position }: Pick<BulkOperation, "total" | "position">,
  counts: readonly BulkCounts[],
): BulkProgress & { readonly skipped: number } => {
  const sum = (wanted: (count: BulkCounts) => boolean) =>
    counts.filter(wanted).reduce((total, { count }) => total + count, 0);
  return {
    total,
    position,
    changed: sum(({ result }) => result === "changed"),
    skipped: sum(({ result }) => result === "skipped"),
    succeeded: sum(fared("succeeded")),
    failed: sum(fared("failed")),
  };
};

/** `over`: nothing is left to do. `again`: at once. `wait`: for what comes of the jobs acted on. */
export type BulkAdvance = "over" | "again" | "wait";

/**
 * Takes an operation one step further, in the caller's transaction, which holds the claim of its work. Where it is
 * stands in its rows, so that whatever ends the worker, the next goes on with the next window.
 */
export const advanceBulkOperation = async (trx: Trx, id: number): Promise<BulkAdvance> => {
  const operation = await lockBulkOperation(trx, id);
  if (operation?.state !== "running") return "over";
  if (operation.stopRequestedBy !== null) return end(trx, operation, "stopped");
  const { action, options } = operation;
  const step = nextBulkStep(progressOf(operation, await countItems(trx, id)), {
    canary: operation.canary,
    canaryPassed: operation.canaryPassed,
    stopAtFailureRate: operation.stopAtFailureRate,
    letsRun: letsRun(action, options.outcome),
  });
  return take(trx, operation, step);
};

const take = async (trx: Trx, operation: BulkOperation, step: BulkStep): Promise<BulkAdvance> => {
  const row = trx.updateTable("bulk_operations").where("id", "=", operation.id);
  if (step.do === "wait") return "wait";
  if (step.do === "finish") return end(trx, operation, "done");
  if (step.do === "stop") {
    await row.set({ stop_reason: step.why }).execute();
    return end(trx, operation, "stopped");
  }
  if (step.do === "act") await actOnWindow(trx, operation, step.count);
  else await row.set({ canary_passed: true }).execute();
  return "again";
};

const end = async (trx: Trx, { id }: BulkOperation, state: "done" | "stopped"): Promise<BulkAdvance> => {
  await trx
    .updateTable("bulk_operations")
    .set({ state, finished_at: sql<Date>`clock_timestamp()` })
    .where("id", "=", id)
    .execute();
  return "over";
};

const actOnWindow = async (trx: Trx, operation: BulkOperation, count: number): Promise<void> => {
  const { id, action, options, position, reason, actor, clientId, requestId } = operation;
  const items = await trx
    .selectFrom("bulk_operation_items")
    .select(["position", "work_item_id as jobId"])
    .where("bulk_operation_id", "=", id)
    .where("position", ">", position)
    .orderBy("position")
    .limit(count)
    .execute();
  const jobs = await lockJobs(
    trx,
    items.map(({ jobId }) => jobId),
  );
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const effects: EffectOnJob[] = [];
  const judge = bulkJudge(action, { outcome: options.outcome });
  const runAt = options.runAt === undefined ? undefined : new Date(options.runAt);
  const results = items.map((item) => {
    const job = byId.get(item.jobId);
    if (!job) return { position: item.position, result: "skipped", because: "gone" };
    const verdict = judge(job);
    if (verdict.result === "skipped") return { position: item.position, ...verdict };
    effects.push({ job, effect: verdict.effect, runAt });
    return { position: item.position, result: "changed", because: null };
  });
  const authority = { actor, clientId, reason, requestId: requestId ?? undefined };
  await carryOut(trx, action, effects, authority, { ...options, bulkOperationId: id });
  await sql`
    update bulk_operation_items i set result = r.result, because = r.because
    from json_to_recordset(${JSON.stringify(results)}::json) as r(position int, result text, because text)
    where i.bulk_operation_id = ${id} and i.position = r.position`.execute(trx);
  const last = items.at(-1)?.position ?? operation.total;
  await trx.updateTable("bulk_operations").set({ position: last }).where("id", "=", id).execute();
};
