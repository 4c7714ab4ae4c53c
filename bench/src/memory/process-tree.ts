import { readdir, readFile } from "node:fs/promises";
import { residentMib } from "./resident.ts";

/**
 * What a process and all that it started hold in memory now, in MiB: each one's own, and its part of what they
 * share. Where the system does not tell, the process' own alone.
 */
export const treeMib = async (pid: number): Promise<number> => {
  if (process.platform !== "linux") return residentMib(pid);
  const sizes = await Promise.all((await treeOf(pid)).map(proportionalMib));
  return sizes.reduce((sum, size) => sum + size, 0);
};

const proportionalMib = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss: +(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
};

/** A process and all that it started, and these in turn. */
export const treeOf = async (root: number): Promise<number[]> => {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(pids.map(async (pid) => ({ pid, parent: await parentOf(pid) })));
  const found = [root];
  // Grows while it is walked.
  for (const one of found)
    found.push(...parents.filter(({ parent }) => parent === one).map(({ pid }) => pid));
  return found;
};

const parentOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name, in parentheses, may hold anything; state and parent follow it.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
};
