import { type Environment, readSettings } from "@billpost/runtime/settings";
import { readDatabaseUrl } from "@billpost/runtime/shared-settings";

export interface CliConfig {
  readonly databaseUrl: string;
}

/** The command line's settings; read when a command needs them, so that `--help` needs none. */
export const readCliConfig = (environment: Environment = process.env): CliConfig =>
  readSettings(environment, (env) => ({ databaseUrl: readDatabaseUrl(env) }));
