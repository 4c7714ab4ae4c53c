import type { Task } from "../task.ts";
import { advanceBatch } from "./advance-batch.ts";
import { batchItem } from "./batch-item.ts";
import { planBatch } from "./plan-batch.ts";

/** The work of batches. */
export const batchTasks: readonly Task[] = [planBatch, advanceBatch, batchItem];
