import type { Situation } from "@billpost/domain/operators/verdict";
import { sql } from "kysely";
import type { Db } from "../connection.ts";
import { listPauses } from "./pauses.ts";

/** A worker beats every second; one that has not for so long is not counted on, in seconds. */
const aliveSeconds = 15;

/** What all work depends on, by the database's clock: living workers, and what is paused. */
export const readSituation = async (db: Db): Promise<Situation> => {
  const { rows } = await sql<{ now: Date; workers: number }>`
    select clock_timestamp() as now, (select count(*) from worker_heartbeats
      where last_beat_at > clock_timestamp() - make_interval(secs => ${aliveSeconds})) as workers`.execute(
    db,
  );
  const pauses = await listPauses(db);
  return {
    now: rows[0]?.now ?? new Date(),
    workers: rows[0]?.workers ?? 0,
    pauses: pauses.map(({ task, stage, reason, actor, createdAt, endsAt }) => ({
      task,
      stage,
      reason,
      actor,
      since: createdAt,
      until: endsAt,
    })),
  };
};
