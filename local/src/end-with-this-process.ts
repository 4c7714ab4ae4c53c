import { spawn } from "node:child_process";
import type { Exit } from "./child-process.ts";

/** Waits on its input; at its end without a word: asks the process, and when its time is up ends its whole group. */
const script = `
read -r _ && exit
kill -s "$1" "$3" 2>/dev/null
i=0
while [ $i -lt "$4" ]; do
  kill -s 0 "$3" 2>/dev/null || exit
  i=$((i + 1))
  sleep 0.1
done
kill -s "$2" -- "-$3"
`;

export interface EndingOptions {
  readonly ask: "SIGTERM" | "SIGINT";
  readonly insist: "SIGKILL" | "SIGQUIT";
  /** How long it may take to end in good order; default: 30. */
  readonly patienceSeconds?: number;
}

/**
 * Ends a process when this one dies without having stopped it (kill -9, a crash): a shell waits on a pipe
 * that the kernel then closes. A process of its own does it, because the one to be ended may hang. The
 * process must lead a group of its own. On Windows, which has no such shell, the next start cleans up.
 */
export function endWithThisProcess(pid: number, exited: Promise<Exit>, options: EndingOptions): void {
  if (process.platform === "win32") return;
  const { ask, insist, patienceSeconds = 30 } = options;
  const words = [ask.slice(3), insist.slice(3), String(pid), String(patienceSeconds * 10)];
  const watcher = spawn("/bin/sh", ["-c", script, "billpost-watcher", ...words], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watcher.on("error", () => {});
  watcher.stdin.on("error", () => {});
  const dismiss = () => watcher.stdin.end("done\n");
  exited.then(dismiss, dismiss);
}
