import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { identify, isAlive, type ProcessIdentity } from "./process-identity.ts";

/** Where a stack can be reached. */
export interface StackAddresses {
  readonly api: string;
  readonly workerHealth: string;
  readonly s3: string;
  readonly ses: string;
  readonly bucket: string;
}

/** What a running supervisor writes down, for the next one and for whoever asks what runs. */
export interface SupervisorRecord {
  readonly supervisor: ProcessIdentity;
  readonly addresses: StackAddresses;
  readonly processes: readonly (ProcessIdentity & { readonly name: string })[];
}

export interface SupervisorLock {
  /** Notes a process, so that the next start can end it should this supervisor be killed. */
  add(name: string, pid: number): void;
  release(): void;
}

export class AlreadyRunning extends Error {
  override readonly name = "AlreadyRunning";
  readonly record: SupervisorRecord;

  constructor(record: SupervisorRecord, dataDir: string) {
    super(
      `Billpost already runs from ${dataDir} (process ${record.supervisor.pid}, API at ${record.addresses.api}). ` +
        "Stop it first, or set BILLPOST_DATA_DIR and other ports to run a second one.",
    );
    this.record = record;
  }
}

const lockFile = (dataDir: string): string => join(dataDir, "supervisor.json");

/** The record of the supervisor that runs from this folder, if one does. */
export function runningSupervisor(dataDir: string): SupervisorRecord | undefined {
  const record = readRecord(dataDir);
  return record && isAlive(record.supervisor) ? record : undefined;
}

/**
 * Makes this process the only supervisor of the folder. Throws `AlreadyRunning` when another one is;
 * ends what a killed one has left behind.
 */
export async function lockDataFolder(dataDir: string, addresses: StackAddresses): Promise<SupervisorLock> {
  mkdirSync(dataDir, { recursive: true });
  const running = runningSupervisor(dataDir);
  if (running) throw new AlreadyRunning(running, dataDir);
  const left = readRecord(dataDir);
  if (left) await endLeftProcesses(left);
  rmSync(lockFile(dataDir), { force: true });

  let record: SupervisorRecord = { supervisor: identify(process.pid), addresses, processes: [] };
  try {
    writeFileSync(lockFile(dataDir), JSON.stringify(record), { flag: "wx" });
  } catch (error) {
    const winner = runningSupervisor(dataDir);
    throw winner ? new AlreadyRunning(winner, dataDir) : error;
  }
  return {
    add(name, pid) {
      record = { ...record, processes: [...record.processes, { name, ...identify(pid) }] };
      const fresh = `${lockFile(dataDir)}.new`;
      writeFileSync(fresh, JSON.stringify(record));
      renameSync(fresh, lockFile(dataDir));
    },
    release() {
      rmSync(lockFile(dataDir), { force: true });
    },
  };
}

function readRecord(dataDir: string): SupervisorRecord | undefined {
  try {
    return JSON.parse(readFileSync(lockFile(dataDir), "utf8")) as SupervisorRecord;
  } catch {
    return undefined; // none, or torn by a crash while it was written
  }
}

/** They end by themselves when their supervisor is gone; this waits for it, asks, and insists in the end. */
async function endLeftProcesses({ processes }: SupervisorRecord): Promise<void> {
  const orders = [
    { after: 0, to: (name: string) => (name === "postgres" ? "SIGINT" : undefined) },
    { after: 5_000, to: (name: string) => (name === "postgres" ? undefined : "SIGTERM") },
    { after: 35_000, to: (name: string) => (name === "postgres" ? "SIGQUIT" : "SIGKILL") },
  ] as const;
  const started = Date.now();
  let given = 0;
  for (;;) {
    const alive = processes.filter(isAlive);
    if (alive.length === 0) return;
    const elapsed = Date.now() - started;
    const order = orders[given];
    if (order && elapsed >= order.after) {
      for (const { name, pid } of alive) send(pid, order.to(name));
      given++;
    }
    if (elapsed > 40_000) {
      const names = alive.map(({ name, pid }) => `${name} (process ${pid})`).join(", ");
      throw new Error(
        `A run that was killed has left ${names}, which will not end. End them and start again.`,
      );
    }
    await delay(50);
  }
}

function send(pid: number, signal: NodeJS.Signals | undefined): void {
  if (!signal) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It ended a moment ago.
  }
}
