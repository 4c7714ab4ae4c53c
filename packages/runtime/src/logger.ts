import pino, { type Logger } from "pino";
import type { LogLevel } from "./shared-settings.ts";

export type { Logger } from "pino";

/**
 * JSON lines on standard output, readable text in a terminal. Ids only are logged: never names, addresses,
 * keys or presigned links; the redaction is a second net, not a licence.
 */
export const createLogger = (
  service: string,
  level: LogLevel,
  pretty = process.stdout.isTTY === true,
): Logger =>
  pino(
    {
      level,
      base: { service, pid: process.pid },
      redact: {
        paths: ["email", "*.email", "*.customerEmail", "*.authorization", "req.headers.authorization"],
        censor: "[redacted]",
      },
      timestamp: pino.stdTimeFunctions.isoTime,
      ...(pretty
        ? {
            transport: {
              target: "pino-pretty",
              options: { ignore: "pid,hostname", translateTime: "HH:MM:ss.l" },
            },
          }
        : {}),
    },
    // Written at once: pino's buffered output spins for ever in `fatal` when the reader of the log is gone.
    ...(pretty ? [] : [pino.destination({ fd: 1, sync: true })]),
  );
