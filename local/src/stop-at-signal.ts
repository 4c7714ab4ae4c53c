import type { LocalService } from "./local-service.ts";
import type { Stack } from "./stack.ts";
import type { TerminalEvents } from "./terminal.ts";

/** Makes SIGTERM and SIGINT stop the service; the process then ends by itself. */
export function stopAtSignal(service: LocalService): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      service.stop().catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      });
    });
  }
}

/**
 * One Ctrl-C can arrive twice, from the terminal and from the package manager; only one after this many
 * ms means that somebody is out of patience.
 */
const sameKeystroke = 1_000;

/** Makes a signal stop the stack in good order, and a second one end it at once. */
export function stopStackAtSignals(stack: Stack, events: TerminalEvents): void {
  // A terminal that went away must not end the supervisor before it has stopped the others.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
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
