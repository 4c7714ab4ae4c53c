import { setTimeout as wait } from "node:timers/promises";
import { createDatabase, createPool } from "@billpost/db/connection";
import { createLogger } from "@billpost/runtime/logger";
import { SettingsError } from "@billpost/runtime/settings";
import { readApiConfig } from "./config.ts";
import { buildConsoleServer, buildServer } from "./server.ts";

/** Requests that are still running this long after the stop began are cut off; orchestrators kill at 30 s. */
const stopWithinMs = 23_000;

interface Address {
  readonly host: string;
  readonly port: number;
}

const run = async (): Promise<void> => {
  const config = readApiConfig();
  const logger = createLogger("api", config.logLevel);
  const pool = createPool({
    url: config.database.url,
    max: config.database.poolSize,
    applicationName: "billpost-api",
    connectTimeoutMs: config.database.connectTimeoutMs,
    statementTimeoutMs: config.database.statementTimeoutMs,
    lockTimeoutMs: config.database.lockTimeoutMs,
    onIdleError: (error) => logger.warn({ err: error.message }, "an idle database connection broke"),
  });
  const services = { db: createDatabase(pool), pool, config, logger };
  const app = await buildServer(services);
  const ownConsole = config.console?.listen && (await buildConsoleServer(services, config.console));

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (app.lifecycle.stopping) return;
    app.lifecycle.stopping = true;
    if (ownConsole) ownConsole.lifecycle.stopping = true;
    logger.info({ signal }, "stopping");
    const deadline = setTimeout(() => {
      app.server.closeAllConnections();
      ownConsole?.server.closeAllConnections();
    }, stopWithinMs);
    await wait(config.drainMs);
    await Promise.all([app.close(), ownConsole?.close()]);
    await pool.end();
    clearTimeout(deadline);
    logger.info("stopped");
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => {
        logger.error({ err: error }, "the stop failed");
        process.exit(1);
      });
    });
  }

  if (!config.sesEvents)
    logger.warn(
      "SES_EVENTS_TOPIC_ARN is not set: bounces and complaints are not heard of, and a lost reply of SES is settled by sending once more",
    );
  await listen(app, { host: config.host, port: config.port }, "PORT");
  if (ownConsole && config.console?.listen) {
    await listen(ownConsole, config.console.listen, "CONSOLE_PORT");
    logger.info(config.console.listen, "the console listens");
  }
  logger.info({ host: config.host, port: config.port, publicUrl: config.publicUrl }, "listening");
};

/** Listens; a port that is taken is told with the variable that names it. */
const listen = async (
  server: { listen(address: Address): Promise<unknown> },
  address: Address,
  variable: string,
): Promise<void> => {
  try {
    await server.listen(address);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE")
      throw new SettingsError([`${error.message}; set ${variable} to another port`]);
    throw error;
  }
};

try {
  await run();
} catch (error) {
  const message =
    error instanceof SettingsError ? error.message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
