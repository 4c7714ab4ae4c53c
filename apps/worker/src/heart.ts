import type { Db } from "@billpost/db/connection";
import {
  beat,
  endHeartbeat,
  listHeartbeats,
  listPoolsWithoutHeartbeat,
  startHeartbeat,
  type WorkerIdentity,
} from "@billpost/db/heartbeats";
import { rescueOrphans, rescueWorker, type Rescue } from "@billpost/db/rescue";
import type { RetryPolicy } from "@billpost/domain/work";
import type { Logger } from "@billpost/runtime/logger";
import type { WorkerDirections } from "./directions.ts";
import { isGone } from "./machine-identity.ts";
import { repeat } from "./repeat.ts";
import { VitalSigns } from "./vital-signs.ts";

export interface HeartOptions {
  /** With connections of its own: a beat must not wait for the work. */
  readonly db: Db;
  readonly log: Logger;
  readonly worker: WorkerIdentity;
  /** False where a pid of the same `host` proves nothing. */
  readonly judgeByPid: boolean;
  readonly retry: RetryPolicy;
  /** Shown and heard with each beat. */
  readonly directions: WorkerDirections;
  readonly intervalMs: number;
  /** A worker whose beat does not move for so long is dead to the others. */
  readonly deadAfterMs: number;
  /** Called once, when this worker can no longer show that it lives and must stop before others take over. */
  readonly onLost: (reason: string) => void;
}

export interface Heart {
  /** Beats now: what operators want is heard at once. */
  beat(): Promise<void>;
  /** Beats now if the last beat is old; a worker that was paused finds out here, before it takes more work. */
  assure(): Promise<void>;
  /** Stops beating and takes the row away: this worker ended well. */
  stop(): Promise<void>;
}

/**
 * Shows that this worker lives, and takes over from those that do not. Every worker does both by its own
 * timers: there is no one whose death would end the rescuing.
 */
export const startHeart = async (options: HeartOptions): Promise<Heart> => {
  const { db, worker, log, intervalMs, deadAfterMs } = options;
  await startHeartbeat(db, worker);
  let lastBeat = performance.now();
  let over = false;
  const lost = (reason: string) => {
    if (!over) options.onLost(reason);
    over = true;
  };
  const beatOnce = async () => {
    const askedAt = performance.now();
    const heard = await beat(db, worker.poolId, options.directions.load());
    if (!heard) return lost("others took this worker for dead, and its work over");
    lastBeat = askedAt;
    options.directions.hear(heard);
  };
  // What is paused is known before the first job is taken.
  await beatOnce();
  const watcher = createWatcher(options);
  await watcher();

  const loops = [
    repeat(
      intervalMs,
      () => over,
      beatOnce,
      (error) => {
        log.warn({ err: error }, "this worker could not show that it lives");
        // Before the others take over, so that no two work on the same.
        if (performance.now() - lastBeat > deadAfterMs * 0.75) lost("the database could not be reached");
      },
    ),
    repeat(
      intervalMs,
      () => over,
      watcher,
      (error) => {
        log.warn({ err: error }, "this worker could not look after the others");
      },
    ),
  ];
  return {
    beat: beatOnce,
    async assure() {
      if (performance.now() - lastBeat > deadAfterMs / 2) await beatOnce();
    },
    async stop() {
      over = true;
      await Promise.all(loops.map((end) => end()));
      await endHeartbeat(db, worker.poolId);
    },
  };
};

/** Reading graphile-worker's view costs more than reading heartbeats, and orphans are rare. */
const roundsPerOrphanSearch = 5;

const createWatcher = (options: HeartOptions): (() => Promise<void>) => {
  const { db, worker, log, retry, deadAfterMs } = options;
  const signs = new VitalSigns(deadAfterMs);
  const orphanSigns = new VitalSigns(deadAfterMs);
  let round = 0;

  const report = (pool: string, rescued: Rescue | undefined) => {
    if (rescued) log.warn({ pool, ...rescued }, "took over from a worker that died");
  };
  const lookForDead = async () => {
    const askedAt = performance.now();
    const beats = await listHeartbeats(db);
    const others = beats.filter(({ poolId }) => poolId !== worker.poolId);
    const dead = new Set(signs.observe(others, askedAt, performance.now()));
    for (const other of others)
      if (options.judgeByPid && other.host === worker.host && isGone(other.pid)) dead.add(other);
    for (const other of dead) report(other.poolId, await rescueWorker(db, other, retry));
  };
  const lookForOrphans = async () => {
    const askedAt = performance.now();
    const pools = await listPoolsWithoutHeartbeat(db);
    const found = pools.map((poolId) => ({ poolId, beat: 0, host: "", pid: 0 }));
    for (const { poolId } of orphanSigns.observe(found, askedAt, performance.now()))
      report(poolId, await rescueOrphans(db, poolId, retry));
  };
  return async () => {
    await lookForDead();
    if (round % roundsPerOrphanSearch === 0) await lookForOrphans();
    round += 1;
  };
};
