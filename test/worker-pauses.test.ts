import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type RunningApi, startApi } from "./src/catalogue-api.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { waitForEmptyQueue } from "./src/ledger.ts";
import { many, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

let api: RunningApi;
let s3: FaultyS3;
let ses: FaultySes;
let worker: WorkerProcess;

beforeAll(async () => {
  api = await startApi();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  worker = await startWorkerProcess({ databaseUrl: api.database.url, s3, ses });
});

afterAll(async () => {
  worker.kill("SIGKILL");
  await worker.exited;
  await Promise.all([api.stop(), s3.stop(), ses.stop()]);
});

const pause = (path: string) => api.call(`POST /api/tasks/${path}/pause`, { reason: "a test" });
const resume = (path: string) => api.call(`POST /api/tasks/${path}/resume`, { reason: "the test is over" });

let takenBefore = 0;
beforeEach(() => {
  takenBefore = ses.taken.length;
});
afterEach(() => waitForEmptyQueue(api.db));

const delivering = () =>
  api.db
    .selectFrom("work_items as w")
    .innerJoin("deliveries as d", "d.id", "w.delivery_id")
    .select(["w.id", "w.state", "w.attempt", "d.state as delivery"])
    .where("w.state", "<>", "done")
    .orderBy("w.id")
    .execute();

/** Deliveries that wait with their documents stored. */
const ready = async () =>
  (await delivering()).filter(({ state, delivery }) => state === "waiting" && delivery === "stored");

/** Orders and deliveries that a worker is still to prepare. */
const rendering = async () =>
  (
    await api.db
      .selectFrom("work_items as w")
      .leftJoin("deliveries as d", "d.id", "w.delivery_id")
      .select("w.id")
      .where("w.state", "<>", "done")
      .where((e) => e.or([e("d.state", "is", null), e("d.state", "in", ["pending", "rendering"])]))
      .execute()
  ).length;

test("when sending is paused workers stop within 2 seconds, prepare all else, and send each once when it goes on", async () => {
  // Orders go on coming in while it is paused.
  const enough = new AbortController();
  const stream = (async () => {
    let placed = 0;
    while (!enough.signal.aborted) {
      placed += (await placeTestOrders(api.db, many(1))).length;
      await waitFor("the order to be worked on", async () => (await rendering()) < 2);
    }
    return placed;
  })();
  await waitFor("mails", () => ses.taken.length > takenBefore + 2);
  const { body } = await pause("deliver-invoice/stages/send");
  const pausedAt: string = body.stages.find(({ stage }: { stage: string }) => stage === "send").pause
    .createdAt;
  // Well beyond the two seconds by the database's clock, with documents made meanwhile.
  await waitFor("a document of a later time", async () => {
    const { rows } = await sql<{ late: boolean }>`
      select coalesce(max(stored_at) > ${pausedAt}::timestamptz + interval '2.5 seconds', false) as late from documents`.execute(
      api.db,
    );
    return rows[0]?.late;
  });
  enough.abort();
  const placed = await stream;
  await waitFor("all to wait", async () => (await delivering()).length === (await ready()).length, {
    timeoutMs: 60_000,
  });
  const { rows } = await sql<{ last: number }>`
    select extract(epoch from max(occurred_at) - ${pausedAt}::timestamptz)::float8 as last
    from work_item_events where stage = 'send' and event = 'started'`.execute(api.db);
  expect(rows[0]?.last).toBeLessThan(2);
  const waiting = await ready();
  expect(waiting.length).toBeGreaterThan(2);
  expect(waiting.map(({ attempt }) => attempt)).toEqual(waiting.map(() => 0));
  await resume("deliver-invoice/stages/send");
  await waitFor("all mails", () => ses.taken.length - takenBefore === placed, { timeoutMs: 60_000 });
  await waitForEmptyQueue(api.db);
  const { count } = await api.db
    .selectFrom("work_items")
    .select((e) => e.fn.countAll<number>().as("count"))
    .where("task", "=", "deliver-invoice")
    .where((e) => e.or([e("attempt", "<>", 1), e("state", "<>", "done")]))
    .executeTakeFirstOrThrow();
  expect(count).toBe(0);
});

test("a paused task is not begun, not even by a job that was queued before pauses were known, and goes on afterwards", async () => {
  await pause("deliver-invoice");
  await placeTestOrders(api.db, many(3));
  await waitFor("the deliveries", async () => (await delivering()).length === 3);
  await sql`update graphile_worker._private_jobs set flags = null`.execute(api.db);
  await waitFor("the jobs to be marked again", async () => {
    const { rows } = await sql<{ marked: number }>`
      select count(*) as marked from graphile_worker.jobs
      where flags ? 'task:deliver-invoice' and locked_at is null`.execute(api.db);
    return rows[0]?.marked === 3;
  });
  expect(await delivering()).toMatchObject(
    Array.from({ length: 3 }, () => ({ state: "waiting", attempt: 0, delivery: "pending" })),
  );
  expect(ses.taken.length).toBe(takenBefore);
  const { body } = await api.call("POST /api/reconciliations", {});
  await waitFor("the reconciliation", async () => {
    const { body: found } = await api.call(`GET /api/reconciliations/${body.id}`);
    return found.state === "done" && found;
  });
  // What is paused is not stuck.
  expect((await api.call(`GET /api/reconciliations/${body.id}`)).body).toMatchObject({
    repaired: 0,
    left: 0,
  });
  await resume("deliver-invoice");
  await waitFor("the mails", () => ses.taken.length - takenBefore === 3);
});

test("a pause whose time is up lets the work go on by itself", async () => {
  const { rows } = await sql<{ soon: Date }>`select clock_timestamp() + interval '2 seconds' as soon`.execute(
    api.db,
  );
  const endsAt = rows[0]?.soon.toISOString();
  await api.call("POST /api/tasks/issue-invoice/pause", { reason: "a test", endsAt });
  await placeTestOrders(api.db, many(2));
  await waitFor("the mails", () => ses.taken.length - takenBefore === 2);
  const { first } = await api.db
    .selectFrom("invoices")
    .select((e) => e.fn.max("issued_at").as("first"))
    .executeTakeFirstOrThrow();
  expect(first?.getTime()).toBeGreaterThanOrEqual(new Date(endsAt ?? 0).getTime());
});
