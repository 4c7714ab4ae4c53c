import { readFile, readlink, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { clusterFolder } from "./postgres.ts";
import { identify, isAlive } from "./process-identity.ts";

/**
 * Makes a cluster startable after its last server was not stopped: ends a server that still runs on it,
 * and removes a lock file whose process id another program has been given since (PostgreSQL itself only
 * recognises ids that nobody has). To be called by whoever holds the folder's lock.
 */
export async function clearLeftPostgres(dataDir: string): Promise<void> {
  const cluster = clusterFolder(dataDir);
  const pidFile = join(cluster, "postmaster.pid");
  const pid = Number((await readFile(pidFile, "utf8").catch(() => "")).split("\n")[0]);
  if (!(pid > 1) || process.platform !== "linux") return;
  const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (workingFolder === undefined) return; // gone, or another user's: PostgreSQL sees that too
  if (workingFolder !== (await realpath(cluster))) {
    await rm(pidFile, { force: true });
    return;
  }
  const server = identify(pid);
  const started = Date.now();
  process.kill(pid, "SIGINT");
  while (isAlive(server)) {
    if (Date.now() - started > 15_000) process.kill(pid, "SIGQUIT");
    await delay(50);
  }
}
