import { sql } from "kysely";
import type { Db, Trx } from "../connection.ts";
import type { TaskName } from "../outbox.ts";

/** A task, or one stage of it, that workers leave alone for now. */
export interface Pause {
  readonly id: number;
  readonly task: TaskName;
  /** Null: the whole task. */
  readonly stage: string | null;
  readonly reason: string;
  readonly actor: string;
  readonly createdAt: Date;
  /** Null: until somebody resumes it. */
  readonly endsAt: Date | null;
}

export interface PauseTarget {
  readonly task: TaskName;
  readonly stage: string | null;
}

/** The pauses that hold now, by the database's clock; oldest first. The table is small: finished ones are not read. */
export const listPauses = (db: Db): Promise<Pause[]> =>
  db
    .selectFrom("pauses")
    .select([
      "id",
      sql<TaskName>`task`.as("task"),
      "stage",
      "reason",
      "actor",
      "created_at as createdAt",
      "ends_at as endsAt",
    ])
    .where("resumed_at", "is", null)
    .where((e) => e.or([e("ends_at", "is", null), e("ends_at", ">", sql<Date>`clock_timestamp()`)]))
    .orderBy("id")
    .execute();

/** Serialises those who pause and resume, so that each sees what the other did. */
export const lockPauses = async (trx: Trx): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended('pauses', 0))`.execute(trx);
};

/** The pause of a target that holds now. */
export const findPause = async (db: Db, { task, stage }: PauseTarget): Promise<Pause | undefined> =>
  (await listPauses(db)).find((pause) => pause.task === task && pause.stage === stage);

export interface PauseToMake extends PauseTarget {
  readonly reason: string;
  readonly actor: string;
  readonly endsAt: Date | undefined;
}

/** Whether an instant is still to come, by the database's clock. */
export const isToCome = async (db: Db, instant: Date): Promise<boolean> => {
  const { rows } = await sql<{ later: boolean }>`
    select ${instant}::timestamptz > clock_timestamp() as later`.execute(db);
  return rows[0]?.later ?? false;
};

/** Pauses a target that is not paused; the caller has locked the pauses. One whose time was up is closed first. */
export const insertPause = async (trx: Trx, pause: PauseToMake): Promise<void> => {
  await closePause(trx, pause, "clock");
  await trx
    .insertInto("pauses")
    .values({
      task: pause.task,
      stage: pause.stage,
      reason: pause.reason,
      actor: pause.actor,
      ends_at: pause.endsAt ?? null,
    })
    .execute();
};

/** Ends the pause of a target, if there is one. */
export const closePause = async (trx: Trx, { task, stage }: PauseTarget, actor: string): Promise<void> => {
  await trx
    .updateTable("pauses")
    .set({ resumed_at: sql<Date>`clock_timestamp()`, resumed_by: actor })
    .where("task", "=", task)
    .where("stage", stage === null ? "is" : "=", stage)
    .where("resumed_at", "is", null)
    .execute();
};

/** How much work of a task is not done yet, by what it waits for. */
export interface TaskLoad {
  readonly task: TaskName;
  /** Could begin now. */
  readonly waiting: number;
  /** Begins later: scheduled, retrying, told to wait, or in doubt with a resend to come. */
  readonly later: number;
  readonly running: number;
  /** Waits for a person. */
  readonly needsAttention: number;
}

/** Every task that has work which is not done. Reads the index of open work alone. */
export const countOpenWork = async (db: Db): Promise<TaskLoad[]> => {
  const { rows } = await sql<TaskLoad>`
    select task,
      count(*) filter (where state in ('waiting', 'scheduled', 'retrying', 'throttled') and run_at <= now()) as waiting,
      count(*) filter (where (state in ('waiting', 'scheduled', 'retrying', 'throttled') and run_at > now())
        or (state = 'ambiguous' and finished_at is null)) as later,
      count(*) filter (where state = 'running') as running,
      count(*) filter (where state in ('blocked', 'failed', 'quarantined', 'suppressed')
        or (state = 'ambiguous' and finished_at is not null)) as "needsAttention"
    from work_items where state <> 'done' group by task`.execute(db);
  return rows;
};
