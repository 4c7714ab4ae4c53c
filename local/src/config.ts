import { resolve } from "node:path";
import { type Environment, readSettings } from "@billpost/runtime/settings";
import { developmentKey } from "./database-setup.ts";
import { checkoutPath } from "./managed-process.ts";
import type { StackAddresses } from "./supervisor-lock.ts";

export interface LocalPorts {
  readonly api: number;
  readonly s3: number;
  readonly ses: number;
  readonly postgres: number;
  /** Of the worker's /health and /ready. */
  readonly worker: number;
}

export interface LocalConfig {
  /** Everything the stack keeps: database, objects, mail, logs. */
  readonly dataDir: string;
  readonly ports: LocalPorts;
  /** Where an address is given, the service behind it is used and none is started. */
  readonly databaseUrl: string | undefined;
  readonly s3Endpoint: string | undefined;
  readonly sesEndpoint: string | undefined;
  readonly bucket: string;
  /** For `pnpm demo` and the start block: the embedded database's own key, else one the user names. */
  readonly apiKey: string | undefined;
  /** What the apps inherit. */
  readonly environment: Environment;
}

/** The variable that moves each port, and where the port is otherwise. */
export const portVariables = {
  api: { variable: "PORT", fallback: 3000 },
  s3: { variable: "S3_PORT", fallback: 9000 },
  ses: { variable: "SES_PORT", fallback: 8005 },
  postgres: { variable: "POSTGRES_PORT", fallback: 54329 },
  worker: { variable: "WORKER_PORT", fallback: 3001 },
} as const satisfies Record<keyof LocalPorts, { variable: string; fallback: number }>;

/** The checkout: relative paths in settings start here, whatever folder the command was given in. */
export const checkout = checkoutPath("../../");

/** Throws a `SettingsError` with every problem at once. */
export function readLocalConfig(environment: Environment = process.env): LocalConfig {
  return readSettings(environment, (env) => {
    const port = (service: keyof LocalPorts) => {
      const { variable, fallback } = portVariables[service];
      return env.integer(variable, { min: 1, max: 65_535 }, fallback);
    };
    const databaseUrl = env.optionalUrl("DATABASE_URL", ["postgres", "postgresql"]);
    return {
      dataDir: resolve(checkout, env.text("BILLPOST_DATA_DIR", ".billpost")),
      ports: {
        api: port("api"),
        s3: port("s3"),
        ses: port("ses"),
        postgres: port("postgres"),
        worker: port("worker"),
      },
      databaseUrl,
      s3Endpoint: env.optionalUrl("S3_ENDPOINT", ["http", "https"]),
      sesEndpoint: env.optionalUrl("SES_ENDPOINT", ["http", "https"]),
      bucket: env.text("S3_BUCKET", "billpost-invoices"),
      apiKey: databaseUrl ? env.optional("BILLPOST_KEY") : developmentKey,
      environment,
    };
  });
}

const local = (port: number): string => `http://127.0.0.1:${port}`;

/** Where the stack of this configuration is reached, once it runs. */
export function stackAddresses({ ports, bucket, s3Endpoint, sesEndpoint }: LocalConfig): StackAddresses {
  return {
    api: local(ports.api),
    workerHealth: local(ports.worker),
    s3: s3Endpoint ?? local(ports.s3),
    ses: sesEndpoint ?? local(ports.ses),
    bucket,
  };
}
