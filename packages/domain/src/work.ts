import { type DeliveryEvent, type DeliveryStatus, deliveryTransition, maxResends } from "./delivery.ts";

/**
 * How an attempt ended without success. Errors are classified once, where they are caught; each class has
 * one policy, below.
 */
export type ErrorClass =
  /** Nothing was done that the next attempt could repeat wrongly. */
  | "retryable"
  /** Told to wait; nothing was done. Burns no attempt. */
  | "throttled"
  /** Another attempt would end the same way. */
  | "permanent"
  /** It may have been done. */
  | "ambiguous"
  /** The worker died, or lost its claim, in the middle. */
  | "crashed"
  /** The worker is shutting down. Burns no attempt. */
  | "handed_back";

export interface RetryPolicy {
  /** The wait after the first failure, in ms; each further one waits four times as long. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** The first wait when told to wait, in ms; doubled each further time up to `throttleMaxMs`. */
  readonly throttleMs: number;
  readonly throttleMaxMs: number;
  /** After a lost reply: send once more when nothing settled it, or wait for an operator. */
  readonly ambiguous: "resend" | "hold";
  /** How long an event from SES may settle a lost reply before it is sent once more, in ms. */
  readonly settleMs: number;
  /** Deaths of a worker that ran nothing else, before the work is quarantined. Absent: 3. */
  readonly quarantineAfter?: number;
}

/** An attempt that ended without success. */
export interface EndedAttempt {
  readonly errorClass: ErrorClass;
  /** This attempt's number, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Times in a row that it was told to wait before. */
  readonly throttles: number;
  /** The delivery the work is for, as the ledger has it; undefined for other work. */
  readonly delivery: DeliveryStatus | undefined;
}

/** What follows: the work item's next state, when the next attempt is due, and what the delivery is told. */
export interface NextStep {
  readonly state: "retrying" | "throttled" | "ambiguous" | "failed" | "waiting";
  /** Undefined: no further attempt by itself. */
  readonly delayMs: number | undefined;
  readonly burnsAttempt: boolean;
  readonly deliveryEvent: DeliveryEvent;
}

/**
 * The one policy of each error class. `random` is between 0 and 1 and spreads the waits by a fifth either
 * way, so that what failed together does not come back together.
 */
export const nextStep = (ended: EndedAttempt, policy: RetryPolicy, random: number): NextStep => {
  const { errorClass, attempt, maxAttempts, throttles, delivery } = ended;
  const spread = (ms: number) => Math.round(ms * (0.8 + 0.4 * random));
  if (errorClass === "handed_back") {
    const state = delivery?.state === "ambiguous" ? "ambiguous" : "waiting";
    return { state, delayMs: 0, burnsAttempt: false, deliveryEvent: "handed_back" };
  }
  if (errorClass === "throttled") {
    const waitMs = Math.min(policy.throttleMs * 2 ** Math.min(throttles, 20), policy.throttleMaxMs);
    return { state: "throttled", delayMs: spread(waitMs), burnsAttempt: false, deliveryEvent: "throttled" };
  }
  if (errorClass === "ambiguous") return inDoubt(delivery, policy, "reply_lost");
  // Between the intent and the ledger nobody knows whether the message went out.
  const mayBeSent = delivery?.state === "sending" || delivery?.state === "ambiguous";
  if (errorClass === "crashed" && mayBeSent) return inDoubt(delivery, policy, "crashed");
  if (errorClass === "permanent" || attempt >= maxAttempts) return giveUp(delivery);
  if (errorClass === "crashed")
    return {
      state: "retrying",
      delayMs: spread(policy.baseMs),
      burnsAttempt: true,
      deliveryEvent: "crashed",
    };
  const waitMs = Math.min(policy.baseMs * 4 ** Math.min(attempt - 1, 20), policy.maxMs);
  const state = delivery?.state === "ambiguous" ? "ambiguous" : "retrying";
  return { state, delayMs: spread(waitMs), burnsAttempt: true, deliveryEvent: "attempt_failed" };
};

/** Bounded by the number of resends, not of attempts. */
const inDoubt = (
  delivery: DeliveryStatus | undefined,
  policy: RetryPolicy,
  deliveryEvent: DeliveryEvent,
): NextStep => {
  const resendLeft = policy.ambiguous === "resend" && (delivery?.resends ?? 0) < maxResends;
  return {
    state: "ambiguous",
    delayMs: resendLeft ? policy.settleMs : undefined,
    burnsAttempt: false,
    deliveryEvent,
  };
};

const giveUp = (delivery: DeliveryStatus | undefined): NextStep => {
  const end = delivery && deliveryTransition(delivery, "gave_up")?.to;
  return {
    state: end === "ambiguous" ? "ambiguous" : "failed",
    delayMs: undefined,
    burnsAttempt: true,
    deliveryEvent: "gave_up",
  };
};
