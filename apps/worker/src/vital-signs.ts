import type { Heartbeat } from "@billpost/db/heartbeats";

interface Sign {
  readonly beat: number;
  /** When this beat was first known here, on our own monotonic clock. */
  readonly since: number;
}

/**
 * Judges who is dead by beats that do not move, on the observer's monotonic clock alone: a clock set forward
 * or back, here or in the database, kills nobody.
 */
export class VitalSigns {
  readonly #deadAfterMs: number;
  readonly #signs = new Map<string, Sign>();

  constructor(deadAfterMs: number) {
    this.#deadAfterMs = deadAfterMs;
  }

  /**
   * Takes in what was read, and answers who has been silent for too long. `askedAt` and `answeredAt` enclose
   * the reading: silence is counted from an answer to a later question, so that an observer who was paused in
   * between finds nobody dead.
   */
  observe(beats: readonly Heartbeat[], askedAt: number, answeredAt: number): Heartbeat[] {
    const silent: Heartbeat[] = [];
    const seen = new Set(beats.map(({ poolId }) => poolId));
    for (const poolId of this.#signs.keys()) if (!seen.has(poolId)) this.#signs.delete(poolId);
    for (const heartbeat of beats) {
      const sign = this.#signs.get(heartbeat.poolId);
      if (sign?.beat !== heartbeat.beat)
        this.#signs.set(heartbeat.poolId, { beat: heartbeat.beat, since: answeredAt });
      else if (askedAt - sign.since > this.#deadAfterMs) silent.push(heartbeat);
    }
    return silent;
  }
}
