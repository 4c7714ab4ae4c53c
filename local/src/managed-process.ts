import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describeExit, ended, type Exit, followLines } from "./child-process.ts";
import { endWithThisProcess } from "./end-with-this-process.ts";
import type { Postgres } from "./postgres.ts";

/** One process of the local stack, whatever it is. */
export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  /** Settles when it has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  lastLines(): string[];
  /** Asks it to end and waits; after its time is up it is killed. */
  stop(): Promise<void>;
  /** Ends it at once, with everything it started. */
  kill(): void;
}

export interface ProgramOptions {
  readonly name: string;
  /** A TypeScript file, run by this same Node. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Node's own. */
  readonly nodeOptions?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly log: (line: string) => void;
}

/** How long a program may take to end in good order, in ms; API and worker give themselves up to 25 s. */
const stopPatience = 30_000;

/** Starts a program of ours; rejects when it could not be run at all. */
export async function startProgram(options: ProgramOptions): Promise<ManagedProcess> {
  const { name, script, args = [], nodeOptions = [], env, cwd, log } = options;
  const child = spawn(process.execPath, [...nodeOptions, script, ...args], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    // Its own process group: a terminal's Ctrl-C reaches the supervisor only, which keeps the order.
    detached: true,
  });
  const exited = ended(child);
  const lastLines = followLines(child, log);
  const { pid } = child;
  if (pid === undefined) {
    await exited; // rejects with the reason
    throw new Error(`${name} could not be run (${process.execPath})`);
  }
  endWithThisProcess(pid, exited, { ask: "SIGTERM", insist: "SIGKILL" });
  const kill = () => signalGroup(pid, "SIGKILL");
  exited.then(kill, kill); // what it left behind, if anything, is in its group
  return {
    name,
    pid,
    exited,
    lastLines,
    kill,
    async stop() {
      child.kill("SIGTERM");
      const giveUp = setTimeout(() => {
        log(`did not end within ${stopPatience / 1000} s and was killed`);
        kill();
      }, stopPatience);
      await exited.finally(() => clearTimeout(giveUp));
    },
  };
}

/** PostgreSQL as one of the processes. */
export function managedPostgres(server: Postgres): ManagedProcess {
  return {
    name: "postgres",
    pid: server.pid,
    exited: server.exited,
    lastLines: () => server.lastLines(),
    async stop() {
      await server.stop();
    },
    kill() {
      // A killed postmaster would leave its children; at SIGQUIT it takes them along at once.
      signalGroup(server.pid, "SIGQUIT");
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

/** A process that ended although nobody asked it to. */
export class ProcessCrashed extends Error {
  override readonly name = "ProcessCrashed";
  readonly processName: string;
  readonly lastLines: readonly string[];

  constructor(crashed: ManagedProcess, exit: Exit) {
    super(`${crashed.name} ended unexpectedly (${describeExit(exit)})`);
    this.processName = crashed.name;
    this.lastLines = crashed.lastLines();
  }
}

/** Path of a file of this checkout, given relative to this folder. */
export const checkoutPath = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
