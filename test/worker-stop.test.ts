import type { Db } from "@billpost/db/connection";
import { withClient } from "@billpost/local/database-roles";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { ledgerWhen, readJobs, readLedger } from "./src/ledger.ts";
import { openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

let database: TestDatabase;
let db: Db;
let s3: FaultyS3;
let ses: FaultySes;
let workers: WorkerProcess[];

beforeEach(async () => {
  database = await createTestDatabase();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  db = openTestDatabase(database.url);
  workers = [];
});

afterEach(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await Promise.all(workers.map((worker) => worker.exited));
  await Promise.all([db.destroy(), s3.stop(), ses.stop()]);
});

const start = async (extra: Readonly<Record<string, string>> = {}) => {
  const worker = await startWorkerProcess({ databaseUrl: database.url, s3, ses }, extra);
  workers.push(worker);
  return worker;
};

const status = async (worker: WorkerProcess, path: string) => {
  const response = await fetch(`${worker.url}${path}`);
  return { status: response.status, body: (await response.json()) as { readonly problems?: string[] } };
};

test("SIGTERM during a job: not ready first, the job is finished, no lock is left, and the process ends with 0", async () => {
  const worker = await start();
  expect(await status(worker, "/health")).toMatchObject({ status: 200 });
  expect(await status(worker, "/ready")).toMatchObject({ status: 200 });
  ses.next("hold");
  const [placed] = await placeTestOrders(db, [{}]);
  await waitFor("the call to SES", () => ses.held === 1);
  worker.kill("SIGTERM");
  await waitFor("not to be ready", async () => (await status(worker, "/ready")).status === 503);
  expect((await status(worker, "/ready")).body.problems).toEqual(["stopping"]);
  expect((await status(worker, "/health")).status).toBe(200);
  // graphile-worker's own note that the job is done has to wait: the worker lives, and shows it, until then.
  const lastBeat = async () =>
    (await db.selectFrom("worker_heartbeats").select("beat").executeTakeFirst())?.beat;
  await withClient(database.superuserUrl, async (client) => {
    await client.query("begin");
    await client.query("select from graphile_worker._private_jobs for update");
    ses.release();
    await waitFor(
      "the email",
      async () => (await readLedger(db, placed?.id ?? 0)).deliveries[0]?.state === "sent",
    );
    await waitFor("the note to wait", async () => {
      const { rowCount } = await client.query(
        "select from pg_stat_activity where application_name = 'billpost-worker-queue' and wait_event_type = 'Lock' and datname = current_database()",
      );
      return rowCount === 1;
    });
    expect(await readJobs(db)).toEqual({ jobs: 1, locked: 1 });
    const before = (await lastBeat()) ?? 0;
    await waitFor("two more beats", async () => ((await lastBeat()) ?? 0) >= before + 2);
    await client.query("rollback");
  });
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  const ledger = await readLedger(db, placed?.id ?? 0);
  expect(ledger.deliveries[0]).toMatchObject({ state: "sent", resends: 0 });
  expect(ledger.work.every(({ state }) => state === "done")).toBe(true);
  expect(await readJobs(db)).toEqual({ jobs: 0, locked: 0 });
  expect(await db.selectFrom("worker_heartbeats").select("pool_id").execute()).toEqual([]);
});

test("a note that a job is done, which the database forgot in a crash, does not hold up the stop", async () => {
  const worker = await start({ SHUTDOWN_GRACE_SECONDS: "20" });
  const [placed] = await placeTestOrders(db, [{}]);
  await ledgerWhen(db, placed?.id ?? 0, ["sent"]);
  await waitFor("the job to go", async () => (await readJobs(db)).jobs === 0);
  await withClient(database.superuserUrl, async (client) => {
    await client.query("begin");
    await client.query(
      `select graphile_worker.add_job(task, json_build_object('workItemId', id), job_key := 'work:' || id || ':0')
       from work_items where task = 'issue-invoice'`,
    );
    await client.query(
      "update graphile_worker._private_jobs set attempts = 1, locked_at = now(), locked_by = $1",
      [worker.poolId],
    );
    await client.query("commit");
  });
  worker.kill("SIGTERM");
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  // It is for whoever looks after the dead to find.
  expect(await readJobs(db)).toEqual({ jobs: 1, locked: 1 });
  expect(ses.taken).toHaveLength(1);
});

test("a job that does not end in time is handed back unharmed, without burning an attempt", async () => {
  const worker = await start({ SHUTDOWN_GRACE_SECONDS: "4", S3_TIMEOUT_MS: "60000" });
  s3.next("PUT", "hold");
  const [placed] = await placeTestOrders(db, [{}]);
  await waitFor("the put", () => s3.held === 1);
  worker.kill("SIGTERM");
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  const before = await readLedger(db, placed?.id ?? 0);
  expect(before.work.at(-1)).toMatchObject({ state: "waiting", attempt: 0 });
  expect(before.deliveries[0]?.state).toBe("pending");
  expect(await readJobs(db)).toEqual({ jobs: 1, locked: 0 });
  await start();
  const ledger = await ledgerWhen(db, placed?.id ?? 0, ["sent"]);
  expect(ledger.work.at(-1)).toMatchObject({ state: "done", attempt: 1 });
  expect(ses.taken).toHaveLength(1);
});

test("a worker whose database goes away ends with an error, so that it is started again", async () => {
  const worker = await start();
  await database.drop();
  expect((await worker.exited).code).toBe(1);
});

test("a start without the database says so and fails; one with missing migrations, too", async () => {
  const empty = await createTestDatabase({ migrated: false });
  const services = { s3, ses };
  await expect(startWorkerProcess({ ...services, databaseUrl: empty.url })).rejects.toThrow(
    /schema_migrations|migrations/,
  );
  const nowhere = "postgres://somebody:secret@127.0.0.1:1/none";
  const failure = startWorkerProcess({ ...services, databaseUrl: nowhere });
  await expect(failure).rejects.toThrow(/database at 127.0.0.1:1 cannot be used: .*ECONNREFUSED/);
  await expect(failure).rejects.not.toThrow(/secret/);
});

test("a start with a wrong configuration lists every problem at once", async () => {
  const failure = startWorkerProcess(
    { databaseUrl: database.url, s3, ses },
    {
      FROM_EMAIL: "not an address",
      INVOICE_PREFIX: "inv",
      CREDIT_NOTE_PREFIX: "CN",
      WORKER_CONCURRENCY: "many",
    },
  );
  await expect(failure).rejects.toThrow(/3 problems[^]*WORKER_CONCURRENCY[^]*FROM_EMAIL[^]*INVOICE_PREFIX/);
});
