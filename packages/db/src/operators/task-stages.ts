import type { TaskName } from "../outbox.ts";

/**
 * Every task, with its stages that can be paused by themselves. The names are those that the worker runs and that
 * its failures are noted under.
 */
const taskStages = {
  "issue-invoice": [],
  "issue-credit-note": [],
  "deliver-invoice": ["render", "store", "send"],
  "render-document": ["render", "store"],
  "verify-invoice": ["fetch", "render"],
  reconcile: ["objects", "hashes"],
  "plan-batch": ["select", "samples"],
  "advance-batch": [],
  "batch-item": ["render", "store", "issue"],
  "advance-bulk-operation": [],
} as const satisfies Readonly<Record<TaskName, readonly string[]>>;

export const taskNames = Object.keys(taskStages) as readonly TaskName[];

export const isTaskName = (text: string): text is TaskName => Object.hasOwn(taskStages, text);

export const stagesOf = (task: TaskName): readonly string[] => taskStages[task];
