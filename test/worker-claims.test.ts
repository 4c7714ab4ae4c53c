import type { Db } from "@billpost/db/connection";
import { beat, startHeartbeat } from "@billpost/db/heartbeats";
import { rescueOrphans, rescueWorker } from "@billpost/db/rescue";
import {
  type Claim,
  ClaimLost,
  claimWorkItem,
  finishExtraWork,
  holdClaim,
  takeWaitingIssues,
  TakenForDead,
} from "@billpost/db/work-items";
import type { RetryPolicy } from "@billpost/domain/work";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestDatabase } from "./src/database.ts";
import { startFaultyS3 } from "./src/faulty-s3.ts";
import { startFaultySes } from "./src/faulty-ses.ts";
import { ledgerWhen } from "./src/ledger.ts";
import { many, openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess } from "./src/worker-process.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

let db: Db;
let databaseUrl: string;

beforeEach(async () => {
  const database = await createTestDatabase();
  databaseUrl = database.url;
  db = openTestDatabase(database.url);
});

afterEach(() => db.destroy());

const policy: RetryPolicy = {
  baseMs: 100,
  maxMs: 1_000,
  throttleMs: 100,
  throttleMaxMs: 1_000,
  ambiguous: "resend",
  settleMs: 1_000,
};

const live = (poolId: string) =>
  startHeartbeat(db, {
    poolId,
    host: "elsewhere",
    pid: 1,
    version: "test",
    hostname: "elsewhere",
    slots: 1,
    renderSlots: 1,
  });

/** Locks the next job for a pool, as graphile-worker does, and answers its id. */
const lockJob = async (poolId: string): Promise<number> => {
  const { rows } = await sql<{ id: number }>`
    update graphile_worker._private_jobs set attempts = attempts + 1, locked_by = ${poolId}, locked_at = now()
    where id = (select id from graphile_worker._private_jobs where is_available order by id limit 1)
    returning id`.execute(db);
  return rows[0]?.id ?? 0;
};

const claimed = async (workItemId: number, poolId: string, jobId: number): Promise<Claim> => {
  const claim = await claimWorkItem(db, { workItemId, poolId, jobId });
  if (typeof claim === "string") throw new Error(`not claimed: ${claim}`);
  return claim;
};

const lockedBy = async (): Promise<(string | null)[]> => {
  const { rows } = await sql<{ locked_by: string | null }>`
    select locked_by from graphile_worker.jobs order by id`.execute(db);
  return rows.map((row) => row.locked_by);
};

const heartbeatOf = async (poolId: string) =>
  db
    .selectFrom("worker_heartbeats")
    .select(["pool_id as poolId", "host", "pid", "beat"])
    .where("pool_id", "=", poolId)
    .executeTakeFirstOrThrow();

test("of many that claim at once, one gets the work", async () => {
  const [order] = await placeTestOrders(db, many(1));
  await live("pool-a");
  const workItemId = order?.workItemId ?? 0;
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, job) =>
      claimWorkItem(db, { workItemId, poolId: "pool-a", jobId: job + 1 }),
    ),
  );
  expect(answers.filter((answer) => typeof answer !== "string")).toHaveLength(1);
  expect(answers.filter((answer) => answer === "elsewhere")).toHaveLength(11);
});

test("work that runs can be claimed again by the very job that held it, under a new fence, and by no other", async () => {
  const [order] = await placeTestOrders(db, many(1));
  const workItemId = order?.workItemId ?? 0;
  await live("pool-a");
  await live("pool-b");
  const first = await claimed(workItemId, "pool-a", 7);
  expect(await claimWorkItem(db, { workItemId, poolId: "pool-b", jobId: 8 })).toBe("elsewhere");
  const second = await claimed(workItemId, "pool-b", 7);
  expect(second).toMatchObject({ fence: first.fence + 1, attempt: 2, poolId: "pool-b" });
  await expect(db.transaction().execute((trx) => holdClaim(trx, first))).rejects.toThrow(ClaimLost);
  await db.transaction().execute((trx) => holdClaim(trx, second));
});

test("work is not claimed before it is due, after it is over, or when it is gone", async () => {
  const [early, over] = await placeTestOrders(db, many(2));
  await live("pool-a");
  await sql`update work_items set state = 'retrying', run_at = now() + interval '1 hour' where id = ${early?.workItemId}`.execute(
    db,
  );
  await sql`update work_items set state = 'done' where id = ${over?.workItemId}`.execute(db);
  const claim = (workItemId = 0) => claimWorkItem(db, { workItemId, poolId: "pool-a", jobId: 1 });
  expect(await claim(early?.workItemId)).toBe("not_due");
  expect(await claim(over?.workItemId)).toBe("over");
  expect(await claim(999_999)).toBe("gone");
});

test("a worker without a heartbeat claims nothing", async () => {
  const [order] = await placeTestOrders(db, many(1));
  const workItemId = order?.workItemId ?? 0;
  await expect(claimWorkItem(db, { workItemId, poolId: "pool-dead", jobId: 1 })).rejects.toThrow(
    TakenForDead,
  );
  const item = await db.selectFrom("work_items").select(["state", "fence"]).executeTakeFirstOrThrow();
  expect(item).toEqual({ state: "waiting", fence: 0 });
});

test("work that must run alone is not claimed where other work may run beside it", async () => {
  const [order] = await placeTestOrders(db, many(1));
  const workItemId = order?.workItemId ?? 0;
  await live("pool-a");
  await sql`update work_items set alone = true`.execute(db);
  const job = { workItemId, poolId: "pool-a", jobId: 1 };
  expect(await claimWorkItem(db, { ...job, besideOthers: true })).toBe("alone");
  expect(await claimWorkItem(db, { ...job, besideOthers: false })).toMatchObject({ workItemId, attempt: 1 });
});

test("orders that are numbered along leave no job behind, except one that was fetched already", async () => {
  const [first] = await placeTestOrders(db, many(4));
  await live("pool-a");
  const own = await claimed(first?.workItemId ?? 0, "pool-a", await lockJob("pool-a"));
  await lockJob("pool-b");
  await db.transaction().execute(async (trx) => {
    await holdClaim(trx, own);
    const extra = await takeWaitingIssues(trx, 49);
    expect(extra).toHaveLength(3);
    await finishExtraWork(
      trx,
      own,
      extra.map(({ workItemId }) => ({ workItemId, state: "done" as const })),
    );
  });
  expect(await lockedBy()).toEqual(["pool-a", "pool-b"]);
});

test("a rescue frees the dead worker's jobs and work, and nobody else's", async () => {
  const orders = await placeTestOrders(db, many(2));
  await live("pool-dead");
  await live("pool-alive");
  const lost = await claimed(orders[0]?.workItemId ?? 0, "pool-dead", await lockJob("pool-dead"));
  const kept = await claimed(orders[1]?.workItemId ?? 0, "pool-alive", await lockJob("pool-alive"));
  const rescued = await rescueWorker(db, await heartbeatOf("pool-dead"), policy);
  expect(rescued?.crashed).toEqual([
    { workItemId: lost.workItemId, task: "issue-invoice", state: "retrying" },
  ]);
  expect(await lockedBy()).toEqual(["pool-alive", null]);
  await db.transaction().execute((trx) => holdClaim(trx, kept));
  await expect(db.transaction().execute((trx) => holdClaim(trx, lost))).rejects.toThrow(ClaimLost);
  const events = await db
    .selectFrom("work_item_events")
    .select(["event", "error_message"])
    .where("event", "=", "crashed")
    .execute();
  expect(events).toEqual([{ event: "crashed", error_message: "worker died" }]);
});

test("the work goes on in a job of its own, so a paused worker that completes its old one takes nothing away", async () => {
  const [order] = await placeTestOrders(db, many(1));
  await live("pool-dead");
  const oldJob = await lockJob("pool-dead");
  await claimed(order?.workItemId ?? 0, "pool-dead", oldJob);
  await rescueWorker(db, await heartbeatOf("pool-dead"), policy);
  // What graphile-worker does when its task returns: by id, whoever holds the lock.
  await sql`delete from graphile_worker._private_jobs where id = ${oldJob}`.execute(db);
  const { rows } = await sql<{ id: number }>`select id from graphile_worker.jobs`.execute(db);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.id).not.toBe(oldJob);
});

test("a worker whose heart beat since it was judged is left alone, and two rescuers do not both rescue", async () => {
  const [order] = await placeTestOrders(db, many(1));
  await live("pool-a");
  await claimed(order?.workItemId ?? 0, "pool-a", await lockJob("pool-a"));
  const judged = await heartbeatOf("pool-a");
  await beat(db, "pool-a", { mode: "active", busy: 1, renders: 0 });
  expect(await rescueWorker(db, judged, policy)).toBeUndefined();
  expect(await lockedBy()).toEqual(["pool-a"]);
  const now = await heartbeatOf("pool-a");
  const rescues = await Promise.all([1, 2, 3].map(() => rescueWorker(db, now, policy)));
  expect(rescues.filter((rescued) => rescued !== undefined)).toHaveLength(1);
});

test("what a pool without a heartbeat holds is freed; a pool that has one is not touched", async () => {
  const orders = await placeTestOrders(db, many(2));
  await live("pool-alive");
  await claimed(orders[0]?.workItemId ?? 0, "pool-alive", await lockJob("pool-alive"));
  await lockJob("pool-ghost");
  expect(await rescueOrphans(db, "pool-alive", policy)).toBeUndefined();
  expect(await rescueOrphans(db, "pool-ghost", policy)).toEqual({ crashed: [], unfinished: false });
  expect(await lockedBy()).toEqual(["pool-alive", null]);
});

test("a job that a pool without a heartbeat left locked is done by a living worker", async () => {
  const [order] = await placeTestOrders(db, many(1));
  await lockJob("pool-ghost");
  const [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  const worker = await startWorkerProcess({ databaseUrl, s3, ses });
  const ledger = await ledgerWhen(db, order?.id ?? 0, ["sent"], 30_000);
  expect(ledger.invoices).toHaveLength(1);
  worker.kill("SIGTERM");
  await worker.exited;
  await Promise.all([s3.stop(), ses.stop()]);
});

test("work whose every attempt ended its worker is failed, visibly, by the next that finds it", async () => {
  const [order] = await placeTestOrders(db, [{ maxAttempts: 3 }]);
  await sql`update work_items set attempt = 3`.execute(db);
  const [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  const worker = await startWorkerProcess({ databaseUrl, s3, ses });
  const item = await waitFor("the end", async () => {
    const found = await db
      .selectFrom("work_items")
      .select(["state", "last_error_message"])
      .where("id", "=", order?.workItemId ?? 0)
      .executeTakeFirst();
    return found?.state === "failed" && found;
  });
  expect(item.last_error_message).toBe("worker died");
  expect(await db.selectFrom("invoices").select("id").execute()).toEqual([]);
  worker.kill("SIGTERM");
  await worker.exited;
  await Promise.all([s3.stop(), ses.stop()]);
});
