import { EventEmitter } from "node:events";
import { bulkFlag } from "@billpost/db/outbox";
import type { Task } from "./task.ts";
import type { Logger } from "@billpost/runtime/logger";
import {
  Logger as QueueLogger,
  run,
  type Runner,
  type RunnerOptions,
  type TaskList,
  type WorkerEvents,
} from "graphile-worker";
import type { WorkerContext } from "./context.ts";
import type { Schedule } from "./schedules.ts";

export interface QueueOptions {
  readonly pool: NonNullable<RunnerOptions["pgPool"]>;
  readonly tasks: readonly Task[];
  readonly schedules: readonly Schedule[];
  readonly concurrency: number;
  readonly log: Logger;
  /** What tasks may use, once the pool's id is known. */
  readonly context: (poolId: string) => Promise<WorkerContext>;
  /** Asked before each job is taken; none is while it waits. Answers the marks of jobs that are not to be taken. */
  readonly beforeTaking: () => Promise<string[] | null>;
}

export interface Queue {
  readonly poolId: string;
  /** Settles when the runner ends, asked or not; any end that was not asked for is fatal. */
  readonly ended: Promise<void>;
  /** Takes no further job and waits for those that run. */
  stop(): Promise<void>;
}

/**
 * graphile-worker, with its traps closed: our own pool, our own signals, and an id by which its locks can be
 * found. Tasks wait until their context is there.
 */
export const startQueue = async (options: QueueOptions): Promise<Queue> => {
  const { pool, tasks, schedules, concurrency, log } = options;
  const events = new EventEmitter() as WorkerEvents;
  const created = Promise.withResolvers<string>();
  events.once("pool:create", ({ workerPool }) => created.resolve(workerPool.id));
  const context = created.promise.then(options.context);
  const bulk = bulkPlaces(concurrency);
  const taskList: TaskList = {
    ...Object.fromEntries(
      tasks.map((task) => [
        task.name,
        async (payload, { job }) => {
          const worker = await context;
          const its = { id: Number(job.id), workItemId: workItemIdOf(payload) };
          const leave = job.flags?.[bulkFlag] ? bulk.enter() : undefined;
          try {
            await worker.directions.counting("busy", () => task.run(worker, its));
          } finally {
            leave?.();
          }
        },
      ]),
    ),
    ...Object.fromEntries(
      schedules.map(({ name, begin }) => [
        name,
        async () => {
          await begin(await context);
        },
      ]),
    ),
  };
  const runner: Runner = await run({
    pgPool: pool,
    taskList,
    // Its own schedules go by this process' clock; ours by the database's.
    parsedCronItems: [],
    events,
    concurrency,
    noHandleSignals: true,
    // The only question that graphile-worker asks before it locks a job. Nothing is locked before others can
    // see that this worker lives.
    forbiddenFlags: async () => {
      await context;
      const paused = await options.beforeTaking();
      return bulk.isFull() ? [...(paused ?? []), bulkFlag] : paused;
    },
    // New jobs are announced; this is for those that fall due, such as retries.
    pollInterval: 1_000,
    logger: queueLogger(log),
  });
  // A worker whose heart could not start would wait for ever, alive and useless.
  const { poolId } = await context;
  return { poolId, ended: runner.promise, stop: () => runner.stop() };
};

/** Work of batches takes every place but one, so that a fresh order never waits behind it; a lone place it shares. */
const bulkPlaces = (concurrency: number) => {
  let taken = 0;
  return {
    isFull: (): boolean => taken >= Math.max(1, concurrency - 1),
    /** Answers how to leave again. */
    enter: () => {
      taken += 1;
      return () => {
        taken -= 1;
      };
    },
  };
};

const workItemIdOf = (payload: unknown): number => {
  const id = (payload as { readonly workItemId?: unknown } | null)?.workItemId;
  if (typeof id !== "number") throw new TypeError("the job names no work item");
  return id;
};

/** Its own words at the level it gives them, except that each finished job is not worth a line. */
const queueLogger = (log: Logger): QueueLogger =>
  new QueueLogger(() => (level, message) => {
    if (level === "error") log.error({ from: "queue" }, message);
    else if (level === "warning") log.warn({ from: "queue" }, message);
    else log.debug({ from: "queue" }, message);
  });
