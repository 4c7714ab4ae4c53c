import type { Db, Trx } from "./connection.ts";
import { addJobs } from "./outbox.ts";
import { type Claim, claimWorkItem } from "./work-items.ts";

/**
 * The delivery that issuing made, claimed for the job that issued it in the same transaction: one commit for both,
 * and no way through the queue. It is as if it had been fetched: should the worker die, its claim is ended like any
 * other. Undefined: it may not be begun now, because its task is paused, and waits in a job of its own. The delivery
 * must have no job yet.
 */
export const handOver = async (
  trx: Trx,
  { poolId, jobId }: Pick<Claim, "poolId" | "jobId">,
  workItemId: number,
): Promise<Claim | undefined> => {
  const claim = await claimWorkItem(trx, { workItemId, poolId, jobId });
  if (typeof claim !== "string") return claim;
  await addJobs(trx, [{ workItemId, task: "deliver-invoice", fence: 0 }]);
  return undefined;
};

/**
 * Claims what was handed over to a job whose own work is over, when that did not get through: the reply to the COMMIT
 * was lost, or the job comes again. Undefined: nothing was, or it is done or somebody else's by now.
 */
export const claimHandedOver = async (
  db: Db,
  { poolId, jobId }: Pick<Claim, "poolId" | "jobId">,
): Promise<Claim | undefined> => {
  const found = await db
    .selectFrom("work_items")
    .select("id")
    .where("state", "=", "running")
    .where("job_id", "=", jobId)
    .executeTakeFirst();
  const claim = found && (await claimWorkItem(db, { workItemId: found.id, poolId, jobId }));
  return typeof claim === "string" ? undefined : claim;
};
