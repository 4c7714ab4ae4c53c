import type { Directions, WorkerLoad } from "@billpost/db/heartbeats";
import { taskNames } from "@billpost/db/operators/task-stages";
import { pauseFlag, type TaskName } from "@billpost/db/outbox";
import type { WorkerMode } from "@billpost/db/schema-operators";

/** What operators want of this worker, as its heart last heard it, and what it shows of itself. */
export interface WorkerDirections {
  /** By the heart: once a second. */
  hear(directions: Directions): void;
  /** Marks of jobs that are not to be taken now; null: all may be. */
  forbiddenFlags(): string[] | null;
  isPaused(task: TaskName, stage: string): boolean;
  /** Whether more work may be begun, unless its task is paused: a claim asks for that itself. */
  takesWork(): boolean;
  /** From now on nothing is taken any more, whatever is heard. */
  stopping(): void;
  load(): WorkerLoad;
  /** Runs a job, or a render, and counts it while it runs. */
  counting<T>(what: "busy" | "renders", work: () => Promise<T>): Promise<T>;
}

/** `onStop` is called once, when an operator wants the worker to stop. */
export const createDirections = (onStop: () => void): WorkerDirections => {
  let mode: WorkerMode = "active";
  let paused: ReadonlySet<string> = new Set();
  const running = { busy: 0, renders: 0 };
  return {
    hear({ wanted, pauses }) {
      paused = new Set(pauses.map(({ task, stage }) => pauseFlag(task, stage)));
      if (mode === "stopping") return;
      mode = wanted;
      if (wanted === "stopping") onStop();
    },
    forbiddenFlags: () =>
      mode === "active"
        ? paused.size > 0
          ? [...paused]
          : null
        : taskNames.map((task) => pauseFlag(task, null)),
    isPaused: (task, stage) => paused.has(pauseFlag(task, stage)),
    takesWork: () => mode === "active",
    stopping() {
      mode = "stopping";
    },
    load: () => ({ mode, ...running }),
    async counting(what, work) {
      running[what] += 1;
      try {
        return await work();
      } finally {
        running[what] -= 1;
      }
    },
  };
};
