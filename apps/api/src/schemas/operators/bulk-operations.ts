import { progressOf } from "@billpost/db/operators/advance-bulk";
import type { BulkCounts, BulkOperation } from "@billpost/db/operators/bulk-operations";
import { bulkActs } from "@billpost/domain/operators/bulk-pace";
import { type Static, Type } from "typebox";
import { idOf, instant, instantOf, lineOf, nullableString } from "../values.ts";
import { outcomeOf } from "./job-acts.ts";
import { JobFilterSchema } from "./job-filter.ts";

export const BulkBody = Type.Object(
  {
    action: Type.Enum(bulkActs, { description: "What is done to each job." }),
    filter: Type.Optional(JobFilterSchema),
    ids: Type.Optional(
      Type.Array(idOf("A job's id."), {
        minItems: 1,
        maxItems: 10_000,
        uniqueItems: true,
        description: "These jobs. With a filter as well: those of them that it leaves.",
      }),
    ),
    outcome: Type.Optional(outcomeOf),
    runAt: Type.Optional(instantOf("For `reschedule`: when they run, by the database's clock.")),
    reason: lineOf(500, "Why, for the audit of each job.", "the template was fixed"),
    dryRun: Type.Optional(
      Type.Boolean({ default: false, description: "Only count, and judge each job as it stands." }),
    ),
    canary: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        description: "Act on so many first, wait for what comes of them, and go on only if that is good.",
      }),
    ),
    stopAtFailureRate: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          "Stop when more than this part of the jobs that were let run failed again. Of a canary the default is 0: none may fail.",
      }),
    ),
  },
  { additionalProperties: false },
);

export const BulkOperationSchema = Type.Object(
  {
    id: idOf("The operation's id."),
    action: Type.Enum(bulkActs),
    state: Type.Enum(["running", "done", "stopped"]),
    phase: Type.Enum(["canary", "rest", "over"], {
      description: "`canary`: it acts on the first few, or waits for what comes of them.",
    }),
    filter: Type.Unsafe<Record<string, unknown>>({
      type: "object",
      additionalProperties: true,
      description: "As it was given, `ids` by their number.",
    }),
    options: Type.Unsafe<Record<string, unknown>>({ type: "object", additionalProperties: true }),
    reason: Type.String(),
    actor: Type.String(),
    canary: Type.Unsafe<number | null>({ type: ["integer", "null"] }),
    stopAtFailureRate: Type.Unsafe<number | null>({ type: ["number", "null"] }),
    total: Type.Integer({ description: "Jobs, as frozen at the beginning." }),
    changed: Type.Integer(),
    skipped: Type.Integer(),
    waiting: Type.Integer({ description: "Not acted on yet; of a stopped operation: never." }),
    skippedBecause: Type.Record(Type.String(), Type.Integer(), {
      description: "How many were passed over, by why.",
      examples: [{ may_mail_twice: 3 }],
    }),
    succeeded: Type.Integer({ description: "Changed jobs that are done by now." }),
    failed: Type.Integer({ description: "Changed jobs that failed again." }),
    stopReason: nullableString("Why it stopped before its end."),
    createdAt: Type.String(),
    finishedAt: nullableString("Null: not yet."),
  },
  { description: "One act on many jobs." },
);

export const DryRunSchema = Type.Object(
  {
    dryRun: Type.Literal(true),
    total: Type.Integer({ description: "Jobs that would be acted on." }),
    examined: Type.Integer({ description: "How many of them were judged, oldest first." }),
    outcomes: Type.Array(
      Type.Object({
        result: Type.Enum(["changed", "skipped"]),
        because: nullableString("Why it would be skipped."),
        summary: Type.String({ description: "What would happen, for one of these jobs." }),
        willSend: Type.Boolean(),
        mayMailTwice: Type.Boolean(),
        count: Type.Integer(),
      }),
      { description: "What would become of those that were judged, most first." },
    ),
  },
  { description: "What an operation would do; nothing was changed." },
);

export const BulkItemSchema = Type.Object({
  position: Type.Integer(),
  jobId: idOf("The job's id."),
  result: Type.Unsafe<"changed" | "skipped" | null>({
    type: ["string", "null"],
    enum: ["changed", "skipped", null],
    description: "Null: not yet.",
  }),
  because: nullableString("Why it was skipped.", "may_mail_twice"),
  state: nullableString("How the job stands now; null: it is kept no more.", "done"),
});

export const presentBulk = (
  operation: BulkOperation,
  counts: readonly BulkCounts[],
): Static<typeof BulkOperationSchema> => {
  const { changed, skipped, succeeded, failed, total } = progressOf(operation, counts);
  const skippedBecause: Record<string, number> = {};
  for (const { result, because, count } of counts)
    if (result === "skipped" && because !== null)
      skippedBecause[because] = (skippedBecause[because] ?? 0) + count;
  return {
    id: operation.id,
    action: operation.action,
    state: operation.state,
    phase:
      operation.state !== "running"
        ? "over"
        : operation.canary !== null && !operation.canaryPassed
          ? "canary"
          : "rest",
    filter: { ...operation.filter },
    options: { ...operation.options },
    reason: operation.reason,
    actor: operation.actor,
    canary: operation.canary,
    stopAtFailureRate: operation.stopAtFailureRate,
    total,
    changed,
    skipped,
    waiting: total - changed - skipped,
    skippedBecause,
    succeeded,
    failed,
    stopReason: operation.stopReason,
    createdAt: instant(operation.createdAt),
    finishedAt: operation.finishedAt && instant(operation.finishedAt),
  };
};
