import type { DeliveryState } from "@billpost/domain/delivery";
import { maxResends } from "@billpost/domain/delivery";
import type { RetryPolicy } from "@billpost/domain/work";
import { allGuards, DeliveryWorld, type Guards, maxAttempts } from "./delivery-world.ts";
import { SimulatedWorker } from "./delivery-worker.ts";
import { createRandom, type Random } from "./random.ts";

export interface SimulationResult {
  readonly seed: number;
  readonly steps: number;
  readonly deliveries: number;
  /** How many ended in each state. */
  readonly ends: Readonly<Record<string, number>>;
  readonly messages: number;
  /** Deliveries that more than one message went out for, each of them known to be in doubt. */
  readonly twice: number;
  readonly crashes: number;
  readonly pauses: number;
}

/** A promise did not hold. The message has the seed and what happened, step by step. */
export class PromiseBroken extends Error {
  override readonly name = "PromiseBroken";
}

const policyOf = (ambiguous: "resend" | "hold"): RetryPolicy => ({
  baseMs: 2,
  maxMs: 20,
  throttleMs: 2,
  throttleMaxMs: 20,
  ambiguous,
  settleMs: 15,
});

/**
 * Drives the delivery state machine with two workers, crashes, pauses, lost replies, SES events in any order and
 * an operator, all in an order that the seed gives, and checks the promises after each step.
 */
export const simulateDeliveries = (
  seed: number,
  steps: number,
  guards: Guards = allGuards,
): SimulationResult => {
  const random = createRandom(seed);
  const tally = { deliveries: 0, messages: 0, twice: 0, crashes: 0, pauses: 0 };
  const ends: Record<string, number> = {};
  let taken = 0;
  while (taken < steps) {
    const run = new Run(seed, random, guards);
    taken += run.toTheEnd(steps - taken);
    const { delivery, messages } = run.world;
    ends[delivery.state] = (ends[delivery.state] ?? 0) + 1;
    tally.deliveries += 1;
    tally.messages += messages.length;
    tally.twice += messages.filter(({ rejected }) => !rejected).length > 1 ? 1 : 0;
    tally.crashes += run.crashes;
    tally.pauses += run.pauses;
  }
  return { seed, steps: taken, ends, ...tally };
};

/** One delivery, from its first job to quiet. */
class Run {
  readonly world: DeliveryWorld;
  crashes = 0;
  pauses = 0;
  readonly #seed: number;
  readonly #random: Random;
  readonly #workers: readonly SimulatedWorker[];
  readonly #deadPools = new Set<number>();
  readonly #story: string[] = [];
  #pools = 2;

  constructor(seed: number, random: Random, guards: Guards) {
    this.#seed = seed;
    this.#random = random;
    const policy = policyOf(random.oneIn(4) ? "hold" : "resend");
    this.world = new DeliveryWorld(policy, guards, () => random.next());
    this.#workers = [1, 2].map((pool) => new SimulatedWorker(this.world, random, pool));
  }

  /** A storm of random length, then quiet. Answers the steps taken. */
  toTheEnd(limit: number): number {
    const storm = Math.min(limit, 10 + this.#random.below(120));
    for (let step = 0; step < storm; step += 1) {
      this.#anything();
      this.#check();
    }
    return storm + this.#quiet();
  }

  #anything(): void {
    const random = this.#random;
    const worker = random.pick(this.#workers);
    const chance = random.below(100);
    if (chance < 62) this.#work(worker, true);
    else if (chance < 72) this.#pass(1 + random.below(6));
    else if (chance < 76) this.#crash(worker);
    else if (chance < 80) this.#pause(worker);
    else if (chance < 84) this.#resume(worker);
    else if (chance < 90) this.#lookAfterDead();
    else if (chance < 97) this.#ses();
    else this.#operator();
  }

  #work(worker: SimulatedWorker, stormy: boolean): boolean {
    if (worker.paused) return false;
    const { place } = worker;
    if (place === "idle" && worker.givenUp) {
      worker.restart((this.#pools += 1));
      return true;
    }
    const did = worker.step({ stormy });
    if (did) this.#tell(`pool ${worker.pool}: ${place} → ${worker.place}`);
    return did;
  }

  #crash(worker: SimulatedWorker): void {
    this.#tell(`pool ${worker.pool} dies ${worker.place}`);
    this.crashes += 1;
    this.#deadPools.add(worker.pool);
    worker.restart((this.#pools += 1));
  }

  #pause(worker: SimulatedWorker): void {
    if (worker.paused) return;
    this.#tell(`pool ${worker.pool} is paused ${worker.place}`);
    this.pauses += 1;
    worker.paused = true;
  }

  #resume(worker: SimulatedWorker): void {
    if (worker.paused) this.#tell(`pool ${worker.pool} wakes`);
    worker.paused = false;
  }

  /** A worker whose beat stands still is taken for dead, whether it is dead or paused. */
  #lookAfterDead(): void {
    const paused = this.#workers.filter((worker) => worker.paused && !worker.givenUp);
    for (const worker of paused)
      if (this.#random.oneIn(2)) {
        worker.givenUp = true;
        this.#deadPools.add(worker.pool);
      }
    for (const pool of this.#deadPools) {
      this.#tell(`pool ${pool} is taken over`);
      this.world.rescue(pool);
      if (this.world.guards.rescue) this.#deadPools.delete(pool);
    }
  }

  #ses(): void {
    const { messages } = this.world;
    if (messages.length === 0) return;
    const message = this.#random.pick(messages);
    // What SES rejects goes to nobody, so nothing but its acceptance is heard of it.
    const events = message.rejected
      ? (["ses_send", "ses_reject"] as const)
      : (["ses_send", "ses_delivery", "ses_bounce", "ses_complaint", "ses_reject"] as const);
    const event = this.#random.pick(events);
    const heardOfRecipient = [...message.heard].some(
      (heard) => heard !== "ses_send" && heard !== "ses_reject",
    );
    if (event === "ses_reject" && heardOfRecipient) return;
    if (event === "ses_reject") message.rejected = true;
    this.#tell(event);
    this.world.hearFromSes(event, message);
  }

  #operator(): void {
    const event = this.#random.pick([
      "retried",
      "resent_by_hand",
      "confirmed_sent",
      "cancelled",
      "handled",
    ] as const);
    this.#tell(`operator: ${event}`);
    this.world.operate(event);
  }

  #pass(ms: number): void {
    this.world.now += ms;
  }

  /** No more faults: everything that can go on by itself does, and then nothing may be left in the middle. */
  #quiet(): number {
    let steps = 0;
    for (const worker of this.#workers) this.#resume(worker);
    for (; steps < 1_000; steps += 1) {
      this.#lookAfterDead();
      const worked = this.#workers.map((worker) => this.#work(worker, false));
      this.#check();
      if (worked.includes(true)) continue;
      const due = this.world.jobs.filter(({ lockedBy }) => lockedBy === undefined).map(({ dueAt }) => dueAt);
      const next = Math.min(...due);
      if (next === Number.POSITIVE_INFINITY) break;
      this.#pass(Math.max(0, next - this.world.now));
    }
    const { delivery, work, jobs } = this.world;
    if (steps === 1_000) this.#broken("it never comes to rest");
    if (work.state !== "over" || jobs.length > 0) this.#broken("work is left that nobody does");
    if (!restStates.includes(delivery.state)) this.#broken(`it rests as ${delivery.state}`);
    return steps;
  }

  /** The promises, in the order of the issue that makes them. */
  #check(): void {
    const { delivery, messages, everInDoubt, automaticResends, operatorRetries, work, policy } = this.world;
    const wentOut = messages.filter(({ rejected }) => !rejected).length;
    if (messages.length > 1 + delivery.resends + operatorRetries)
      this.#broken(`${messages.length} messages after ${delivery.resends} resends`);
    if (automaticResends > maxResends) this.#broken("sent again by itself more than once");
    if (automaticResends > 0 && policy.ambiguous === "hold") this.#broken("sent again although it was held");
    if (wentOut > 1 && !everInDoubt && operatorRetries === 0)
      this.#broken("two messages, and the ledger never was in doubt");
    if (nothingSent.includes(delivery.state) && wentOut > 0 && !everInDoubt)
      this.#broken(`a message went out, and the delivery is ${delivery.state}`);
    if (somethingSent.includes(delivery.state) && messages.length === 0)
      this.#broken(`no message went out, and the delivery is ${delivery.state}`);
    if (delivery.state === "failed" && messages.some(({ known, rejected }) => known && !rejected))
      this.#broken("a message is known to have gone out, and the delivery is failed");
    if (work.attempt > maxAttempts + 1) this.#broken(`attempt ${work.attempt} of ${maxAttempts}`);
    if (!this.#isOwned()) this.#broken(`owned by nobody: the work is ${work.state}`);
  }

  /** Over, held by a worker that lives or will be found dead, or waiting with a job. */
  #isOwned(): boolean {
    const { work, jobs } = this.world;
    if (work.state === "over") return true;
    if (work.state !== "running") return jobs.some(({ fence }) => fence === work.fence);
    return this.#deadPools.has(work.pool ?? 0) || this.#workers.some(({ pool }) => pool === work.pool);
  }

  #tell(what: string): void {
    const { delivery, work } = this.world;
    this.#story.push(`${what} [${delivery.state} ${delivery.resends}, work ${work.state} ${work.fence}]`);
  }

  #broken(promise: string): never {
    throw new PromiseBroken(`seed ${this.#seed}: ${promise}\n  ${this.#story.slice(-40).join("\n  ")}`);
  }
}

/** Where a delivery may rest: at an end, or waiting for a person. */
const restStates: readonly DeliveryState[] = [
  "sent",
  "delivered",
  "bounced",
  "ambiguous",
  "suppressed",
  "failed",
  "cancelled",
  "handled",
];
const nothingSent: readonly DeliveryState[] = [
  "pending",
  "rendering",
  "stored",
  "throttled",
  "failed",
  "suppressed",
];
const somethingSent: readonly DeliveryState[] = ["sent", "delivered", "bounced"];
