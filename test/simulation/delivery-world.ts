import {
  type DeliveryEvent,
  type DeliveryState,
  deliveryTransition,
  settledStates,
} from "@billpost/domain/delivery";
import { type ErrorClass, nextStep, type RetryPolicy } from "@billpost/domain/work";

/** Guards that can be taken out, to see that the simulation notices. */
export interface Guards {
  /** Effects are written only under the claim that is held. */
  readonly fence: boolean;
  /** The intent to send is written before SES is called. */
  readonly intent: boolean;
  /** What a dead worker held is taken over. */
  readonly rescue: boolean;
  /** Work that was interrupted between intent and ledger is in doubt, not merely failed. */
  readonly doubt: boolean;
}

export const allGuards: Guards = {
  fence: true,
  intent: true,
  rescue: true,
  doubt: true,
};

type WorkState = "waiting" | "running" | "retrying" | "throttled" | "ambiguous" | "over";
const claimable: readonly WorkState[] = ["waiting", "retrying", "throttled", "ambiguous"];

export interface Claim {
  readonly fence: number;
  readonly attempt: number;
  readonly throttles: number;
  readonly pool: number;
  readonly job: number;
}

interface Job {
  readonly id: number;
  /** Of the work item when the job was added: part of its key. */
  readonly fence: number;
  readonly dueAt: number;
  lockedBy: number | undefined;
}

export interface Message {
  /** Of the claim under which it was sent: the attempt that it is tagged with. */
  readonly fence: number;
  rejected: boolean;
  /** We were told that it was accepted. */
  known: boolean;
  /** Events that were heard of it: a repeated one is dropped by its SNS id. */
  readonly heard: Set<DeliveryEvent>;
}

export const maxAttempts = 4;

/**
 * What the database and SES hold of one delivery, with the writes that workers, rescue, SES events and an
 * operator make, each of them one transaction, as packages/db makes them.
 */
export class DeliveryWorld {
  now = 0;
  delivery: { state: DeliveryState; resends: number; fence: number } = {
    state: "pending",
    resends: 0,
    fence: 0,
  };
  work: {
    state: WorkState;
    fence: number;
    attempt: number;
    throttles: number;
    pool: number | undefined;
    job: number;
  } = { state: "waiting", fence: 0, attempt: 0, throttles: 0, pool: undefined, job: 0 };
  jobs: Job[] = [];
  /** What SES took. */
  readonly messages: Message[] = [];
  everInDoubt = false;
  automaticResends = 0;
  operatorRetries = 0;
  readonly policy: RetryPolicy;
  readonly guards: Guards;
  readonly #random: () => number;
  #jobs = 0;

  constructor(policy: RetryPolicy, guards: Guards, random: () => number) {
    this.policy = policy;
    this.guards = guards;
    this.#random = random;
    this.addJob(0);
  }

  addJob(delayMs: number): void {
    const { fence } = this.work;
    this.jobs = this.jobs.filter((job) => job.fence !== fence || job.lockedBy !== undefined);
    this.#jobs += 1;
    this.jobs.push({ id: this.#jobs, fence, dueAt: this.now + delayMs, lockedBy: undefined });
  }

  takeJob(pool: number): Job | undefined {
    const job = this.jobs.find(({ lockedBy, dueAt }) => lockedBy === undefined && dueAt <= this.now);
    if (job) job.lockedBy = pool;
    return job;
  }

  /** By id, whoever holds the lock, as graphile-worker does. */
  completeJob(id: number): void {
    this.jobs = this.jobs.filter((job) => job.id !== id);
  }

  claim(pool: number, job: number): Claim | undefined {
    const { work } = this;
    const free = claimable.includes(work.state) || (work.state === "running" && work.job === job);
    if (!free) return undefined;
    this.work = { ...work, state: "running", attempt: work.attempt + 1, fence: work.fence + 1, pool, job };
    const { attempt, fence, throttles } = this.work;
    return { attempt, fence, throttles, pool, job };
  }

  holds(claim: Claim): boolean {
    if (!this.guards.fence) return this.work.state !== "over";
    return this.work.state === "running" && this.work.fence === claim.fence;
  }

  /** False: refused by the state machine. `fence`: of the claim, for events from a worker. */
  apply(event: DeliveryEvent, fence = this.delivery.fence): boolean {
    const transition = deliveryTransition(this.delivery, event);
    if (!transition) return false;
    if (event === "resend_started") this.automaticResends += 1;
    this.delivery = { state: transition.to, resends: transition.resends, fence };
    if (transition.to === "ambiguous") this.everInDoubt = true;
    return true;
  }

  finish(): void {
    this.work = { ...this.work, state: "over", pool: undefined };
  }

  get isSettled(): boolean {
    return settledStates.includes(this.delivery.state);
  }

  /** As `recordAttemptEnd`. */
  endAttempt(claim: Claim, errorClass: ErrorClass): void {
    const seen: ErrorClass =
      !this.guards.doubt && (errorClass === "crashed" || errorClass === "ambiguous")
        ? "retryable"
        : errorClass;
    const step = nextStep(
      {
        errorClass: seen,
        attempt: claim.attempt,
        maxAttempts,
        throttles: claim.throttles,
        delivery: this.delivery,
      },
      this.policy,
      this.#random(),
    );
    if (!this.isSettled) this.apply(step.deliveryEvent, claim.fence);
    if (this.isSettled || step.delayMs === undefined) {
      this.finish();
      return;
    }
    this.work = {
      ...this.work,
      state: step.state === "failed" ? "over" : step.state,
      pool: undefined,
      attempt: step.burnsAttempt ? claim.attempt : claim.attempt - 1,
      throttles: seen === "throttled" ? claim.throttles + 1 : 0,
    };
    this.addJob(step.delayMs);
  }

  /** As `rescueWorker`. */
  rescue(pool: number): void {
    if (!this.guards.rescue) return;
    for (const job of this.jobs) if (job.lockedBy === pool) job.lockedBy = undefined;
    const { work } = this;
    if (work.state !== "running" || work.pool !== pool) return;
    this.jobs = this.jobs.filter((job) => job.fence !== work.fence - 1 || job.lockedBy !== undefined);
    const { attempt, fence, throttles, job } = work;
    this.endAttempt({ attempt, fence, throttles, pool, job }, "crashed");
  }

  /** As `recordSesEvent`. */
  hearFromSes(event: DeliveryEvent, message: Message): void {
    if (message.heard.has(event)) return;
    message.heard.add(event);
    if (event !== "ses_reject") message.known = true;
    if (event === "ses_reject" && message.fence !== this.delivery.fence) return;
    if (this.apply(event) && this.work.state !== "running" && this.isSettled) this.finish();
  }

  /** An operator's word; the work's claim, if it is held, is broken. */
  operate(event: "retried" | "resent_by_hand" | "confirmed_sent" | "cancelled" | "handled"): void {
    const before = this.delivery.state;
    // Whoever says that it was sent has seen it.
    if (event === "confirmed_sent" && this.messages.every(({ rejected }) => rejected)) return;
    if (this.work.state === "running" || !this.apply(event)) return;
    this.work = { ...this.work, fence: this.work.fence + 1 };
    if (event === "cancelled" || event === "handled" || event === "confirmed_sent") {
      this.finish();
      return;
    }
    if (event === "retried" && before !== this.delivery.state) this.operatorRetries += 1;
    if (event === "retried" && before === this.delivery.state) return this.addJob(0);
    this.work = { ...this.work, state: "waiting", attempt: 0, throttles: 0, pool: undefined };
    this.addJob(0);
  }
}
