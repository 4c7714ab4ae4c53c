import type { RetryPolicy } from "@billpost/domain/work";
import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";
import type { Heartbeat } from "./heartbeats.ts";
import { jobKey, type TaskName } from "./outbox.ts";
import { recordCrash, type Suspicion } from "./quarantine.ts";
import type { Claim } from "./work-items.ts";

export interface Rescue {
  /** The work items that the dead worker held, and what follows for each. */
  readonly crashed: readonly { readonly workItemId: number; readonly task: string; readonly state: string }[];
  /** Some are still locked by what is left of the dead worker's sessions: try again soon. */
  readonly unfinished: boolean;
}

/**
 * Takes over from a worker that is proven dead: its running work ends as crashed, each with a successor job
 * or as failed, and its job locks are opened, its own only. Undefined: the heart beat again since it was
 * judged, or another worker was faster. All in one transaction, in which `note` may write of it.
 */
export const rescueWorker = (
  db: Db,
  dead: Heartbeat,
  policy: RetryPolicy,
  note?: (trx: Trx, rescue: Rescue) => Promise<void>,
): Promise<Rescue | undefined> =>
  db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom("worker_heartbeats")
      .select("pool_id")
      .where("pool_id", "=", dead.poolId)
      .where("beat", "=", dead.beat)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (!row) return undefined;
    const rescue = await takeOver(trx, dead.poolId, policy);
    await note?.(trx, rescue);
    return rescue;
  });

/** The same for what a pool holds that shows no heartbeat at all. */
export const rescueOrphans = (db: Db, poolId: string, policy: RetryPolicy): Promise<Rescue | undefined> =>
  db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ free: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${poolId}, 0))
        and not exists (select from worker_heartbeats where pool_id = ${poolId}) as free`.execute(trx);
    return rows[0]?.free ? takeOver(trx, poolId, policy) : undefined;
  });

const takeOver = async (trx: Trx, poolId: string, policy: RetryPolicy): Promise<Rescue> => {
  const claims = await lockClaims(trx, poolId);
  // First, so that the old jobs can be removed: a worker that was only paused may complete its job by id
  // when it wakes, and the work goes on in a job that it does not know.
  await sql`select graphile_worker.force_unlock_workers(array[${poolId}])`.execute(trx);
  const crashed = [];
  for (const { claim, suspicion } of claims) {
    await sql`select graphile_worker.remove_job(${jobKey(claim.workItemId, claim.fence - 1)})`.execute(trx);
    const state = await recordCrash(trx, claim, suspicion, policy);
    crashed.push({ workItemId: claim.workItemId, task: claim.task, state });
  }
  const { left } = await trx
    .selectFrom("work_items")
    .select((e) => e.fn.countAll<number>().as("left"))
    .where("worker_id", "=", poolId)
    .where("state", "=", "running")
    .executeTakeFirstOrThrow();
  if (left === 0) await trx.deleteFrom("worker_heartbeats").where("pool_id", "=", poolId).execute();
  return { crashed, unfinished: left > 0 };
};

/** Sessions of a worker that was cut off may hold a row for seconds more; those come in the next round. */
const lockClaims = async (
  trx: Trx,
  poolId: string,
): Promise<{ readonly claim: Claim; readonly suspicion: Suspicion }[]> => {
  const rows = await trx
    .selectFrom("work_items")
    .selectAll()
    .where("worker_id", "=", poolId)
    .where("state", "=", "running")
    .orderBy("id")
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map((row) => ({
    suspicion: { alone: row.alone, crashesAlone: row.crashes_alone },
    claim: {
      workItemId: row.id,
      task: row.task as TaskName,
      fence: row.fence,
      attempt: row.attempt,
      maxAttempts: row.max_attempts,
      throttles: row.throttles,
      poolId,
      jobId: row.job_id ?? 0,
      clientId: row.client_id,
      orderId: row.order_id,
      invoiceId: row.invoice_id,
      deliveryId: row.delivery_id,
      payload: row.payload,
      requestId: row.request_id,
    },
  }));
};
