import { sql } from "kysely";
import { settledWork } from "../attempts.ts";
import type { Db, Trx } from "../connection.ts";
import { applyDeliveryEvent, lockDelivery } from "../deliveries.ts";
import { addJobs, type TaskName } from "../outbox.ts";
import { type Claim, finishWorkItem } from "../work-items.ts";

/**
 * Ends an attempt before a stage that is paused: the work waits, with a job that no worker takes until the stage
 * goes on, and the attempt is not counted. The caller holds the claim.
 */
export const waitForStage = async (trx: Trx, claim: Claim, stage: string): Promise<void> => {
  let state: "waiting" | "ambiguous" = "waiting";
  if (claim.deliveryId !== null) {
    const back = await applyDeliveryEvent(trx, claim.deliveryId, "handed_back", { claim });
    if (!back) return finishSettled(trx, claim);
    if (back.to === "ambiguous") state = "ambiguous";
  }
  await trx
    .insertInto("work_item_events")
    .values({
      work_item_id: claim.workItemId,
      attempt: claim.attempt,
      stage,
      event: "skipped",
      worker_id: claim.poolId,
      detail: JSON.stringify({ paused: true }),
    })
    .execute();
  await trx
    .updateTable("work_items")
    .set({
      state,
      worker_id: null,
      attempt: claim.attempt - 1,
      run_at: sql<Date>`now()`,
      finished_at: null,
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where("id", "=", claim.workItemId)
    .execute();
  await addJobs(trx, [
    { workItemId: claim.workItemId, task: claim.task, fence: claim.fence, pausedStage: stage },
  ]);
};

/** SES or an operator settled the delivery meanwhile. */
const finishSettled = async (trx: Trx, claim: Claim): Promise<void> => {
  const delivery = claim.deliveryId === null ? undefined : await lockDelivery(trx, claim.deliveryId);
  await finishWorkItem(trx, claim, delivery ? settledWork(delivery.state) : "done");
};

/**
 * Gives work whose task is paused another job in the place of the one that brought it: one that no worker takes
 * until the task goes on. That is for a job that was taken the moment before, or queued by an older version.
 */
export const requeuePaused = (db: Db, workItemId: number): Promise<void> =>
  db.transaction().execute(async (trx) => {
    const item = await trx
      .selectFrom("work_items")
      .select([
        sql<TaskName>`task`.as("task"),
        "fence",
        sql<number>`greatest(0, ceil(extract(epoch from run_at - now()) * 1000))::bigint`.as("delayMs"),
      ])
      .where("id", "=", workItemId)
      .where("state", "in", ["waiting", "scheduled", "retrying", "throttled", "ambiguous"])
      .where("finished_at", "is", null)
      .forUpdate()
      .executeTakeFirst();
    if (item) await addJobs(trx, [{ workItemId, ...item }]);
  });
