import { sql } from "kysely";
import type { Db } from "./connection.ts";

export interface ScheduledJob {
  /** The job's task. */
  readonly name: string;
  readonly everyMinutes: number;
}

/** How often a job that begins something is tried. */
const maxAttempts = 3;

/**
 * Adds the jobs that are due, each once whatever the number of workers, by the database's clock alone; answers
 * their names. What was missed is not made up for. A schedule that is seen for the first time is due after
 * its interval; one that was begun in the future, before the database's clock was set back, is due now.
 */
export const beginDueSchedules = async (db: Db, jobs: readonly ScheduledJob[]): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    with wanted as (
      select * from json_to_recordset(${JSON.stringify(jobs)}::json) as wanted (name text, "everyMinutes" int)
    ), known as (
      insert into schedules (name) select name from wanted on conflict do nothing
    ), due as (
      update schedules s set last_begun_at = clock_timestamp() from wanted w
      where s.name = w.name and abs(extract(epoch from clock_timestamp() - s.last_begun_at)) >= w."everyMinutes" * 60
      returning s.name
    )
    select name, graphile_worker.add_job(name, '{}'::json, max_attempts => ${maxAttempts}::int, job_key => name) as job
    from due`.execute(db);
  return rows.map(({ name }) => name);
};
