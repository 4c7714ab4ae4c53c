import { SettingsError } from "@billpost/runtime/settings";
import { createLogger } from "@billpost/runtime/logger";
import { loggedError } from "./classify.ts";
import { readWorkerConfig } from "./config.ts";
import { startWorker } from "./worker.ts";

/** How a start or a run ends that nobody asked to end: a supervisor starts the process again. */
const fatal = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

const words = (error: unknown): string =>
  error instanceof SettingsError
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);

try {
  const config = readWorkerConfig();
  const log = createLogger("worker", config.logLevel).child({}, { serializers: { err: loggedError } });
  const die = (reason: string, error?: unknown): never => {
    log.fatal({ err: error }, reason);
    return process.exit(1);
  };
  // graphile-worker leaves some promises unheard when the database goes away; the job stays locked then.
  process.on("unhandledRejection", (error) => die("an error that nobody handled", error));
  process.on("uncaughtException", (error) => die("an error that nobody handled", error));
  const asked = Promise.withResolvers<string>();
  const worker = await startWorker(config, log, die, () => asked.resolve("operator"));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => asked.resolve(signal));
  const signal = await asked.promise;
  log.info({ signal }, "stopping");
  await worker.stop().catch((error: unknown) => die("the stop failed", error));
  log.info("stopped");
  process.exit(0);
} catch (error) {
  fatal(words(error));
}
