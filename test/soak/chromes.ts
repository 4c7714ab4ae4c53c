import { readdir, readFile } from "node:fs/promises";

/** The processes below a worker: its Chrome, with its helpers and pages. Linux; elsewhere none are found. */
export const chromesOf = async (workerPid: number | undefined): Promise<number[]> => {
  if (workerPid === undefined) return [];
  const names = await readdir("/proc").catch((): string[] => []);
  const parents = new Map<number, number>();
  await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
        const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
        if (parent !== undefined) parents.set(Number(name), Number(parent));
      }),
  );
  const family = new Set([workerPid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  family.delete(workerPid);
  return [...family];
};

/** Which of them run. What has ended and was not yet asked about by its parent does not. */
export const livingOf = async (pids: readonly number[]): Promise<number[]> => {
  const states = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[0];
    }),
  );
  return pids.filter((_, index) => states[index] !== "" && states[index] !== "Z");
};
