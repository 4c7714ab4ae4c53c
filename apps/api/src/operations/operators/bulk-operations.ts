import { recordAudit } from "@billpost/db/audit";
import type { Db, Trx } from "@billpost/db/connection";
import { bulkJudge, type BulkVerdict } from "@billpost/db/operators/advance-bulk";
import {
  countItems,
  findBulkOperation,
  mostTargets,
  requestStop,
  selectTargets,
  startBulkOperation,
} from "@billpost/db/operators/bulk-operations";
import { readJobs } from "@billpost/db/operators/job-state";
import { isToCome } from "@billpost/db/operators/pauses";
import type { Static } from "typebox";
import type { Context } from "../../context.ts";
import { write } from "../../http/idempotency.ts";
import { refusal } from "../../http/problems.ts";
import { type BulkBody, type DryRunSchema, presentBulk } from "../../schemas/operators/bulk-operations.ts";
import { filterInBody } from "../../schemas/operators/job-filter.ts";

type BulkInput = Static<typeof BulkBody>;

/**
 * Begins one act on many jobs: its targets are frozen now, and a worker carries it out in the background, window by
 * window. With `dryRun` it is only told what would become of each.
 */
export const beginBulkOperation = async (context: Context, input: BulkInput) =>
  write(context, async (trx) => {
    await judge(trx, input);
    const targetIds = await targetsOf(trx, input);
    if (input.dryRun) return { status: 200, body: await tryOut(trx, input, targetIds) };
    const { actor, clientId, requestId } = context;
    const { action, outcome, runAt, reason, canary = null, stopAtFailureRate = null, filter, ids } = input;
    const shownFilter = { ...filter, ...(ids ? { ids: ids.length } : {}) };
    const options = { ...(outcome ? { outcome } : {}), ...(runAt ? { runAt } : {}) };
    const id = await startBulkOperation(trx, {
      action,
      options,
      filter: shownFilter,
      reason,
      actor,
      clientId,
      requestId,
      canary,
      stopAtFailureRate,
      targetIds,
    });
    await recordAudit(trx, {
      actor,
      clientId,
      action: "bulk_operation.started",
      targetType: "bulk_operation",
      targetId: id,
      reason,
      after: { action, ...options, total: targetIds.length, canary, stopAtFailureRate },
      requestId,
    });
    return {
      status: 202,
      headers: { location: `/api/bulk-operations/${id}` },
      body: await readBulkOperation(trx, id),
    };
  });

/** How an operation stands. */
export const readBulkOperation = async (db: Db, id: number) => {
  const operation = await findBulkOperation(db, id);
  if (!operation) throw notFound();
  return presentBulk(operation, await countItems(db, id));
};

/** Lets an operation act on no further jobs. What it has done stays done. */
export const stopBulkOperation = (context: Context, id: number, { reason }: { readonly reason: string }) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId } = context;
    const before = await readBulkOperation(trx, id);
    if (!(await requestStop(trx, id, actor, reason)))
      throw refusal("bulk_operation_over", `The operation is ${before.state} already.`);
    await recordAudit(trx, {
      actor,
      clientId,
      action: "bulk_operation.stopped",
      targetType: "bulk_operation",
      targetId: id,
      reason,
      before: { changed: before.changed, skipped: before.skipped },
      requestId,
    });
    return { status: 202, body: await readBulkOperation(trx, id) };
  });

const notFound = () => refusal("bulk_operation_not_found", "There is no such bulk operation.");

const invalid = (pointer: string, code: string, detail: string) =>
  refusal("validation_failed", `${pointer.slice(1)} ${detail}.`, {
    errors: [{ in: "body", pointer, code, detail }],
  });

/** What the schema alone cannot judge. */
const judge = async (trx: Trx, { action, filter, ids, outcome, runAt }: BulkInput): Promise<void> => {
  if (ids === undefined && (filter === undefined || Object.keys(filter).length === 0))
    throw invalid("/filter", "required", "or ids are needed, so that not everything is meant by accident");
  if (action === "settle" && outcome === undefined)
    throw invalid("/outcome", "required", "is needed to settle");
  if (action !== "settle" && outcome !== undefined)
    throw invalid("/outcome", "not_allowed", "is for settle alone");
  if (action === "reschedule" && runAt === undefined)
    throw invalid("/runAt", "required", "is needed to reschedule");
  if (action !== "reschedule" && runAt !== undefined)
    throw invalid("/runAt", "not_allowed", "is for reschedule alone");
  if (runAt !== undefined && !(await isToCome(trx, new Date(runAt))))
    throw invalid("/runAt", "in_the_past", "must be in the future");
};

const targetsOf = async (trx: Trx, { filter = {}, ids }: BulkInput): Promise<number[]> => {
  const targets = await selectTargets(trx, { ...filterInBody(filter), ids }, mostTargets);
  if (targets.length > mostTargets)
    throw refusal("bulk_too_large", `The filter leaves more than ${mostTargets} jobs: narrow it.`);
  return targets;
};

/** Judging a job reads a dozen rows; this many take about a second. */
const mostExamined = 10_000;
const examinedTogether = 500;

const tryOut = async (
  trx: Trx,
  { action, outcome }: BulkInput,
  targetIds: readonly number[],
): Promise<Static<typeof DryRunSchema>> => {
  const examined = targetIds.slice(0, mostExamined);
  const judge = bulkJudge(action, { outcome });
  const outcomes = new Map<string, Static<typeof DryRunSchema>["outcomes"][number]>();
  for (let start = 0; start < examined.length; start += examinedTogether)
    for (const job of await readJobs(trx, examined.slice(start, start + examinedTogether))) {
      const { because, ...verdict } = told(judge(job));
      const key = `${because} ${verdict.summary}`;
      const known = outcomes.get(key) ?? { ...verdict, because, count: 0 };
      outcomes.set(key, { ...known, count: known.count + 1 });
    }
  return {
    dryRun: true,
    total: targetIds.length,
    examined: examined.length,
    outcomes: [...outcomes.values()].toSorted((a, b) => b.count - a.count),
  };
};

const told = (verdict: BulkVerdict) =>
  verdict.result === "changed"
    ? {
        result: "changed" as const,
        because: null,
        summary: verdict.preview.summary,
        willSend: verdict.preview.willSend,
        mayMailTwice: verdict.preview.mayMailTwice,
      }
    : {
        result: "skipped" as const,
        because: verdict.because,
        summary: "It is passed over, and stays as it is.",
        willSend: false,
        mayMailTwice: false,
      };
