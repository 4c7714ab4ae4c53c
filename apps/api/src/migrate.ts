import { migrate } from "@billpost/db/migrator";
import { SettingsError } from "@billpost/runtime/settings";
import { readMigrateConfig } from "./config.ts";

/** Brings the database to this version, once; for a deploy step, before the new API and worker start. */
const run = async (): Promise<void> => {
  const { url, appRole } = readMigrateConfig();
  const { host, pathname } = new URL(url);
  console.log(`Migrating ${host}${pathname}`);
  const applied = await migrate({ url, appRole, log: (message) => console.log(`  ${message}`) });
  console.log(
    applied.length === 0
      ? "Nothing to do: the database is up to date."
      : `Done: ${applied.length} migration(s).`,
  );
};

try {
  await run();
} catch (error) {
  console.error(
    error instanceof SettingsError ? error.message : `Migration failed: ${(error as Error).message}`,
  );
  process.exitCode = 1;
}
