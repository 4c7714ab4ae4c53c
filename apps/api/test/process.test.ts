import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { createDatabase, createPool } from "@billpost/db/connection";
import { loadSampleData } from "@billpost/db/sample-data";
import { freePort } from "@billpost/local/ports";
import { createTestDatabase } from "@billpost/test/database";
import { afterAll, expect, test } from "vitest";
import { anOrder, developmentKey } from "./api.ts";

const file = (name: string) => fileURLToPath(new URL(`../src/${name}`, import.meta.url));
const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

const run = (script: string, env: Record<string, string>) => {
  const child = spawn(process.execPath, [file(script)], { env: { PATH: process.env["PATH"] ?? "", ...env } });
  children.add(child);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, "exit").then(([code]) => {
    children.delete(child);
    return code as number | null;
  });
  return { child, exited, output: () => output };
};

/** Starting a process takes long on a busy machine. */
const patience = { timeout: 30_000 };

const settings = async (url: string) => ({
  DATABASE_URL: url,
  PORT: String(await freePort()),
  S3_BUCKET: "billpost",
  SHUTDOWN_DRAIN_SECONDS: "3",
  DATABASE_LOCK_TIMEOUT_MS: "60000",
  DATABASE_STATEMENT_TIMEOUT_MS: "60000",
});

const answers = (url: string) =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );

test("every problem of the configuration is said at once", async () => {
  const { exited, output } = run("main.ts", { PORT: "x", TAX_RATE_PERCENT: "101", DEFAULT_CURRENCY: "XXX" });
  expect(await exited).toBe(1);
  for (const name of ["DATABASE_URL", "PORT", "TAX_RATE_PERCENT", "DEFAULT_CURRENCY"])
    expect(output()).toContain(name);
}, 90_000);

test("a taken port is a clear error that names the variable", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as { port: number };
  const { url } = await createTestDatabase();
  const { exited, output } = run("main.ts", { ...(await settings(url)), PORT: String(port) });
  expect(await exited).toBe(1);
  expect(output()).toMatch(new RegExp(`${port}.*set PORT`));
  const desk = run("main.ts", { ...(await settings(url)), CONSOLE_PORT: String(port) });
  expect(await desk.exited).toBe(1);
  expect(desk.output()).toMatch(new RegExp(`${port}.*set CONSOLE_PORT`));
  taken.close();
}, 90_000);

test("migrate brings an empty database up to date, says so, and has nothing to do the second time", async () => {
  const { ownerUrl } = await createTestDatabase({ migrated: false });
  const env = { MIGRATION_DATABASE_URL: ownerUrl, DATABASE_APP_ROLE: "billpost_app" };
  const first = run("migrate.ts", env);
  expect(await first.exited, first.output()).toBe(0);
  expect(first.output()).toMatch(/applied 0001_/);
  const second = run("migrate.ts", env);
  expect(await second.exited).toBe(0);
  expect(second.output()).toContain("up to date");
  expect(first.output() + second.output()).not.toContain(new URL(ownerUrl).password);
}, 90_000);

test("SIGTERM fails /ready first, answers what is under way, and ends with 0", async () => {
  const { url: databaseUrl } = await createTestDatabase();
  const pool = createPool({ url: databaseUrl, max: 2, applicationName: "test", onIdleError: () => {} });
  const db = createDatabase(pool);
  await loadSampleData(db, { developmentKey });
  const consolePort = String(await freePort());
  const env = { ...(await settings(databaseUrl)), CONSOLE_PORT: consolePort };
  const url = `http://127.0.0.1:${env.PORT}`;
  const { child, exited, output } = run("main.ts", env);
  await expect.poll(() => answers(`${url}/ready`), patience).toBe(200);
  // The console has an address of its own, and the API none of its pages.
  const signIn = `http://127.0.0.1:${consolePort}/console/sign-in`;
  await expect.poll(() => answers(signIn), patience).toBe(200);
  expect(await answers(`${url}/console/sign-in`)).toBe(404);
  expect(await answers(`http://127.0.0.1:${consolePort}/api/orders`)).toBe(404);

  const idle = connect({ host: "127.0.0.1", port: Number(env.PORT) });
  await once(idle, "connect");
  const holder = await pool.connect();
  await holder.query("begin");
  await holder.query("select from products where id = 1 for update");
  const order = fetch(`${url}/api/orders`, {
    method: "POST",
    headers: { authorization: `Bearer ${developmentKey}`, "content-type": "application/json" },
    body: JSON.stringify(anOrder()),
  });
  await expect
    .poll(async () => (await pool.query("select from pg_locks where not granted")).rowCount, patience)
    .toBeGreaterThan(0);

  child.kill("SIGTERM");
  await expect.poll(() => answers(`${url}/ready`), patience).toBe(503);
  expect(await answers(`${url}/health`)).toBe(200);
  await expect.poll(() => answers(`${url}/health`), patience).toBe(0);
  await holder.query("rollback");
  holder.release();
  const placed = await order;
  expect(placed.status).toBe(201);
  // Kept alive, the connection would hold up the end until it is cut off.
  expect(placed.headers.get("connection")).toBe("close");
  const answered = performance.now();
  expect(await exited, output()).toBe(0);
  // Not held up until the deadline by the connection on which nothing was ever asked.
  expect(performance.now() - answered).toBeLessThan(15_000);
  expect(output()).toContain("stopped");
  expect(await answers(signIn)).toBe(0);
  idle.destroy();
  await db.destroy();
}, 90_000);
