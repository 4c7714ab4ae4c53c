import { type Environment, readSettings } from "@billpost/runtime/settings";
import { readDatabaseUrl } from "@billpost/runtime/shared-settings";

export interface CliConfig {
  readonly databaseUrl: string;
}

/** The command line's settings; read when a command needs them, so that `--help` needs none. */
export const readCliConfig = (environment: Environment = process.env): CliConfig =>
  readSettings(environment, (env) => ({ databaseUrl: readDatabaseUrl(env) }));

export interface ApiAccess {
  /** Without a slash at the end. */
  readonly url: string;
  readonly key: string;
}

/** How the API is reached, for the commands that work through it. */
export const readApiAccess = (environment: Environment = process.env): ApiAccess =>
  readSettings(environment, (env) => ({
    url: env.url("BILLPOST_URL", ["http", "https"], "http://127.0.0.1:3000").replace(/\/+$/, ""),
    key: env.text("BILLPOST_KEY"),
  }));

/** Whether a key of the API is set; without one, keys and clients are made on the database. */
export const hasApiKey = (environment: Environment = process.env): boolean =>
  (environment["BILLPOST_KEY"] ?? "") !== "";
