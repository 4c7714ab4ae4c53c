import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { developmentKey, startApi, type TestApi } from "../apps/api/test/api.ts";
import { type CliResult, runCli } from "./src/cli.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { aDeliveryJob } from "./src/operated-jobs.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

let apiLog: string[];
let api: TestApi;
let s3: FaultyS3;
let ses: FaultySes;
let worker: WorkerProcess | undefined;

beforeAll(async () => {
  apiLog = [];
  api = await startApi({
    services: { logger: pino({ level: "trace" }, { write: (line: string) => void apiLog.push(line) }) },
  });
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
});

afterAll(async () => {
  worker?.kill("SIGKILL");
  await worker?.exited;
  await Promise.all([s3.stop(), ses.stop()]);
});

const env = () => ({ BILLPOST_URL: api.url, BILLPOST_KEY: developmentKey });
const run = (...args: string[]): Promise<CliResult> => runCli(args, env());
// What a command prints is what its test knows.
// oxlint-disable-next-line typescript/no-explicit-any
const json = ({ stdout }: CliResult): any => JSON.parse(stdout);
const jobs = (ids: readonly number[]) =>
  api.db.selectFrom("work_items").selectAll().where("id", "in", ids).orderBy("id").execute();
const said = (code: number, text: string) => ({ code, stderr: expect.stringContaining(text) });
/** How often it was asked how an operation stands. */
const asked = () =>
  apiLog.filter((line) => line.includes('"GET"') && line.includes("/api/bulk-operations/:id")).length;
const operations = () => api.db.selectFrom("bulk_operations").selectAll().orderBy("id").execute();
const deliveryJobs = async (...states: Parameters<typeof aDeliveryJob>[1][]): Promise<number[]> => {
  const made: number[] = [];
  for (const state of states) made.push((await aDeliveryJob(api.db, state)).id);
  return made;
};

test("acting on all that match a filter shows the count and what follows first, and does nothing that nobody agreed to", async () => {
  const ids = await deliveryJobs("failed", "failed", "ambiguous");
  const before = await jobs(ids);
  const retry = ["jobs", "retry", "--state", "failed,ambiguous"];
  const dry = await run(...retry, "--dry-run");
  expect(dry.code).toBe(0);
  expect(dry.stdout).toMatch(/^retry: 3 jobs match\.\n/);
  expect(dry.stdout).toMatch(/\n2 +changed +The PDF exists: rendering is skipped; .* one will be\.\n/);
  expect(dry.stdout).toMatch(/\n1 +passed over +its mail could go out twice/);
  expect(dry.stderr).toBe("Would retry 2 jobs (1 passed over). Nothing was done.\n");
  expect(json(await run("bulk", "start", "retry", ...ids.map(String), "--dry-run", "--json"))).toMatchObject({
    dryRun: true,
    total: 3,
  });

  const settled = await run("jobs", "settle", "--state", "ambiguous", "--outcome", "send_again", "--dry-run");
  expect(settled.stdout).toMatch(/\n1 +MAY MAIL TWICE +/);
  expect(settled.stderr).toContain("Would settle 1 job (1 MAY MAIL TWICE).");

  const reason = ["--reason", "SES is back"];
  const refused = await Promise.all([
    run(...retry, ...reason),
    run(...retry, "--yes"),
    run("jobs", "retry", String(ids[0]), "--state", "failed", "--yes", ...reason),
    run("jobs", "cancel", "--yes", ...reason),
    run("jobs", "cancel", "1x", ...reason),
    run("jobs", "retry", "--state", "ambiguous", ...reason, "--yes"),
    run("jobs", "retry", "--state", "quarantined", ...reason, "--yes"),
  ]);
  expect(refused).toMatchObject([
    said(2, "This would retry 2 jobs (1 passed over): pass --yes"),
    said(2, "--reason"),
    said(2, "ids or a filter"),
    said(2, "--state failed"),
    said(2, "numeric id"),
    said(1, "Every one of them would be passed over. Nothing was done."),
    said(0, "No job matches."),
  ]);
  expect(await jobs(ids)).toEqual(before);
  expect(await operations()).toEqual([]);
});

test("an operation outlives Ctrl-C, which says how to come back; it is listed, stopped, and watched to its end", async () => {
  const ids = await deliveryJobs("failed", "failed");
  const begun = await run(
    "bulk",
    "start",
    "mark-handled",
    ...ids.map(String),
    "--reason",
    "paid by phone",
    "--yes",
    "--json",
  );
  expect(begun.code).toBe(0);
  const { id, total } = json(begun);
  expect(total).toBe(2);
  const before = asked();
  const left = await runCli(["bulk", "watch", String(id)], env(), () =>
    waitFor("the command to ask how it stands", () => asked() > before),
  );
  expect(left).toMatchObject({ code: 130, stdout: "" });
  expect(left.stderr).toBe(
    `Bulk operation ${id} goes on. \`billpost bulk watch ${id}\` comes back to it, \`bulk stop ${id}\` stops it.\n`,
  );
  expect((await run("bulk", "list")).stdout).toMatch(
    new RegExp(`\n${id} +mark-handled +running +2 +0 .*2 selected jobs +paid by phone\n$`),
  );
  expect((await run("bulk", "stop", String(id), "--reason", "x", "--dry-run")).stderr).toContain(
    "2 of 2 jobs not acted on yet",
  );
  expect((await run("bulk", "stop", String(id), "--reason", "a mistake", "--yes")).code).toBe(0);
  const services = { databaseUrl: api.database.url, s3, ses };
  worker = await startWorkerProcess(services);
  const watched = await run("bulk", "watch", String(id));
  expect(watched.code).toBe(1);
  expect(watched.stdout).toMatch(/stopped because +a mistake/);
  expect(watched.stdout).toMatch(/jobs +2: 0 changed, 0 passed over, 2 left as they were/);
  expect((await jobs(ids)).map(({ state }) => state)).toEqual(["failed", "failed"]);
  expect(await run("bulk", "stop", String(id), "--reason", "again", "--yes")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("bulk_operation_over"),
  });
});

test("--wait follows an act to its end, and the exit code tells done, failed again and stopped apart", async () => {
  const handled = await deliveryJobs("failed", "sent");
  const done = await run(
    "bulk",
    "start",
    "mark-handled",
    ...handled.map(String),
    "--reason",
    "paid by phone",
    "--yes",
    "--wait",
  );
  expect(done.code).toBe(0);
  expect(done.stdout).toMatch(/jobs +2: 1 changed, 1 passed over, 0 left as they were/);
  expect(done.stdout).toMatch(/passed over +1: it is done/);
  const [, id = ""] = /bulk operation +(\d+),/.exec(done.stdout) ?? [];
  expect(json(await run("bulk", "show", id, "--json"))).toMatchObject({
    state: "done",
    reason: "paid by phone",
  });
  const items = await run("bulk", "items", id, "--result", "skipped");
  expect(items.stdout).toMatch(new RegExp(`\n2 +${handled[1]} +skipped +done +it is done\n`));

  // What these would send was never stored: they fail again.
  const failing = await deliveryJobs("failed", "failed", "failed");
  const again = ["bulk", "start", "retry", ...failing.map(String), "--reason", "x", "--yes", "--wait"];
  const canary = await run(...again, "--canary", "1");
  expect(canary.code).toBe(1);
  expect(canary.stdout).toMatch(/stopped because +1 of 1 jobs failed again: more than 0 %/);
  expect(canary.stdout).toMatch(/jobs +3: 1 changed, 0 passed over, 2 left as they were/);
  const all = await run(...again, "--json");
  expect(all.code).toBe(4);
  expect(json(all)).toMatchObject({ state: "done", total: 3, failed: json(all).changed });
});

test("an address is corrected and the mail goes there: previewed first, and only on a word where it could be the second", async () => {
  const { id, deliveryId } = await aDeliveryJob(api.db, "failed");
  const correct = (job: number, ...rest: string[]) =>
    run("jobs", "correct-address", String(job), "--email", "jane.doe@example.com", ...rest);
  const recipient = (delivery: number) =>
    api.db
      .selectFrom("deliveries")
      .select(["recipient_email", "recipient_name"])
      .where("id", "=", delivery)
      .executeTakeFirstOrThrow();
  const dry = await correct(id, "--dry-run");
  expect(dry).toMatchObject({
    code: 0,
    stderr: `Would send job ${id} to jane.doe@example.com. Nothing was done.\n`,
  });
  expect(dry.stdout).toContain("The delivery goes to the corrected address.");
  expect(await correct(id)).toMatchObject({ code: 2, stderr: expect.stringContaining("--reason") });
  expect(await recipient(deliveryId)).toMatchObject({ recipient_email: "john.doe@example.com" });
  const done = await correct(id, "--name", "Jane Doe", "--reason", "a typing error", "--yes");
  expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining(`Job ${id}: failed → waiting`) });
  expect(await recipient(deliveryId)).toEqual({
    recipient_email: "jane.doe@example.com",
    recipient_name: "Jane Doe",
  });

  const sent = await aDeliveryJob(api.db, "sent");
  expect(await correct(sent.id, "--reason", "asked by phone")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("may go out twice"),
  });
  const elsewhere = json(await correct(sent.id, "--reason", "asked by phone", "--yes", "--json"));
  expect(elsewhere.newJobId).toBeGreaterThan(sent.id);
  const preview = await run("jobs", "preview", String(elsewhere.newJobId), "correct-address");
  expect(preview.stdout).toContain("correct-address");
});
