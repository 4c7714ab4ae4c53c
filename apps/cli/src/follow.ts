import { setTimeout as wait } from "node:timers/promises";
import { exitCodes } from "./exit-codes.ts";
import { say } from "./output.ts";
import { showProgress } from "./progress.ts";

/** Without a terminal a line now and then, for a log. */
const tellEveryMs = 10_000;

interface Following<T> {
  /** How it stands now. */
  readonly read: () => Promise<T>;
  readonly over: (now: T) => boolean;
  /** How far it is, in a line. */
  readonly lineOf: (now: T) => string;
  /** Said at Ctrl-C, which ends the looking alone: what goes on, and how to come back. */
  readonly farewell: string;
  readonly everyMs?: number;
}

/** Looks at something that others do until it is over, and tells how far it is. Answers how it stood at the end. */
export const follow = async <T>({
  read,
  over,
  lineOf,
  farewell,
  everyMs = 500,
}: Following<T>): Promise<T> => {
  const progress = showProgress();
  const leave = () => {
    progress.clear();
    say(farewell);
    process.exit(exitCodes.interrupted);
  };
  process.once("SIGINT", leave);
  try {
    let told = performance.now();
    for (;;) {
      const now = await read();
      if (over(now)) return now;
      progress.update(lineOf(now));
      if (!process.stderr.isTTY && performance.now() - told > tellEveryMs) {
        told = performance.now();
        say(lineOf(now));
      }
      await wait(everyMs);
    }
  } finally {
    process.off("SIGINT", leave);
    progress.clear();
  }
};
