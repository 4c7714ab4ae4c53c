import { advanceBulkOperation as advance } from "@billpost/db/operators/advance-bulk";
import { continueLater, finishWorkItem, holdClaim } from "@billpost/db/work-items";
import { implement, type TaskDefinition } from "../task.ts";

const AdvanceBulkOperation: TaskDefinition<{ readonly bulkOperationId: number }> = {
  name: "advance-bulk-operation",
  subject: ({ workItemId, payload }) => {
    const { bulkOperationId } = payload;
    if (typeof bulkOperationId !== "number")
      throw new TypeError(`work item ${workItemId} names no bulk operation`);
    return { bulkOperationId };
  },
};

/** How long it waits for what comes of the jobs that it acted on, before it looks again, in ms. */
const lookAgainMs = 1_000;

/** Acts on a window of an operator's targets, or looks what came of those before, and comes back for the next. */
export const advanceBulkOperation = implement(
  AdvanceBulkOperation,
  async ({ bulkOperationId }, { db, claim, log, stage }) => {
    const next = await stage("advance", () =>
      db.transaction().execute(async (trx) => {
        await holdClaim(trx, claim);
        const step = await advance(trx, bulkOperationId);
        if (step === "over") await finishWorkItem(trx, claim, "done");
        else await continueLater(trx, claim, step === "wait" ? lookAgainMs : 0);
        return step;
      }),
    );
    if (next === "over") log.info({ bulkOperationId }, "the bulk operation is over");
  },
);
