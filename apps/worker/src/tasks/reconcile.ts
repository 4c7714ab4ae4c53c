import {
  countChecked,
  findInvoicesWithoutDocument,
  findOrdersWithoutInvoice,
  findStuckDeliveries,
  repairJobsWithoutWork,
  repairLocksWithoutWorker,
  repairWorkWithoutJob,
} from "@billpost/db/reconciliation-checks";
import { type Finding, findReconciliation, finishReconciliation } from "@billpost/db/reconciliations";
import { finishWorkItem, holdClaim } from "@billpost/db/work-items";
import { compareObjects, verifyObjects } from "../compare-objects.ts";
import { scheduleNames } from "../schedules.ts";
import { implement, type TaskDefinition } from "../task.ts";

const Reconcile: TaskDefinition<{ readonly reconciliationId: number }> = {
  name: "reconcile",
  subject: ({ workItemId, payload }) => {
    const id = payload["reconciliationId"];
    if (typeof id !== "number") throw new TypeError(`work item ${workItemId} names no reconciliation`);
    return { reconciliationId: id };
  },
};

/**
 * Looks for what fell between the tables, the queue and the object store, from what holds others up to what is
 * only listed; repairs what is safe. Each repair is a transaction of its own, so an attempt that ends half way
 * leaves nothing half done, and the next one goes on with what is left.
 */
export const reconcile = implement(Reconcile, async ({ reconciliationId }, context) => {
  const { db, claim, retry, log, stage } = context;
  const deep = (await findReconciliation(db, reconciliationId))?.deep ?? false;
  const findings = onceEach([
    ...(await stage("locks", () => repairLocksWithoutWorker(db, retry))),
    ...(await stage("queue", async () => [
      ...(await repairWorkWithoutJob(db)),
      ...(await repairJobsWithoutWork(db, scheduleNames)),
    ])),
    ...(await stage("ledger", async () => [
      ...(await findOrdersWithoutInvoice(db)),
      ...(await findInvoicesWithoutDocument(db)),
      ...(await findStuckDeliveries(db)),
    ])),
    ...(await stage("objects", () => compareObjects(context))),
    ...(await stage("hashes", () => verifyObjects(context, deep))),
  ]);
  const checked = await countChecked(db);
  await db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    await finishReconciliation(trx, reconciliationId, findings, checked);
    await finishWorkItem(trx, claim, "done");
  });
  const left = findings.filter(({ repaired }) => !repaired).length;
  log[left > 0 ? "warn" : "info"](
    { reconciliationId, repaired: findings.length - left, left },
    "reconciled tables, queue and object store",
  );
});

/** An object can show as amiss in the listing and again when it is read. */
const onceEach = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((finding) => [`${finding.kind} ${finding.subject}`, finding])).values(),
];
