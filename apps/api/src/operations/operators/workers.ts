import { setTimeout as delay } from "node:timers/promises";
import { recordAudit } from "@billpost/db/audit";
import type { Db, Trx } from "@billpost/db/connection";
import {
  directWorker,
  findWorker,
  listWorkers,
  unlockWorker,
  type WorkerView,
} from "@billpost/db/operators/workers";
import type { WorkerMode } from "@billpost/db/schema-operators";
import type { Context } from "../../context.ts";
import { write } from "../../http/idempotency.ts";
import { refusal } from "../../http/problems.ts";
import { presentWorker, presumedDeadAfter } from "../../schemas/operators/workers.ts";

/** Every worker that has not ended well. */
export const readWorkers = async (db: Db) => (await listWorkers(db)).map(presentWorker);

const auditName: Readonly<Record<WorkerMode, string>> = {
  active: "worker.woken",
  quiet: "worker.quieted",
  stopping: "worker.stopped",
};

/**
 * Tells a worker to take no new jobs, to take jobs again, or to end in good order. It hears that with its next
 * beat, within a second. One that was told to stop cannot be called back.
 */
export const tellWorker = (
  context: Context,
  id: string,
  wanted: WorkerMode,
  { reason }: { readonly reason: string },
) =>
  write(context, async (trx) => {
    const before = await requireWorker(trx, id);
    if (before.wanted === "stopping" && wanted !== "stopping")
      throw refusal("worker_stopping", "The worker was told to stop, and cannot be called back.");
    await directWorker(trx, id, wanted);
    await note(trx, context, auditName[wanted], id, reason, { wanted: before.wanted }, { wanted });
    return { status: 200, body: presentWorker(await requireWorker(trx, id)) };
  });

/** How long a beat is watched that is said to stand still, in ms: three beats of a living worker. */
const watchMs = 3_000;

/**
 * Takes the jobs from a worker that is dead, for when no other worker is there to do it. Dead is one whose beat is
 * old by the database's clock and is seen to stand still as well, since a clock can be set; else 409.
 */
export const unlockDeadWorker = async (
  context: Context,
  id: string,
  { reason }: { readonly reason: string },
) => {
  const { db } = context;
  const seen = await requireWorker(db, id);
  if (seen.secondsSinceBeat <= presumedDeadAfter) throw lives(seen);
  // Whoever beats meanwhile is no longer at the beat that was seen, and is not taken for dead.
  await delay(watchMs);
  const before = { lastBeatAt: seen.lastBeatAt.toISOString() };
  const rescue = await unlockWorker(db, seen, (trx, { crashed, unfinished }) => {
    const jobs = crashed.map(({ workItemId, state }) => ({ jobId: workItemId, state }));
    return note(trx, context, "worker.unlocked", id, reason, before, { jobs, unfinished });
  });
  if (!rescue) throw lives(seen);
  return { id, released: rescue.crashed.length, unfinished: rescue.unfinished };
};

const requireWorker = async (db: Db, id: string): Promise<WorkerView> => {
  const worker = await findWorker(db, id);
  if (!worker)
    throw refusal("worker_not_found", "There is no such worker; one that ended well is not listed.");
  return worker;
};

const lives = ({ secondsSinceBeat }: WorkerView) =>
  refusal(
    "worker_alive",
    `It is not proven dead: its last beat was ${secondsSinceBeat.toFixed(1)} s ago, or another took over just now. Quiet or stop it instead.`,
  );

const note = (
  trx: Trx,
  { actor, clientId, requestId }: Context,
  action: string,
  id: string,
  reason: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
) =>
  recordAudit(trx, {
    actor,
    clientId,
    action,
    targetType: "worker",
    targetId: id,
    reason,
    before,
    after,
    requestId,
  });
