import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Names one run of a process: its id alone may have been given to another since. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own terms; null where that is not known. */
  readonly startedAt: string | null;
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startedAt: startTime(pid) };
}

/** Whether this very process, and not one that was given its id later, still runs. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return startTime(pid) === startedAt;
}

function startTime(pid: number): string | null {
  try {
    if (process.platform === "linux") {
      // The second field, the program's name in brackets, may hold spaces; the start is the 22nd.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      // A zombie holds nothing any more: it only waits for its parent to look.
      return fields[0] === "Z" ? null : (fields[19] ?? null);
    }
    if (process.platform === "win32") return null;
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
  } catch {
    return null;
  }
}
