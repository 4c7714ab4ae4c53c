import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clusterFolder, type Postgres, startPostgres } from "./postgres.ts";
import { clearLeftPostgres } from "./postgres-leftover.ts";
import { isPortFree } from "./ports.ts";

let dataDir: string;
const running: Postgres[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "billpost-postgres-"));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop("immediate")));
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<Postgres> {
  const server = await startPostgres({ dataDir, port: 0, log: () => {}, durable: false });
  running.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("data written before a stop is there after the next start", async () => {
  const first = await start();
  await query(first.superuserUrl, "create table kept as select 42 as answer");
  expect(await first.stop()).toEqual({ code: 0, signal: null });

  const second = await start();
  expect(await query(second.superuserUrl, "select answer from kept")).toEqual([{ answer: 42 }]);
});

test("it listens on 127.0.0.1 only and lets nobody in without the password", async () => {
  const { port, superuserUrl } = await start();
  expect(await query(superuserUrl, "show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
  await expect(query(`postgres://postgres@127.0.0.1:${port}/postgres`, "select 1")).rejects.toThrow(
    /password/,
  );
  await expect(query(`postgres://postgres:guess@127.0.0.1:${port}/postgres`, "select 1")).rejects.toThrow(
    /password authentication failed/,
  );
});

test("it works below a folder that only its owner may enter", async () => {
  const { mode } = await stat(dataDir); // mkdtemp makes 0700 folders
  expect(mode & 0o777).toBe(0o700);
  const { superuserUrl } = await start();
  expect(await query(superuserUrl, "select 1 as one")).toEqual([{ one: 1 }]);
  expect((await stat(clusterFolder(dataDir))).isDirectory()).toBe(true);
});

test("a start that fails rejects with the server's own words", async () => {
  const { port } = await start();
  const other = await mkdtemp(join(tmpdir(), "billpost-postgres-"));
  try {
    const second = startPostgres({ dataDir: other, port, log: () => {}, durable: false });
    await expect(second).rejects.toThrow(/did not start[^]*could not bind/);
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});

test("the server ends with the process that started it, even if that is killed", async () => {
  const program = `
    import { startPostgres } from ${JSON.stringify(new URL("./postgres.ts", import.meta.url).href)};
    const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, port: 0, log() {}, durable: false });
    console.log(server.port);
  `;
  const starter = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: starter.stdout }), "line")) as [string];
  const port = Number(line);
  expect(await isPortFree(port)).toBe(false);

  starter.kill("SIGKILL");
  await vi.waitFor(async () => expect(await isPortFree(port)).toBe(true), { timeout: 15_000, interval: 50 });
});

test("a server that was left running on the folder is stopped, so that the next one can start", async () => {
  const left = await start();
  await clearLeftPostgres(dataDir);
  expect(await left.exited).toEqual({ code: 0, signal: null });
  await start();
});

test.runIf(process.platform === "linux")(
  "a lock file with the id of another program, given to it since, does not hinder a start",
  async () => {
    const killed = await start();
    const lockFile = join(clusterFolder(dataDir), "postmaster.pid");
    const lock = await readFile(lockFile, "utf8");
    await killed.stop("immediate");
    // Not this process: PostgreSQL knows its parent, and that this is no server.
    const stranger = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    try {
      await writeFile(lockFile, lock.replace(/^\d+/, String(stranger.pid)));
      await clearLeftPostgres(dataDir);
      const next = await start();
      expect(await query(next.superuserUrl, "select 1 as one")).toEqual([{ one: 1 }]);
    } finally {
      stranger.kill("SIGKILL");
    }
  },
);
