import type { FailureGroup } from "@billpost/db/operators/failures";
import { attentionStates } from "@billpost/db/operators/attention";
import { queueHealths } from "@billpost/domain/operators/queue-health";
import { type Static, Type } from "typebox";
import type { Stats } from "../../operations/operators/health.ts";
import { instant, nullableString } from "../values.ts";

const count = (description: string) => Type.Integer({ description });
const nullableNumber = (description: string) =>
  Type.Unsafe<number | null>({ type: ["number", "null"], description });
const nullableInteger = (description: string) =>
  Type.Unsafe<number | null>({ type: ["integer", "null"], description });

const AttentionEntrySchema = Type.Object({
  state: Type.Enum(attentionStates),
  count: count("Jobs; of `bounced`, deliveries that came back and that nothing was sent after."),
  oldestAt: nullableString("Since when the oldest of them waits; null: there is none."),
});

export const AttentionSchema = Type.Object(
  { total: count("All of them."), data: Type.Array(AttentionEntrySchema) },
  { title: "Attention", description: "What waits for a person." },
);

const SpanSchema = Type.Object({
  seconds: count("Its length; it ends now."),
  finished: count("Jobs that came to an end."),
  done: count("Of those, with success."),
  unsuccessful: count("Of those, so that a person must look."),
  successRate: nullableNumber("Of 1; null: nothing ended."),
  jobsPerMinute: Type.Number(),
  emails: count("First emails of orders."),
  orderToEmailP50Ms: nullableInteger("From the order to its first email, the median, in ms."),
  orderToEmailP95Ms: nullableInteger("The same, of all but the slowest twentieth."),
});

export const StatsSchema = Type.Object(
  {
    asOf: Type.String({ description: "By the database's clock." }),
    health: Type.Enum(queueHealths, {
      description:
        "`no_workers`: nobody works, and nothing is paused. `stuck`: work is due, not paused, and nobody has begun it for 15 seconds. `paused`: something is.",
    }),
    workers: count("Workers that show a heartbeat."),
    pauses: Type.Array(
      Type.Object({
        task: Type.String(),
        stage: nullableString("Null: the whole task."),
        reason: nullableString("Why."),
        actor: Type.String(),
        since: Type.String(),
        until: nullableString("Null: until somebody resumes it."),
      }),
    ),
    queue: Type.Object({
      waiting: count("Jobs that are due and that nobody has."),
      oldestDueAt: nullableString("Since when the oldest of them is due."),
      oldestWaitSeconds: Type.Number(),
      later: count("Jobs that begin later by themselves."),
      running: count("Jobs that a worker is at."),
      stuck: count("Due for 15 seconds, not paused, and nobody has it."),
    }),
    tasks: Type.Array(
      Type.Object({
        task: Type.String(),
        waiting: count("Could begin now."),
        later: count("Begins later."),
        running: count("A worker is at it."),
        needsAttention: count("Waits for a person."),
      }),
    ),
    lastHour: SpanSchema,
    lastDay: SpanSchema,
    attention: AttentionSchema,
  },
  { title: "Stats", description: "How the queue does, and how it did lately." },
);

export const FailureGroupSchema = Type.Object(
  {
    fingerprint: Type.String({
      description: "Pass it to `GET /api/jobs?fingerprint=`.",
      examples: ["send:retryable:ses-answered-N"],
    }),
    errorClass: nullableString("What kind of failure.", "retryable"),
    stage: nullableString("Where.", "send"),
    message: nullableString("The latest, as it was."),
    openJobs: count("Jobs that failed so last and are not over."),
    openOrders: count("Of so many orders."),
    lastDay: count("Attempts that ended so in the last 24 hours, also of jobs that are over."),
    trend: Type.Array(Type.Integer(), {
      description: "The same by the hour, 24 of them, the oldest first; the last is the hour until now.",
    }),
    firstSeenAt: nullableString("As far back as history is kept."),
    lastSeenAt: nullableString("The latest."),
    sampleJobId: nullableInteger("The latest job that failed so."),
  },
  {
    title: "FailureGroup",
    description: "Failures of one class, in one stage, with one message but for its numbers and ids.",
  },
);

export const presentAttention = (attention: Stats["attention"]): Static<typeof AttentionSchema> => ({
  total: attention.reduce((sum, { count: of }) => sum + of, 0),
  data: attention.map((entry) => ({ ...entry, oldestAt: entry.oldestAt && instant(entry.oldestAt) })),
});

export const presentStats = (stats: Stats): Static<typeof StatsSchema> => ({
  ...stats,
  asOf: instant(stats.asOf),
  pauses: stats.pauses.map((pause) => ({
    ...pause,
    since: instant(pause.since),
    until: pause.until && instant(pause.until),
  })),
  queue: { ...stats.queue, oldestDueAt: stats.queue.oldestDueAt && instant(stats.queue.oldestDueAt) },
  tasks: [...stats.tasks],
  attention: presentAttention(stats.attention),
});

export const presentFailureGroup = (group: FailureGroup): Static<typeof FailureGroupSchema> => ({
  ...group,
  trend: [...group.trend],
  firstSeenAt: group.firstSeenAt && instant(group.firstSeenAt),
  lastSeenAt: group.lastSeenAt && instant(group.lastSeenAt),
});
