import { setTimeout as delay } from "node:timers/promises";

/**
 * Asks again and again until the answer is not undefined, null or false, and gives it; throws with `what` when
 * that takes too long. A condition that throws counts as not yet met.
 */
export const waitFor = async <T>(
  what: string,
  condition: () => Promise<T> | T,
  { timeoutMs = 20_000, everyMs = 25 }: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<Exclude<T, false | null | undefined>> => {
  const started = performance.now();
  let last: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (answer !== undefined && answer !== null && answer !== false)
        return answer as Exclude<T, false | null | undefined>;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() - started > timeoutMs)
      throw new Error(`waited ${timeoutMs} ms in vain for ${what} (last: ${String(last)})`, { cause: last });
    await delay(everyMs);
  }
};
