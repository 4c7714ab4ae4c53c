import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ended } from "@billpost/local/child-process";
import { checkout } from "@billpost/local/config";
import { developmentKey } from "@billpost/local/database-setup";
import { endWithThisProcess } from "@billpost/local/end-with-this-process";
import { freePort, isPortFree } from "@billpost/local/ports";
import { identify, isAlive, type ProcessIdentity } from "@billpost/local/process-identity";
import { localS3Credentials, startS3 } from "@billpost/local/s3";
import { startSes } from "@billpost/local/ses";
import type { SupervisorRecord } from "@billpost/local/supervisor-lock";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestDatabase } from "./src/database.ts";

/** The whole stack, with Chrome, starts on a machine that also runs the other tests. */
const patience = 90_000;
vi.setConfig({ testTimeout: 4 * patience, hookTimeout: patience });

interface Command {
  readonly child: ChildProcess;
  output(): string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

let dataDir: string;
let ports: Record<"PORT" | "S3_PORT" | "SES_PORT" | "POSTGRES_PORT" | "WORKER_PORT", string>;
const commands: Command[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "billpost-start-"));
  const [PORT, S3_PORT, SES_PORT, POSTGRES_PORT, WORKER_PORT] = (
    await Promise.all([freePort(), freePort(), freePort(), freePort(), freePort()])
  ).map(String) as [string, string, string, string, string];
  ports = { PORT, S3_PORT, SES_PORT, POSTGRES_PORT, WORKER_PORT };
});

afterEach(async () => {
  for (const command of commands.splice(0)) {
    command.child.kill("SIGTERM");
    await command.ended;
  }
  await rm(dataDir, { recursive: true, force: true });
});

function run(script: "start" | "demo", given: Readonly<Record<string, string>> = {}): Command {
  const { DATABASE_URL: _d, S3_ENDPOINT: _s, SES_ENDPOINT: _m, ...env } = process.env;
  const child = spawn(process.execPath, [join(checkout, `local/src/${script}.ts`)], {
    cwd: checkout,
    env: { ...env, ...ports, BILLPOST_DATA_DIR: dataDir, NO_COLOR: "1", ...given },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = ended(child);
  // A test run that is interrupted must not leave a stack behind.
  endWithThisProcess(child.pid ?? 0, exited, { ask: "SIGTERM", insist: "SIGKILL" });
  const command = { child, output: () => output, ended: exited.then(({ code, signal }) => code ?? signal) };
  commands.push(command);
  return command;
}

async function started(given?: Readonly<Record<string, string>>): Promise<Command> {
  const command = run("start", given);
  await vi.waitFor(() => expect(command.output()).toContain("Ctrl-C stops everything"), {
    timeout: patience,
    interval: 50,
  });
  return command;
}

const record = async (): Promise<SupervisorRecord> =>
  JSON.parse(await readFile(join(dataDir, "supervisor.json"), "utf8")) as SupervisorRecord;

const pidOf = async (name: string): Promise<number> =>
  (await record()).processes.find((entry) => entry.name === name)?.pid ?? 0;

/** Everything that a stack runs, Chrome and PostgreSQL's own processes included (the latter on Linux only). */
async function everyProcess(): Promise<ProcessIdentity[]> {
  const { supervisor, processes } = await record();
  const found = new Map<number, ProcessIdentity>(
    [supervisor, ...processes].map((entry) => [entry.pid, entry]),
  );
  if (process.platform !== "linux") return [...found.values()];
  const parents = new Map<number, number>();
  for (const entry of await readdir("/proc")) {
    const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    if (stat) parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, parent] of parents) {
      if (found.has(pid) || !found.has(parent)) continue;
      found.set(pid, identify(pid));
      grown = true;
    }
  }
  return [...found.values()];
}

async function expectNothingLeft(processes: readonly ProcessIdentity[]): Promise<void> {
  await vi.waitFor(() => expect(processes.filter(isAlive)).toEqual([]), { timeout: patience, interval: 50 });
  for (const port of Object.values(ports))
    expect([port, await isPortFree(Number(port))]).toEqual([port, true]);
}

const ordersOf = async (): Promise<{ orderId: string }[]> => {
  const response = await fetch(`http://127.0.0.1:${ports.PORT}/api/orders`, {
    headers: { authorization: `Bearer ${developmentKey}` },
  });
  return ((await response.json()) as { data: { orderId: string }[] }).data;
};

test("the stack starts, carries an order to the inbox, stops at Ctrl-C with nothing left, and keeps its data", async () => {
  const first = await started();
  for (const port of [ports.PORT, ports.WORKER_PORT]) {
    expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
  }
  const demo = run("demo");
  expect([await demo.ended, demo.output()]).toEqual([0, expect.stringContaining("Email arrived")]);

  const second = run("start");
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`Billpost already runs from ${dataDir}`);

  const processes = await everyProcess();
  expect(processes.length).toBeGreaterThan(6);
  // A terminal sends it to the whole group.
  process.kill(-(first.child.pid ?? 0), "SIGINT");
  expect([await first.ended, first.output()]).toEqual([0, expect.stringContaining("Stopped.")]);
  await expectNothingLeft(processes);
  // The supervisor stops the apps, and after them what they need: Ctrl-C itself must not reach them.
  const apiLog = await readFile(join(dataDir, "logs", "api.log"), "utf8");
  expect(apiLog).toContain('"signal":"SIGTERM"');
  expect(apiLog).not.toContain("SIGINT");

  const again = await started();
  expect(again.output()).toContain("Database up to date");
  expect((await ordersOf()).map(({ orderId }) => orderId)).toHaveLength(1);
  const { emails } = (await (await fetch(`http://127.0.0.1:${ports.SES_PORT}/store`)).json()) as {
    emails: unknown[];
  };
  expect(emails).toHaveLength(1);
});

test("what a killed supervisor leaves ends by itself, and does not block a start meanwhile", async () => {
  const first = await started();
  const processes = await everyProcess();
  first.child.kill("SIGKILL");
  await first.ended;
  const second = await started();
  expect(processes.filter(isAlive)).toEqual([]);

  const itsProcesses = await everyProcess();
  second.child.kill("SIGKILL");
  await second.ended;
  await expectNothingLeft(itsProcesses);
});

test("a process that crashes is named, its last lines are shown, and the rest ends with a failure", async () => {
  const stack = await started();
  const processes = await everyProcess();
  process.kill(await pidOf("worker"), "SIGKILL");
  expect(await stack.ended).toBe(1);
  expect(stack.output()).toContain("worker ended unexpectedly (signal SIGKILL)");
  expect(stack.output()).toContain(join(dataDir, "logs", "worker.log"));
  await expectNothingLeft(processes);
});

test("taken ports are all named with their variables before anything is started", async () => {
  const other = createServer().listen(Number(ports.S3_PORT), "127.0.0.1");
  await once(other, "listening");
  try {
    ports.SES_PORT = ports.PORT;
    const stack = run("start");
    expect(await stack.ended).toBe(1);
    expect(stack.output()).toContain(`Port ${ports.S3_PORT}, for S3, is taken by another program`);
    expect(stack.output()).toContain("set S3_PORT to a free port");
    expect(stack.output()).toContain(`Port ${ports.PORT} is wanted by both the API and the SES inbox`);
    expect(stack.output()).not.toContain("✓");
  } finally {
    other.close();
  }
});

test("wrong settings are all named at once", async () => {
  ports.PORT = "http";
  ports.WORKER_PORT = "70000";
  const stack = run("start");
  expect(await stack.ended).toBe(1);
  expect(stack.output()).toMatch(/PORT must be a whole number[^]*WORKER_PORT must be a whole number/);
});

test("given services are used as they are, and none of their kind is started", async () => {
  const database = await createTestDatabase();
  const s3 = await startS3({ folder: join(dataDir, "given-s3"), port: 0, bucket: "billpost-invoices" });
  const ses = await startSes({ file: join(dataDir, "given-inbox.jsonl"), port: 0 });
  try {
    const stack = await started({
      DATABASE_URL: database.url,
      S3_ENDPOINT: s3.endpoint,
      SES_ENDPOINT: ses.endpoint,
      AWS_ACCESS_KEY_ID: localS3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localS3Credentials.secretAccessKey,
    });
    expect((await record()).processes.map(({ name }) => name).toSorted()).toEqual(["api", "worker"]);
    expect(stack.output()).toContain(`${ses.endpoint} (given, not started here)`);
    // Our sample data and development key are for the embedded database alone.
    expect(stack.output()).toContain("Bearer $BILLPOST_KEY");
    const answer = await fetch(`http://127.0.0.1:${ports.PORT}/api/orders`, {
      headers: { authorization: `Bearer ${developmentKey}` },
    });
    expect(answer.status).toBe(401);
    stack.child.kill("SIGINT");
    expect(await stack.ended).toBe(0);
  } finally {
    await Promise.all([s3.stop(), ses.stop()]);
  }
});

test("a given database that lacks migrations is left alone, with the command that migrates it", async () => {
  const { url } = await createTestDatabase({ migrated: false });
  const stack = run("start", { DATABASE_URL: url });
  expect(await stack.ended).toBe(1);
  expect(stack.output()).toContain("Run `pnpm migrate` first");
});
