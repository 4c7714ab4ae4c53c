import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `billpost` as a process of its own, to its end. `interruptWhen`: presses Ctrl-C once that has come true. */
export const runCli = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  interruptWhen?: () => Promise<unknown>,
): Promise<CliResult> => {
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  if (interruptWhen) void interruptWhen().then(() => child.kill("SIGINT"));
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
};
