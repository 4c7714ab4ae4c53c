import type { JobAct } from "./job-acts.ts";
import type { JobState } from "./job-facts.ts";

/** What can be done to many jobs at once. To correct an address is for one. */
export const bulkActs = [
  "retry",
  "run-now",
  "cancel",
  "reschedule",
  "settle",
  "release",
  "mark-handled",
] as const satisfies readonly JobAct[];
export type BulkAct = (typeof bulkActs)[number];

/** What came of a job since it was acted on. */
export type JobOutcome = "succeeded" | "failed" | "pending";

const failedStates: readonly JobState[] = [
  "failed",
  "blocked",
  "quarantined",
  "suppressed",
  "ambiguous",
  // Its first attempt since the act failed.
  "retrying",
];
const pendingStates: readonly JobState[] = ["waiting", "scheduled", "running", "throttled"];

/** Judged by how it stands now: an act that lets a job run has succeeded when the job has. */
export const outcomeOfJob = (state: JobState): JobOutcome =>
  failedStates.includes(state) ? "failed" : pendingStates.includes(state) ? "pending" : "succeeded";

/** Whether an act lets jobs run, so that what comes of them tells whether it did good. */
export const letsRun = (act: BulkAct, outcome: string | undefined): boolean =>
  act === "retry" || act === "run-now" || act === "release" || (act === "settle" && outcome === "send_again");

export interface BulkProgress {
  readonly total: number;
  /** Targets that were acted on or skipped. */
  readonly position: number;
  readonly changed: number;
  readonly succeeded: number;
  readonly failed: number;
}

export interface BulkLimits {
  readonly canary: number | null;
  readonly canaryPassed: boolean;
  readonly stopAtFailureRate: number | null;
  readonly letsRun: boolean;
}

export type BulkStep =
  | { readonly do: "act"; readonly count: number }
  /** For what comes of the jobs acted on. */
  | { readonly do: "wait" }
  | { readonly do: "pass_canary" }
  | { readonly do: "stop"; readonly why: string }
  | { readonly do: "finish" };

/** Targets that are acted on in one transaction. */
const window = 200;
/** With a limit on failures, no more than so many jobs are out without a known outcome. */
const mostOut = 400;
/** Fewer outcomes than this say nothing of a rate, except those of a canary. */
const fewestJudged = 20;

/** What a bulk operation does next. */
export const nextBulkStep = (progress: BulkProgress, limits: BulkLimits): BulkStep => {
  const { total, position, changed, succeeded, failed } = progress;
  const judged = succeeded + failed;
  const rate = judged === 0 ? 0 : failed / judged;
  const out = changed - judged;
  const inCanary = limits.canary !== null && !limits.canaryPassed && limits.letsRun;
  const limit = limits.stopAtFailureRate ?? (inCanary ? 0 : null);
  const stop = (): BulkStep => ({
    do: "stop",
    why: `${failed} of ${judged} jobs failed again: more than ${Math.round((limit ?? 0) * 100)} %`,
  });
  if (inCanary) {
    const left = Math.min((limits.canary ?? 0) - changed, total - position);
    if (left > 0) return { do: "act", count: Math.min(left, window) };
    if (out > 0) return { do: "wait" };
    if (limit !== null && rate > limit) return stop();
    return position === total ? { do: "finish" } : { do: "pass_canary" };
  }
  if (position === total) return { do: "finish" };
  if (!limits.letsRun || limit === null) return { do: "act", count: window };
  if (judged >= fewestJudged && rate > limit) return stop();
  return out >= mostOut ? { do: "wait" } : { do: "act", count: Math.min(window, mostOut - out) };
};
