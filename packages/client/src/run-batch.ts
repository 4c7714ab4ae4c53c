import { setTimeout as wait } from "node:timers/promises";
import type { operations } from "./api-types.ts";
import type { AnswerOf, Billpost } from "./billpost.ts";

export type NewBatch = operations["createBatch"]["requestBody"]["content"]["application/json"];
export type Batch = AnswerOf<"get", "/api/batches/{id}">;

export interface RunBatchOptions {
  /** Told how it stands, each time it is looked at. */
  readonly onProgress?: (batch: Batch) => void;
  /** Between two looks, in ms; default 1,000. */
  readonly everyMs?: number;
  /** Ends the waiting, not the batch. */
  readonly signal?: AbortSignal;
}

const standing: readonly Batch["state"][] = ["done", "paused", "cancelled", "failed"];

/**
 * Plans a batch, starts it, and waits until it is over or paused; answers it as it then stands. With the same
 * `externalRef` and body it is the same batch, so a script that was killed is run again and goes on where the
 * batch is: nothing is done twice. Throws `BillpostProblem` when it is refused, as `batch_external_ref_taken` is for a
 * reference with another body.
 */
export const runBatch = async (
  billpost: Billpost,
  batch: NewBatch,
  { onProgress, everyMs = 1_000, signal }: RunBatchOptions = {},
): Promise<Batch> => {
  const { id } = await billpost.post("/api/batches", { body: { ...batch, autoStart: true } });
  for (;;) {
    const now = await billpost.get("/api/batches/{id}", { params: { path: { id } } });
    onProgress?.(now);
    if (standing.includes(now.state)) return now;
    await wait(everyMs, undefined, signal ? { signal } : {});
  }
};
