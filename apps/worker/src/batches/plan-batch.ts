import { type Batch, loadBatch } from "@billpost/db/batches/batch";
import {
  beginPlan,
  endPlan,
  failPlan,
  itemsToCompute,
  measuredRate,
  planStep,
  summarizePlan,
  writeComputed,
} from "@billpost/db/batches/plan";
import { letRun } from "@billpost/db/batches/steer";
import { finishWorkItem, holdClaim } from "@billpost/db/work-items";
import { bulkRateOf } from "@billpost/domain/batches/pace";
import type { TaskContext } from "../context.ts";
import { implement, type TaskDefinition } from "../task.ts";
import { computeItems } from "./compute-items.ts";
import { makeSamples } from "./samples.ts";

const PlanBatch: TaskDefinition<{ readonly batchId: number }> = {
  name: "plan-batch",
  subject: ({ workItemId, payload }) => {
    const { batchId } = payload;
    if (typeof batchId !== "number") throw new TypeError(`work item ${workItemId} names no batch`);
    return { batchId };
  },
};

/**
 * Plans a batch step by step, each in a transaction of its own that also moves the mark up to which rows were
 * looked at: after a death another worker goes on from there, and no row is looked at twice.
 */
export const planBatch = implement(PlanBatch, async ({ batchId }, context) => {
  const { db, claim, log, stage } = context;
  const unfit = await stage("check", async () => {
    const batch = await loadBatch(db, batchId);
    return batch && unfitness(batch, context);
  });
  if (unfit === undefined) {
    while (await stage("select", () => step(context, batchId)));
    await stage("samples", () => makeSamples(context, batchId));
  }
  await db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    const batch = await loadBatch(trx, batchId);
    if (batch?.state === "planning" && unfit !== undefined) await failPlan(trx, batchId, unfit);
    if (batch?.state === "planning" && unfit === undefined) {
      const plan = await summarizePlan(trx, batch, await expectedRate(context, batch));
      await endPlan(trx, batch, plan);
      if (batch.autoStart) await letRun(trx, batch, batch);
      log.info({ batchId, kind: batch.kind, items: plan.items, emails: plan.emails }, "planned a batch");
    }
    await finishWorkItem(trx, claim, "done");
  });
});

/** One step; false: nothing is left to look at. */
const step = async (context: TaskContext, batchId: number): Promise<boolean> => {
  const { db, claim } = context;
  return db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    const batch = await loadBatch(trx, batchId);
    if (batch?.state !== "planning") return false;
    const planUntil = batch.planUntil ?? (await beginPlan(trx, batch));
    const written = await planStep(trx, { ...batch, planUntil });
    if (written.to >= written.from && (batch.kind === "reissue" || batch.kind === "issue")) {
      const items = await itemsToCompute(trx, batchId, written);
      await writeComputed(trx, batchId, await computeItems(trx, context, batch, items));
    }
    return !written.complete;
  });
};

/** What makes the whole batch impossible, however often it is tried. */
const unfitness = ({ options }: Batch, { templates }: TaskContext): string | undefined => {
  if (options.locale === undefined) return undefined;
  const { language } = new Intl.Locale(options.locale);
  return templates.languages.includes(language)
    ? undefined
    : `There are no texts in ${language}; there are ${templates.languages.join(", ")}.`;
};

/** As fast as the last batches went, but never faster than the account may send. */
const expectedRate = async ({ db, sendRate }: TaskContext, batch: Batch): Promise<number | undefined> => {
  const measured = await measuredRate(db, batch);
  const most = bulkRateOf(sendRate);
  if (measured === undefined || most === undefined) return measured ?? most;
  return Math.min(measured, most);
};
