import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type RunningApi, startApi } from "./src/catalogue-api.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { many, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

let api: RunningApi;
let s3: FaultyS3;
let ses: FaultySes;
let worker: WorkerProcess;

beforeEach(async () => {
  api = await startApi();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  worker = await startWorkerProcess(
    { databaseUrl: api.database.url, s3, ses },
    { WORKER_CONCURRENCY: "3", RENDER_PAGES: "2" },
  );
});

afterEach(async () => {
  worker.kill("SIGKILL");
  await worker.exited;
  await Promise.all([api.stop(), s3.stop(), ses.stop()]);
});

const reason = { reason: "a test" };
const tell = (name: string) => api.call(`POST /api/workers/${worker.poolId}/${name}`, reason);
const shown = async () => (await api.call("GET /api/workers")).body.data;
const shownAs = (state: string) =>
  waitFor(`the worker to show as ${state}`, async () => (await shown())[0]?.state === state);

test("a worker shows what it is and does; quiet, it finishes that and takes nothing more until it is woken; told to stop, it ends well", async () => {
  ses.next("hold");
  await placeTestOrders(api.db, many(1));
  await waitFor("the mail to be held", () => ses.held === 1);
  await waitFor("the beat to tell of it", async () => (await shown())[0]?.busySlots === 1);
  expect(await shown()).toEqual([
    {
      id: worker.poolId,
      state: "active",
      wanted: "active",
      host: expect.stringMatching(/\S/),
      pid: worker.pid,
      version: expect.stringMatching(/\S/),
      versionMismatch: false,
      startedAt: expect.any(String),
      lastBeatAt: expect.any(String),
      secondsSinceBeat: expect.any(Number),
      slots: 3,
      busySlots: 1,
      renderSlots: 2,
      renders: 0,
      runningJobs: 1,
    },
  ]);
  expect((await tell("quiet")).body).toMatchObject({ wanted: "quiet" });
  await shownAs("quiet");
  await placeTestOrders(api.db, many(2));
  ses.release();
  await waitFor("what was under way", () => ses.taken.length === 1);
  await waitFor("the slot to be free", async () => (await shown())[0]?.busySlots === 0);
  // The new orders were there before: an active worker would have taken them in the same second.
  const { beat: then } = await beats();
  await waitFor("two beats", async () => (await beats()).beat >= then + 2);
  expect(ses.taken.length).toBe(1);
  expect(await waiting()).toBe(2);

  expect((await tell("wake")).body).toMatchObject({ wanted: "active" });
  await waitFor("the other mails", () => ses.taken.length === 3);

  expect((await tell("unlock")).body).toMatchObject({ status: 409, code: "worker_alive" });
  ses.next("hold");
  await placeTestOrders(api.db, many(1));
  await waitFor("the mail to be held", () => ses.held === 1);
  expect((await tell("stop")).body).toMatchObject({ wanted: "stopping" });
  await shownAs("stopping");
  expect((await tell("wake")).body).toMatchObject({ status: 409, code: "worker_stopping" });
  ses.release();
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  expect(ses.taken.length).toBe(4);
  expect(await shown()).toEqual([]);
  expect((await tell("quiet")).body).toMatchObject({ status: 404, code: "worker_not_found" });
  const audit = await api.db
    .selectFrom("audit_events")
    .select(["action", "reason"])
    .where("target_type", "=", "worker")
    .orderBy("id")
    .execute();
  expect(audit).toEqual(
    ["worker.quieted", "worker.woken", "worker.stopped"].map((action) => ({ action, reason: "a test" })),
  );
});

test("a killed worker is unlocked once it is proven dead and not before, and what it may have sent waits for a person", async () => {
  ses.next("hold_taken");
  const [order] = await placeTestOrders(api.db, many(1));
  await waitFor("the mail to be held", () => ses.held === 1);
  worker.kill("SIGKILL");
  await worker.exited;
  expect((await tell("unlock")).body).toMatchObject({ status: 409, code: "worker_alive" });
  await shownAs("presumed_dead");
  const reply = await tell("unlock");
  expect(reply.body).toEqual({ id: worker.poolId, released: 1, unfinished: false });
  expect(await shown()).toEqual([]);
  const work = await api.db
    .selectFrom("work_items as w")
    .innerJoin("deliveries as d", "d.id", "w.delivery_id")
    .select(["w.state", "d.state as delivery", "w.finished_at"])
    .where("d.order_id", "=", order?.id ?? 0)
    .executeTakeFirstOrThrow();
  expect(work).toMatchObject({ state: "ambiguous", delivery: "ambiguous", finished_at: expect.any(Date) });
});

const beats = () =>
  api.db
    .selectFrom("worker_heartbeats")
    .select("beat")
    .where("pool_id", "=", worker.poolId)
    .executeTakeFirstOrThrow();

const waiting = async () =>
  (await api.db.selectFrom("work_items").select("id").where("state", "=", "waiting").execute()).length;
