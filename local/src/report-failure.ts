import { SettingsError } from "@billpost/runtime/settings";
import { GivenDatabaseUnusable } from "./database-setup.ts";
import { PortsTaken } from "./local-ports.ts";
import { readLogLine } from "./log-line.ts";
import { ProcessCrashed } from "./managed-process.ts";
import type { Stack } from "./stack.ts";
import { AlreadyRunning } from "./supervisor-lock.ts";
import { failed } from "./terminal.ts";

/** What the user can mend by themselves is told in a sentence; a trace would only hide it. */
const plainlyTold = [PortsTaken, AlreadyRunning, SettingsError, GivenDatabaseUnusable];

/** Tells on the terminal why a stack did not start or did not go on. */
export function reportFailure(error: unknown, stack?: Stack): void {
  if (error instanceof ProcessCrashed) {
    console.error(failed(`${error.message}. Its last lines:\n`));
    for (const line of error.lastLines) console.error(`    ${readLogLine(line).text}`);
    console.error(`\n  The full log is ${stack?.logs.path(error.processName)}. Stopping the rest.`);
  } else if (plainlyTold.some((kind) => error instanceof kind)) {
    console.error(failed((error as Error).message));
  } else {
    console.error(failed(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  }
}
