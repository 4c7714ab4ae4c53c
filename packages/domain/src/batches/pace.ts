/** Items enqueued at most: hundreds rather than all, so that a batch can stop and others get their turn. */
const maxWindow = 300;
const minWindow = 20;
/** Seconds of sending that are enqueued ahead when the account has a rate. */
const aheadSeconds = 10;

interface Rate {
  readonly perSecond: number;
  /** Kept for fresh orders, from 0 to 1. */
  readonly freshShare: number;
}

/** How many messages a second a batch may send; undefined: the account has no limit. */
export const bulkRateOf = (rate: Rate | undefined): number | undefined =>
  rate && rate.perSecond * (1 - rate.freshShare);

/** How many items may be under way at once. */
export const windowOf = (rate: Rate | undefined): number => {
  const perSecond = bulkRateOf(rate);
  return perSecond === undefined
    ? maxWindow
    : Math.min(maxWindow, Math.max(minWindow, Math.ceil(perSecond * aheadSeconds)));
};

/** How a batch stands. `ended` are done or failed. */
export interface Standing {
  readonly waiting: number;
  readonly running: number;
  /** Of the running: nobody knows whether their message went out. */
  readonly inDoubt: number;
  readonly ended: number;
  readonly failed: number;
}

interface Guards {
  readonly canary: number | null;
  readonly canaryPassed: boolean;
  readonly stopAtFailureRate: number | null;
  readonly endedBefore: number;
  readonly failedBefore: number;
}

/** Why a batch stands still. Words of a person's own go to the audit, which erasure knows, and nowhere else. */
export type PauseReason = "canary_failed" | "failure_rate" | "by_hand";

/** A rate of failures says nothing before so many items have ended, unless these are all there are. */
const minSample = 10;

/**
 * Why a running batch must stop and wait for a person; undefined: it goes on. The rate of failures is counted
 * from where somebody last let it go on.
 */
export const pauseReasonOf = (
  guards: Guards,
  standing: Standing,
): Exclude<PauseReason, "by_hand"> | undefined => {
  const ended = standing.ended - guards.endedBefore;
  const failed = standing.failed - guards.failedBefore;
  if (standing.waiting === 0 && standing.running === standing.inDoubt) return undefined;
  const inCanary = guards.canary !== null && !guards.canaryPassed;
  if (inCanary && standing.failed > 0 && (standing.ended >= (guards.canary ?? 0) || standing.running === 0))
    return "canary_failed";
  if (guards.stopAtFailureRate === null || failed <= 0 || ended < minSample) return undefined;
  return failed / ended >= guards.stopAtFailureRate ? "failure_rate" : undefined;
};

/** How many items may be begun now. What is in doubt holds no place: it may stay so until a person looks. */
export const budgetOf = (
  { canary }: Pick<Guards, "canary">,
  { running, inDoubt, ended }: Standing,
  window: number,
): number => {
  const room = Math.max(0, window - (running - inDoubt));
  return canary === null ? room : Math.max(0, Math.min(room, canary - ended - running));
};

const soonMs = 250;
const usualMs = 1_000;
const doubtMs = 5_000;

/** When to look at a batch again, in ms: sooner while much happens, later when only doubt is left. */
export const waitMsOf = ({
  waiting,
  running,
  inDoubt,
  settled,
  passedOver,
}: Standing & { readonly settled: number; readonly passedOver: number }): number => {
  if (waiting === 0 && running === inDoubt) return doubtMs;
  return settled > 0 || passedOver > 0 ? soonMs : usualMs;
};
