import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type RunningApi, startApi } from "./src/catalogue-api.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { waitForEmptyQueue } from "./src/ledger.ts";
import { aDeliveryJob } from "./src/operated-jobs.ts";
import { many, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

let api: RunningApi;
let s3: FaultyS3;
let ses: FaultySes;
let workers: WorkerProcess[] = [];

beforeAll(async () => {
  api = await startApi();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
});

afterEach(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await Promise.all(workers.map(({ exited }) => exited));
  workers = [];
  ses.calm();
});

afterAll(() => Promise.all([api.stop(), s3.stop(), ses.stop()]));

const start = async () => {
  const worker = await startWorkerProcess(
    { databaseUrl: api.database.url, s3, ses },
    { WORKER_CONCURRENCY: "4" },
  );
  workers.push(worker);
  return worker;
};

const begin = (body: object) => api.call("POST /api/bulk-operations", { reason: "a test", ...body });
const read = async (id: number) => (await api.call(`GET /api/bulk-operations/${id}`)).body;
const over = (id: number) =>
  waitFor(
    `bulk operation ${id} to be over`,
    async () => {
      const found = await read(id);
      return found.state !== "running" && found;
    },
    { timeoutMs: 60_000 },
  );

/** Orders whose mail SES rejected: their deliveries are failed, and nothing went out. */
const failedOrders = async (count: number): Promise<readonly number[]> => {
  ses.usually("reject");
  const orders = await placeTestOrders(api.db, many(count));
  const ids = orders.map(({ id }) => id);
  const failed = await waitFor(
    "all to fail",
    async () => {
      const found = await api.db
        .selectFrom("work_items")
        .select("id")
        .where("task", "=", "deliver-invoice")
        .where("state", "=", "failed")
        .where("order_id", "in", ids)
        .execute();
      return found.length === count && found;
    },
    { timeoutMs: 60_000 },
  );
  ses.calm();
  ses.usually("accept");
  return failed.map(({ id }) => id);
};

test("a dry run counts what would become of the jobs and changes nothing; doubtful mails would be passed over", async () => {
  const jobs = [
    await aDeliveryJob(api.db, "failed"),
    await aDeliveryJob(api.db, "failed"),
    await aDeliveryJob(api.db, "ambiguous"),
    await aDeliveryJob(api.db, "sent"),
  ];
  const ids = jobs.map(({ id }) => id);
  const before = await api.db
    .selectFrom("work_items")
    .selectAll()
    .where("id", "in", ids)
    .orderBy("id")
    .execute();
  const reply = await begin({ action: "retry", ids, dryRun: true });
  expect(reply.status).toBe(200);
  expect(reply.body).toMatchObject({ dryRun: true, total: 4, examined: 4 });
  expect(reply.body.outcomes).toEqual([
    {
      result: "changed",
      because: null,
      summary: "The PDF exists: rendering is skipped; no mail was sent so far: one will be.",
      willSend: true,
      mayMailTwice: false,
      count: 2,
    },
    expect.objectContaining({ result: "skipped", because: "may_mail_twice", count: 1 }),
    expect.objectContaining({ result: "skipped", because: "already_done", count: 1 }),
  ]);
  expect(
    await api.db.selectFrom("work_items").selectAll().where("id", "in", ids).orderBy("id").execute(),
  ).toEqual(before);
});

test("what could mean everything, lacks what it needs, or comes from a reader is refused", async () => {
  const invalid = async (body: object) => (await begin(body)).body.errors?.[0];
  expect(await invalid({ action: "retry" })).toMatchObject({ pointer: "/filter", code: "required" });
  expect(await invalid({ action: "retry", filter: {} })).toMatchObject({ pointer: "/filter" });
  expect(await invalid({ action: "settle", ids: [1] })).toMatchObject({ pointer: "/outcome" });
  expect(await invalid({ action: "reschedule", ids: [1] })).toMatchObject({ pointer: "/runAt" });
  expect(await invalid({ action: "retry", ids: [1], outcome: "was_sent" })).toMatchObject({
    code: "not_allowed",
  });
  expect((await begin({ action: "correct-address", ids: [1] })).status).toBe(400);
  expect((await api.call("POST /api/bulk-operations", { action: "retry", ids: [1] })).status).toBe(400);
  const { call } = await api.clientWith(["operator:read"]);
  expect((await call("POST /api/bulk-operations", { action: "retry", ids: [1], reason: "x" })).status).toBe(
    403,
  );
  expect((await api.call("GET /api/bulk-operations/999999")).body.code).toBe("bulk_operation_not_found");
});

test("a good canary lets the rest go on: each failed mail is sent exactly once, doubtful ones are left, and all is counted and audited", async () => {
  await start();
  const failed = await failedOrders(6);
  const doubtful = await aDeliveryJob(api.db, "ambiguous");
  const taken = ses.taken.length;
  const reply = await begin({
    action: "retry",
    ids: [...failed, doubtful.id],
    canary: 2,
    stopAtFailureRate: 0.5,
  });
  expect(reply.status).toBe(202);
  const { id } = reply.body;
  expect(reply.headers.get("location")).toBe(`/api/bulk-operations/${id}`);
  expect(await over(id)).toMatchObject({
    state: "done",
    phase: "over",
    total: 7,
    changed: 6,
    skipped: 1,
    waiting: 0,
    skippedBecause: { may_mail_twice: 1 },
  });
  await waitFor("all mails", () => ses.taken.length === taken + 6);
  await waitFor("all outcomes", async () => (await read(id)).succeeded === 6);
  const { body: items } = await api.call(`GET /api/bulk-operations/${id}/items?result=skipped`);
  expect(items.data).toMatchObject([{ jobId: doubtful.id, because: "may_mail_twice", state: "ambiguous" }]);
  const audited = await api.db
    .selectFrom("audit_events")
    .select(["target_id", "reason"])
    .where("action", "=", "job.retried")
    .execute();
  expect(audited.map(({ target_id }) => Number(target_id)).toSorted((a, b) => a - b)).toEqual(failed);
  await waitForEmptyQueue(api.db);
  expect(ses.taken.length).toBe(taken + 6);
});

test("a canary that fails stops the operation, and the rest is as it was", async () => {
  await start();
  const failed = await failedOrders(5);
  ses.usually("reject");
  const { body } = await begin({ action: "retry", ids: failed, canary: 2 });
  expect(await over(body.id)).toMatchObject({
    state: "stopped",
    changed: 2,
    failed: 2,
    waiting: 3,
    stopReason: "2 of 2 jobs failed again: more than 0 %",
  });
  const untouched = await api.db
    .selectFrom("work_items")
    .select(["id", "attempt"])
    .where("id", "in", failed.slice(2))
    .where("fence", "=", 1)
    .execute();
  expect(untouched).toHaveLength(3);
});

test("an operation goes on after its worker was killed, acts on no job twice, and stops when it is told to", async () => {
  const jobs = await Promise.all(Array.from({ length: 450 }, () => aDeliveryJob(api.db, "failed")));
  const ids = jobs.map(({ id }) => id).toSorted((a, b) => a - b);
  const { body } = await begin({ action: "mark-handled", ids });
  const first = await start();
  await waitFor("the first window", async () => (await read(body.id)).changed > 0, { everyMs: 5 });
  first.kill("SIGKILL");
  await first.exited;
  await start();
  expect(await over(body.id)).toMatchObject({ state: "done", changed: 450, skipped: 0 });
  const { audits } = await api.db
    .selectFrom("audit_events")
    .select((e) => e.fn.countAll<number>().as("audits"))
    .where("action", "=", "job.handled")
    .executeTakeFirstOrThrow();
  expect(audits).toBe(450);

  await api.call("POST /api/tasks/advance-bulk-operation/pause", { reason: "a test" });
  const { body: second } = await begin({ action: "retry", filter: { states: ["handled"] } });
  expect(second.total).toBeGreaterThanOrEqual(450);
  const stopped = await api.call(`POST /api/bulk-operations/${second.id}/stop`, {
    reason: "second thoughts",
  });
  expect(stopped.status).toBe(202);
  await api.call("POST /api/tasks/advance-bulk-operation/resume", { reason: "a test" });
  expect(await over(second.id)).toMatchObject({
    state: "stopped",
    changed: 0,
    stopReason: "second thoughts",
  });
  const again = await api.call(`POST /api/bulk-operations/${second.id}/stop`, { reason: "again" });
  expect(again.body).toMatchObject({ status: 409, code: "bulk_operation_over" });
  const { body: list } = await api.call("GET /api/bulk-operations?limit=2");
  expect(list.data.map(({ id }: { id: number }) => id)).toEqual([second.id, body.id]);
});
