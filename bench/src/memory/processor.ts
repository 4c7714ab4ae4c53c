import { readFile } from "node:fs/promises";
import { treeOf } from "./process-tree.ts";

/** What a tick of /proc is on Linux, whatever the kernel's own clock: USER_HZ. */
const msPerTick = 10;

/**
 * The processor time that processes have used by now, of their own and of what they started and that has ended, in ms.
 * A process that is gone counts nothing. Linux only.
 */
export const processorMs = async (pids: readonly number[]): Promise<number> => {
  const times = await Promise.all(pids.map(timeOf));
  return times.reduce((sum, time) => sum + time, 0);
};

/** The processes that `pid` started, and those that these started; without itself. */
export const startedBy = async (pid: number): Promise<number[]> =>
  (await treeOf(pid)).filter((one) => one !== pid);

const timeOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name, in parentheses, may hold anything; utime, stime, cutime and cstime are the 14th to 17th of all.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0) * msPerTick;
};
