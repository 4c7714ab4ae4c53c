import { sql } from "kysely";
import type { Db } from "./connection.ts";

/** A worker process' claim to be alive. */
export interface WorkerIdentity {
  /** graphile-worker's pool id: what its job locks are held under. */
  readonly poolId: string;
  /** The machine, its boot and its process namespace: within one, a pid means one process. */
  readonly host: string;
  readonly pid: number;
  readonly version: string;
}

export interface Heartbeat {
  readonly poolId: string;
  readonly host: string;
  readonly pid: number;
  /** Grows while the worker lives. */
  readonly beat: number;
}

export const startHeartbeat = async (db: Db, worker: WorkerIdentity): Promise<void> => {
  await db
    .insertInto("worker_heartbeats")
    .values({ pool_id: worker.poolId, host: worker.host, pid: worker.pid, version: worker.version })
    .execute();
};

/** False: the row is gone, because others took this worker for dead. */
export const beat = async (db: Db, poolId: string): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable("worker_heartbeats")
    .set((e) => ({ beat: e("beat", "+", 1), last_beat_at: sql<Date>`clock_timestamp()` }))
    .where("pool_id", "=", poolId)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

export const listHeartbeats = (db: Db): Promise<Heartbeat[]> =>
  db.selectFrom("worker_heartbeats").select(["pool_id as poolId", "host", "pid", "beat"]).execute();

export const endHeartbeat = async (db: Db, poolId: string): Promise<void> => {
  await db.deleteFrom("worker_heartbeats").where("pool_id", "=", poolId).execute();
};

/** Pools that hold jobs or work without a heartbeat: what a worker left that was taken for dead, and was not. */
export const listPoolsWithoutHeartbeat = async (db: Db): Promise<string[]> => {
  const { rows } = await sql<{ pool_id: string }>`
    select pool_id from (
      select locked_by as pool_id from graphile_worker.jobs where locked_by is not null
      union
      select worker_id from work_items where state = 'running'
    ) as holders
    where not exists (select from worker_heartbeats h where h.pool_id = holders.pool_id)`.execute(db);
  return rows.map((row) => row.pool_id);
};
