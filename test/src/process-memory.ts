import { readFile } from "node:fs/promises";

/**
 * What processes hold in memory together, in MiB: each one's own, and its part of what it shares with others.
 * Files that are mapped are left out: how much of them counts depends on who else on the machine has them. Linux.
 */
export const memoryOf = async (pids: readonly number[]): Promise<number> => {
  const sizes = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
      const part = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
      return part("Pss_Anon") + part("Pss_Shmem") + part("SwapPss");
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
};
