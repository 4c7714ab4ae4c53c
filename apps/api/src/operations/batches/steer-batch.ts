import { recordAudit } from "@billpost/db/audit";
import { type Batch, findBatch, lockBatch } from "@billpost/db/batches/batch";
import {
  cancelBatch as cancel,
  letRun,
  pauseBatch as pause,
  retryFailed as retry,
} from "@billpost/db/batches/steer";
import { isWorkOver } from "@billpost/db/batches/work";
import type { Trx } from "@billpost/db/connection";
import type { BatchState } from "@billpost/db/schema-batches";
import type { Context } from "../../context.ts";
import { write } from "../../http/idempotency.ts";
import { refusal } from "../../http/problems.ts";
import { showBatch } from "./read-batches.ts";

type Act = "start" | "pause" | "resume" | "cancel" | "retry-failed";

/** States in which an act changes something; in `done` it has been done before, and answers the same again. */
const acts: Readonly<
  Record<Act, { readonly from: readonly BatchState[]; readonly done: readonly BatchState[] }>
> = {
  start: { from: ["planned"], done: ["running", "done"] },
  pause: { from: ["running"], done: ["paused"] },
  resume: { from: ["paused"], done: ["running", "done"] },
  cancel: { from: ["planning", "planned", "running", "paused"], done: ["cancelled"] },
  "retry-failed": { from: ["running", "paused", "done"], done: [] },
};

/**
 * Does something with a batch, under its lock, with a row in the audit. What is so already is answered as it
 * is; what cannot be is refused with 409 and the batch's state.
 */
const steer = (
  context: Context,
  id: number,
  act: Act,
  reason: string | undefined,
  work: (trx: Trx, batch: Batch) => Promise<Readonly<Record<string, unknown>>>,
) =>
  write(context, async (trx) => {
    const { clientId, actor, requestId } = context;
    const locked = await lockBatch(trx, id);
    if (locked?.clientId !== clientId) throw refusal("batch_not_found", "There is no such batch.");
    const { from, done } = acts[act];
    if (from.includes(locked.state) || (await isStranded(trx, locked, act))) {
      const after = await work(trx, locked);
      await recordAudit(trx, {
        actor,
        clientId,
        action: `batch.${act.replace("-", "_")}`,
        targetType: "batch",
        targetId: id,
        before: { state: locked.state },
        after,
        reason,
        requestId,
      });
    } else if (!done.includes(locked.state))
      throw refusal(
        "batch_state_conflict",
        `The batch is ${locked.state}; this needs ${from.join(" or ")}.`,
        {
          state: locked.state,
        },
      );
    const batch = await findBatch(trx, clientId, id);
    if (!batch) throw new Error("the batch is gone");
    return { status: 200, body: await showBatch(trx, batch) };
  });

/** A running batch whose work was given up, by crashes or by hand, goes on when it is resumed. */
const isStranded = async (trx: Trx, { state, workItemId }: Batch, act: Act): Promise<boolean> =>
  act === "resume" && state === "running" && (await isWorkOver(trx, workItemId));

/** Carries out what was planned. */
export const startBatch = (context: Context, id: number, reason?: string) =>
  steer(context, id, "start", reason, async (trx, batch) => {
    await letRun(trx, batch, context);
    return { state: "running" };
  });

/** Stops beginning items; what a worker has begun ends. */
export const pauseBatch = (context: Context, id: number, reason?: string) =>
  steer(context, id, "pause", reason, async (trx) => {
    await pause(trx, id, "by_hand");
    return { state: "paused" };
  });

/** Goes on with a paused batch; the failure rate is counted afresh. */
export const resumeBatch = (context: Context, id: number, reason?: string) =>
  steer(context, id, "resume", reason, async (trx, batch) => {
    await letRun(trx, batch, context);
    return { state: "running" };
  });

/** Ends a batch for good: what was not begun is skipped. */
export const cancelBatch = (context: Context, id: number, reason?: string) =>
  steer(context, id, "cancel", reason, async (trx) => {
    await cancel(trx, id);
    return { state: "cancelled" };
  });

/** Lets the failed items run again; never one whose message may have gone out. */
export const retryFailed = (context: Context, id: number, reason?: string) =>
  steer(context, id, "retry-failed", reason, async (trx, batch) => {
    const items = await retry(trx, id);
    if (items > 0 && batch.state === "done") await letRun(trx, batch, context);
    return { state: items > 0 && batch.state === "done" ? "running" : batch.state, items };
  });
