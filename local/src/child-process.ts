import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** "exit code 1" or "signal SIGKILL". */
export function describeExit({ code, signal }: Exit): string {
  return signal ? `signal ${signal}` : `exit code ${code}`;
}

/** How long the output of an ended process may be held open by processes it left behind, in ms. */
const outputPatience = 500;

/** Waits for the end of a process and its last output. Rejects when it could not be run at all. */
export async function ended(child: ChildProcess): Promise<Exit> {
  const closed = once(child, "close").catch(() => {});
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  await Promise.race([closed, delay(outputPatience, undefined, { ref: false })]);
  return { code, signal };
}

/** Passes each line of output on, and answers with the last ones when asked. */
export function followLines(child: ChildProcess, log: (line: string) => void): () => string[] {
  const kept: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      kept.push(line);
      if (kept.length > 20) kept.shift();
      log(line);
    });
  }
  return () => [...kept];
}
