import type { Db } from "@billpost/db/connection";
import { expireIdempotencyKeys } from "@billpost/db/idempotency";
import { requestReconciliation } from "@billpost/db/reconciliations";
import { type ParsedCronItem, parseCronItems } from "graphile-worker";
import type { WorkerContext } from "./context.ts";

/** Something that is begun by the clock. It only asks for work, which is then done and kept as any other. */
export interface Schedule {
  readonly name: string;
  /** In the five columns of a crontab, by UTC. */
  readonly when: string;
  readonly begin: (worker: Pick<WorkerContext, "db">) => Promise<unknown>;
}

/** Promised are 24 hours; the rest is for callers who count them otherwise. */
const keptReplyHours = 48;

export const schedules: readonly Schedule[] = [
  {
    name: "expire-idempotency-keys",
    when: "17 * * * *",
    begin: ({ db }) => expireReplies(db),
  },
  {
    name: "begin-reconciliation",
    when: "*/10 * * * *",
    begin: ({ db }) =>
      db.transaction().execute((trx) => requestReconciliation(trx, { actor: "schedule", deep: false })),
  },
];

/** A transaction for some thousands at a time, so that none holds its locks for long. */
const expireReplies = async (db: Db): Promise<void> => {
  while ((await db.transaction().execute((trx) => expireIdempotencyKeys(trx, keptReplyHours))) > 0);
};

export const scheduleNames = schedules.map(({ name }) => name);

/** For graphile-worker, which begins each once whatever the number of workers. What was missed is not made up for. */
export const cronItems = (schedules: readonly Schedule[]): ParsedCronItem[] =>
  parseCronItems(
    schedules.map(({ name, when }) => ({
      task: name,
      match: when,
      options: { backfillPeriod: 0, maxAttempts: 3, jobKey: name },
    })),
  );
