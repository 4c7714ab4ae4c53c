import type { ErrorClass } from "@billpost/domain/work";
import { settledStates } from "@billpost/domain/delivery";
import type { Claim, DeliveryWorld, Message } from "./delivery-world.ts";
import type { Random } from "./random.ts";

type Place = "idle" | "locked" | "claimed" | "rendering" | "stored" | "intended" | "answered" | "finished";

/** Faults that SES and the stages can have; off while a run is brought to its end. */
export interface Weather {
  readonly stormy: boolean;
}

/** A worker that does one thing at a time, as apps/worker does, and can be stopped between any two of them. */
export class SimulatedWorker {
  pool: number;
  paused = false;
  /** Others took its work over; it ends when it notices. */
  givenUp = false;
  place: Place = "idle";
  readonly #world: DeliveryWorld;
  readonly #random: Random;
  #job: number | undefined;
  #claim: Claim | undefined;
  #seen = { state: "pending" as string, resends: 0 };
  #outcome: ErrorClass | "accepted" = "accepted";
  #message: Message | undefined;

  constructor(world: DeliveryWorld, random: Random, pool: number) {
    this.#world = world;
    this.#random = random;
    this.pool = pool;
  }

  /** What is left of its own mind is lost; the world keeps its locks. */
  restart(pool: number): void {
    this.pool = pool;
    this.paused = false;
    this.givenUp = false;
    this.place = "idle";
    this.#job = undefined;
    this.#claim = undefined;
  }

  /** One statement, transaction or call. Answers whether there was anything to do. */
  step(weather: Weather): boolean {
    const world = this.#world;
    switch (this.place) {
      case "idle": {
        const job = world.takeJob(this.pool);
        if (!job) return false;
        this.#job = job.id;
        this.place = "locked";
        return true;
      }
      case "locked": {
        this.#claim = world.claim(this.pool, this.#job ?? 0);
        this.place = this.#claim ? "claimed" : "finished";
        return true;
      }
      case "claimed":
        return this.#begin();
      case "rendering": {
        if (weather.stormy && this.#random.oneIn(6)) return this.#end("retryable");
        return this.#write((fence) => {
          world.apply("documents_stored", fence);
          this.#seen = { ...world.delivery };
          this.place = "stored";
        });
      }
      case "stored":
        return this.#intend(weather);
      case "intended":
        return this.#send(weather);
      case "answered": {
        if (this.#outcome !== "accepted") return this.#end(this.#outcome);
        return this.#write((fence) => {
          if (!world.guards.intent)
            world.apply(world.delivery.state === "ambiguous" ? "resend_started" : "send_started", fence);
          world.apply("accepted", fence);
          if (this.#message) this.#message.known = true;
          world.finish();
          this.place = "finished";
        });
      }
      case "finished": {
        world.completeJob(this.#job ?? 0);
        this.place = "idle";
        return true;
      }
      default:
        return this.place satisfies never;
    }
  }

  #begin(): boolean {
    const world = this.#world;
    this.#seen = { ...world.delivery };
    const { state } = world.delivery;
    if (settledStates.includes(world.delivery.state))
      return this.#write(() => {
        world.finish();
        this.place = "finished";
      });
    if (state === "sending") return this.#end("ambiguous");
    if (state !== "pending" && state !== "rendering") {
      this.place = "stored";
      return true;
    }
    return this.#write((fence) => {
      world.apply("begun", fence);
      this.place = "rendering";
    });
  }

  #intend(weather: Weather): boolean {
    const world = this.#world;
    return this.#write((fence) => {
      if (weather.stormy && this.#random.oneIn(40)) {
        world.apply("suppressed", fence);
        world.finish();
        this.place = "finished";
        return;
      }
      const resend = this.#seen.state === "ambiguous";
      const held = resend && world.policy.ambiguous === "hold";
      const allowed =
        !held && (!world.guards.intent || world.apply(resend ? "resend_started" : "send_started", fence));
      if (!allowed) world.finish();
      this.place = allowed ? "intended" : "finished";
    });
  }

  /** No claim is asked here: a worker that was paused sends all the same. */
  #send(weather: Weather): boolean {
    const luck = weather.stormy ? this.#random.below(10) : 9;
    if (luck === 0) this.#outcome = "throttled";
    else if (luck === 1) this.#outcome = "retryable";
    else if (luck === 2) this.#outcome = "permanent";
    else {
      this.#message = { fence: this.#claim?.fence ?? 0, rejected: false, known: false, heard: new Set() };
      this.#world.messages.push(this.#message);
      this.#outcome = luck <= 4 ? "ambiguous" : "accepted";
    }
    this.place = "answered";
    return true;
  }

  #end(errorClass: ErrorClass): boolean {
    const claim = this.#claim;
    return this.#write(() => {
      if (claim) this.#world.endAttempt(claim, errorClass);
      this.place = "finished";
    });
  }

  /** A transaction under the claim; without it nothing is written, and the work is left to whoever has it. */
  #write(effect: (fence: number) => void): boolean {
    if (this.#claim && this.#world.holds(this.#claim)) effect(this.#claim.fence);
    else this.place = "finished";
    return true;
  }
}
