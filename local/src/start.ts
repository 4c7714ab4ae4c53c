import { SettingsError } from "@billpost/runtime/settings";
import { type LocalConfig, readLocalConfig } from "./config.ts";
import { GivenDatabaseUnusable } from "./database-setup.ts";
import { readLogLine } from "./log-line.ts";
import { PortsTaken } from "./local-ports.ts";
import { ProcessCrashed } from "./managed-process.ts";
import { Stack } from "./stack.ts";
import { startBlock } from "./start-block.ts";
import { AlreadyRunning } from "./supervisor-lock.ts";
import { failed, secondsSince, TerminalEvents } from "./terminal.ts";

/**
 * One Ctrl-C can arrive twice, from the terminal and from the package manager; only one after this many
 * ms means that somebody is out of patience.
 */
const sameKeystroke = 1_000;

const events = new TerminalEvents();

async function run(config: LocalConfig): Promise<void> {
  const started = performance.now();
  const stack = new Stack(config, events);
  stopAtSignals(stack);
  try {
    const addresses = await stack.start();
    console.log(startBlock(config, addresses, secondsSince(started)));
    events.showAll();
    await stack.ended;
  } catch (error) {
    if (!stack.isStopping) {
      process.exitCode = 1;
      report(error, stack);
    }
  } finally {
    events.showNothing();
    await stack.stop();
  }
}

function stopAtSignals(stack: Stack): void {
  let askedAt: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (askedAt === undefined) {
        askedAt = performance.now();
        console.log("\nStopping (Ctrl-C once more forces it)");
        events.showNothing();
        stack.stop().then(() => console.log("Stopped."), console.error);
      } else if (performance.now() - askedAt > sameKeystroke) {
        console.log("Forced.");
        process.exitCode = 1;
        stack.kill();
      }
    });
  }
}

function report(error: unknown, stack?: Stack): void {
  if (error instanceof ProcessCrashed) {
    console.error(failed(`${error.message}. Its last lines:\n`));
    for (const line of error.lastLines) console.error(`    ${readLogLine(line).text}`);
    console.error(`\n  The full log is ${stack?.logs.path(error.processName)}. Stopping the rest.`);
  } else if (
    error instanceof PortsTaken ||
    error instanceof AlreadyRunning ||
    error instanceof GivenDatabaseUnusable ||
    error instanceof SettingsError
  ) {
    console.error(failed(error.message));
  } else {
    console.error(failed(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  }
}

// A terminal that went away must not end the supervisor before it has stopped the others.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

try {
  await run(readLocalConfig());
} catch (error) {
  process.exitCode = 1;
  report(error);
}
