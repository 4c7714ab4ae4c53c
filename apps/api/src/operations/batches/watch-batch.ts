import { setTimeout as delay } from "node:timers/promises";
import { refusal } from "../../http/problems.ts";
import { readBatch, type Reader, requireBatch } from "./read-batches.ts";

/** Watchers of this process; each asks the database once a second. */
const maxWatchers = 100;
const everyMs = 1_000;
/** Proxies cut what is silent for longer. */
const heartbeatMs = 15_000;
/** States in which nothing happens by itself any more, once no item is under way. */
const ended: readonly string[] = ["done", "cancelled", "failed"];

let watchers = 0;

/**
 * Live progress as server-sent events: `progress` with the batch whenever it changed, a comment as a heartbeat,
 * and `end` when it is over, or when this process stops, after which a browser asks again by itself. Refuses
 * with 503 beyond a number of watchers; a watcher has its place until `signal` says that it is gone, as it must in the end.
 */
export const watchBatch = async (
  reader: Reader,
  id: number,
  lifecycle: { readonly stopping: boolean },
  signal: AbortSignal,
): Promise<AsyncGenerator<string>> => {
  await requireBatch(reader, id);
  if (watchers >= maxWatchers) throw refusal("overloaded", "Too many watch batches at once; poll instead.");
  if (!signal.aborted) {
    // Here and not when the first piece is read: many may come at once.
    watchers += 1;
    signal.addEventListener("abort", () => void (watchers -= 1), { once: true });
  }
  return events(reader, id, lifecycle, signal);
};

async function* events(
  reader: Reader,
  id: number,
  lifecycle: { readonly stopping: boolean },
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield "retry: 2000\n\n";
  let last = "";
  let lastSent = performance.now();
  while (!lifecycle.stopping && !signal.aborted) {
    const batch = await readBatch(reader, id);
    const { expectedEnd: _moving, ...steady } = batch;
    const text = JSON.stringify(steady);
    if (text !== last) {
      yield `event: progress\ndata: ${JSON.stringify(batch)}\n\n`;
      [last, lastSent] = [text, performance.now()];
    } else if (performance.now() - lastSent > heartbeatMs) {
      yield ": still here\n\n";
      lastSent = performance.now();
    }
    if (ended.includes(batch.state) && batch.counts.running === 0) {
      yield `event: end\ndata: ${JSON.stringify({ state: batch.state })}\n\n`;
      return;
    }
    await delay(everyMs, undefined, { signal }).catch(() => {});
  }
}
