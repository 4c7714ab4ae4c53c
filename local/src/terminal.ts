import { styleText } from "node:util";
import { error, fatal, readLogLine, showLogLine } from "./log-line.ts";
import type { StackEvents } from "./stack.ts";

/** "0.3 s", counted from `since`, which is in ms as `performance.now()` counts. */
export const secondsSince = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

export const title = (text: string): string => styleText("bold", text);

export const done = (text: string, since: number): string =>
  `${styleText("green", "✓")} ${text.padEnd(56)} ${styleText("dim", secondsSince(since).padStart(7))}`;

export const failed = (text: string): string => `${styleText("red", "✗")} ${text}`;

/** Rows of a name and a value, aligned. */
export const rows = (all: readonly (readonly [name: string, value: string])[]): string =>
  all.map(([name, value]) => `  ${styleText("dim", name.padEnd(10))} ${value}`).join("\n");

/** Prints each step, and what the processes log: only errors until `showAll`. */
export class TerminalEvents implements StackEvents {
  #quietBelow: number = error;

  step(text: string, since: number): void {
    console.log(done(text, since));
  }

  /** From now on everything is shown, except what PostgreSQL tells its clients, who log it themselves. */
  showAll(): void {
    this.#quietBelow = 0;
  }

  /** From now on nothing is shown: what processes say while they are stopped is in the log files. */
  showNothing(): void {
    this.#quietBelow = Number.POSITIVE_INFINITY;
  }

  log(name: string, line: string): void {
    const read = readLogLine(line);
    const quietBelow = name === "postgres" ? Math.max(fatal, this.#quietBelow) : this.#quietBelow;
    if (read.level >= quietBelow) console.log(showLogLine(name, read));
  }
}
