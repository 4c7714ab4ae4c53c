import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

const pattern = /^chrome-(\d+)-(\d+)-/;

/**
 * Makes a profile folder for one browser, named after this process, so that a later start can tell whether
 * its owner still lives. `root` must belong to this machine (or container) alone.
 */
export const createProfile = async (root: string): Promise<string> => {
  await mkdir(root, { recursive: true });
  return mkdtemp(join(root, `chrome-${process.pid}-${(await startOf(process.pid)) ?? 0}-`));
};

/** Removes the profiles of processes that died without cleaning up. */
export const sweepProfiles = async (root: string): Promise<void> => {
  const names = await readdir(root).catch(() => []);
  for (const name of names) {
    const match = pattern.exec(name);
    if (match && !(await isAlive(Number(match[1]), Number(match[2])))) await removeProfile(join(root, name));
  }
};

/** Removes a profile; a browser that is just ending may still be writing into it. */
export const removeProfile = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });

const isAlive = async (pid: number, start: number): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  const now = await startOf(pid);
  return now === undefined || now === start;
};

/** When a process started, in the kernel's ticks: pids are used again, above all in containers. Linux only. */
const startOf = async (pid: number): Promise<number | undefined> => {
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[19]);
};
