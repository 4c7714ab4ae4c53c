import { readFile, readlink } from "node:fs/promises";

/**
 * Names the machine, its boot and the process namespace, within which a pid means one process. Where the
 * kernel does not tell (not Linux), undefined: then nobody may judge by pids.
 */
export const processSpace = async (hostname: string): Promise<string | undefined> => {
  try {
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    const space = await readlink("/proc/self/ns/pid");
    return `${hostname}/${boot}/${space}`;
  } catch {
    return undefined;
  }
};

/** Whether no process of this pid exists in our own process space. A pid that is in use proves nothing. */
export const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
};
