import type { Db } from "@billpost/db/connection";
import { expireIdempotencyKeys } from "@billpost/db/idempotency";
import { pruneJobHistory } from "@billpost/db/operators/retention";
import { requestReconciliation } from "@billpost/db/reconciliations";
import { beginDueSchedules } from "@billpost/db/schedules";
import type { Logger } from "@billpost/runtime/logger";
import type { WorkerContext } from "./context.ts";
import { repeat } from "./repeat.ts";

/** Something that is begun by the clock. It only asks for work, which is then done and kept as any other. */
export interface Schedule {
  readonly name: string;
  /** By the database's clock; what was missed is not made up for. */
  readonly everyMinutes: number;
  readonly begin: (worker: Pick<WorkerContext, "db" | "jobHistoryDays">) => Promise<unknown>;
}

/** Promised are 24 hours; the rest is for callers who count them otherwise. */
const keptReplyHours = 48;

export const schedules: readonly Schedule[] = [
  {
    name: "expire-idempotency-keys",
    everyMinutes: 60,
    begin: ({ db }) => expireReplies(db),
  },
  {
    name: "begin-reconciliation",
    everyMinutes: 10,
    begin: ({ db }) =>
      db.transaction().execute((trx) => requestReconciliation(trx, { actor: "schedule", deep: false })),
  },
  {
    name: "prune-job-history",
    everyMinutes: 60,
    begin: ({ db, jobHistoryDays }) => pruneJobs(db, jobHistoryDays),
  },
];

/** A transaction for some thousands at a time, so that none holds its locks for long. */
const expireReplies = async (db: Db): Promise<void> => {
  while ((await db.transaction().execute((trx) => expireIdempotencyKeys(trx, keptReplyHours))) > 0);
};

/** In windows of a thousand, each a transaction of its own. `days` 0: everything is kept. */
const pruneJobs = async (db: Db, days: number): Promise<void> => {
  if (days === 0) return;
  while ((await pruneJobHistory(db, days)) > 0);
};

export const scheduleNames = schedules.map(({ name }) => name);

/** How late a schedule may be begun, in ms. */
const askEveryMs = 5_000;

/**
 * Asks the database from time to time which schedules are due, and adds their jobs. Every worker does; each
 * schedule is begun once. Answers how to end that.
 */
export const startSchedules = (db: Db, log: Logger): (() => Promise<void>) => {
  let over = false;
  const end = repeat(
    askEveryMs,
    () => over,
    async () => {
      await beginDueSchedules(db, schedules);
    },
    (error) => log.warn({ err: error }, "schedules that are due could not be begun"),
  );
  return () => {
    over = true;
    return end();
  };
};
