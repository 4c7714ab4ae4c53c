import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { identify, isAlive, type ProcessIdentity } from "./process-identity.ts";
import {
  AlreadyRunning,
  lockDataFolder,
  runningSupervisor,
  type SupervisorRecord,
} from "./supervisor-lock.ts";

const addresses = {
  api: "http://127.0.0.1:3000",
  workerHealth: "http://127.0.0.1:3001",
  s3: "http://127.0.0.1:9000",
  ses: "http://127.0.0.1:8005",
  bucket: "invoices",
};

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "billpost-lock-"));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

/** A process that goes on until it gets a signal. */
function bystander() {
  const child = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  return { child, identity: identify(child.pid ?? 0), exited: once(child, "exit") };
}

/** A process that was, and is no more. */
async function gone(): Promise<ProcessIdentity> {
  const { child, identity, exited } = bystander();
  child.kill("SIGKILL");
  await exited;
  return identity;
}

const leave = (record: Omit<SupervisorRecord, "addresses">): Promise<void> =>
  writeFile(join(dataDir, "supervisor.json"), JSON.stringify({ ...record, addresses }));

test("only one supervisor has a folder, until it lets go", async () => {
  const lock = await lockDataFolder(dataDir, addresses);
  lock.add("api", process.pid);
  expect(runningSupervisor(dataDir)?.addresses).toEqual(addresses);
  await expect(lockDataFolder(dataDir, addresses)).rejects.toThrow(AlreadyRunning);

  lock.release();
  expect(runningSupervisor(dataDir)).toBeUndefined();
  (await lockDataFolder(dataDir, addresses)).release();
  expect(await readdir(dataDir)).toEqual([]);
});

test("what a dead supervisor has left is ended before the folder is taken over", async () => {
  const left = bystander();
  await leave({ supervisor: await gone(), processes: [{ name: "api", ...left.identity }] });
  await lockDataFolder(dataDir, addresses);
  expect(await left.exited).toEqual([null, "SIGTERM"]);
});

test("a process that was given the id of one that is gone is left alone", async () => {
  const other = bystander();
  try {
    const reused = { ...other.identity, startedAt: "long ago" };
    await leave({ supervisor: reused, processes: [{ name: "api", ...reused }] });
    await lockDataFolder(dataDir, addresses);
    expect(isAlive(other.identity)).toBe(true);
  } finally {
    other.child.kill("SIGKILL");
    await other.exited;
  }
});

test("a record torn by a crash is no supervisor", async () => {
  await writeFile(join(dataDir, "supervisor.json"), '{"supervisor":{"pi');
  await lockDataFolder(dataDir, addresses);
  expect(runningSupervisor(dataDir)?.supervisor.pid).toBe(process.pid);
});
