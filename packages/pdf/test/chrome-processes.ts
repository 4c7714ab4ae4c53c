import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** The processes of the Chromes whose profiles lie under `root`, or only those of one kind. Linux. */
export const chromeProcesses = async (
  root: string,
  kind?: "browser" | "renderer",
): Promise<readonly number[]> => {
  const table = await processTable();
  const browsers = table.filter((entry) => entry.command.includes(`--user-data-dir=${root}/`));
  const family = new Set(
    browsers.filter((entry) => !entry.command.includes("--type=")).map((entry) => entry.pid),
  );
  if (kind === "browser") return [...family];
  // A page's process is a grandchild: the zygote forks it.
  for (let size = -1; size !== family.size; ) {
    size = family.size;
    for (const entry of table) if (family.has(entry.parent)) family.add(entry.pid);
  }
  return table
    .filter(
      (entry) => family.has(entry.pid) && (kind === undefined || entry.command.includes("--type=renderer")),
    )
    .map((entry) => entry.pid);
};

const processTable = async () => {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const entries = pids.map(async (pid) => {
    try {
      const [command, stat] = await Promise.all([
        readFile(`/proc/${pid}/cmdline`, "utf8"),
        readFile(`/proc/${pid}/stat`, "utf8"),
      ]);
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return [{ pid: Number(pid), parent, command: command.replaceAll("\0", " ") }];
    } catch {
      return [];
    }
  });
  return (await Promise.all(entries)).flat();
};

/** Polls until a condition holds; fails after ten seconds. */
export const waitUntil = async (condition: () => Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + 10_000; Date.now() < end; await delay(20)) if (await condition()) return;
  throw new Error("the condition did not come true within 10 s");
};
