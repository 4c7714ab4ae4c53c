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

export const schedules: readonly Schedule[] = [
  {
    name: "begin-reconciliation",
    when: "*/10 * * * *",
    begin: ({ db }) =>
      db.transaction().execute((trx) => requestReconciliation(trx, { actor: "schedule", deep: false })),
  },
];

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
