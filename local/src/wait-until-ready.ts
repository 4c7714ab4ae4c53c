import { setTimeout as delay } from "node:timers/promises";

export interface ReadyOptions {
  /** Gives up after this many ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Waits until an address answers with 200; rejects with its last answer when the time is up. */
export async function waitUntilReady(url: string, { timeoutMs, signal }: ReadyOptions): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask(url);
    if (answer === 200) return;
    signal.throwIfAborted();
    if (Date.now() > deadline) {
      throw new Error(`${url} was not ready within ${timeoutMs / 1000} s (last answer: ${answer})`);
    }
    await delay(25, undefined, { signal });
  }
}

async function ask(url: string): Promise<number | string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    return (error as Error).message;
  }
}
