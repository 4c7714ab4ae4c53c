import { sql } from "kysely";
import type { Db } from "./connection.ts";
import type { PauseTarget } from "./operators/pauses.ts";
import type { WorkerMode } from "./schema-operators.ts";

/** A worker process' claim to be alive. */
export interface WorkerIdentity {
  /** graphile-worker's pool id: what its job locks are held under. */
  readonly poolId: string;
  /** The machine, its boot and its process namespace: within one, a pid means one process. */
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** The machine's name, for people. */
  readonly hostname: string;
  /** How many jobs, and how many renders, it does side by side. */
  readonly slots: number;
  readonly renderSlots: number;
}

/** What a worker shows of itself with each beat. */
export interface WorkerLoad {
  readonly mode: WorkerMode;
  readonly busy: number;
  readonly renders: number;
}

/** What a worker hears with each beat. */
export interface Directions {
  readonly wanted: WorkerMode;
  readonly pauses: readonly PauseTarget[];
}

export interface Heartbeat {
  readonly poolId: string;
  readonly host: string;
  readonly pid: number;
  /** Grows while the worker lives. */
  readonly beat: number;
}

/** The first beat. */
export const startHeartbeat = async (db: Db, worker: WorkerIdentity): Promise<void> => {
  await db
    .insertInto("worker_heartbeats")
    .values({
      pool_id: worker.poolId,
      host: worker.host,
      pid: worker.pid,
      version: worker.version,
      hostname: worker.hostname,
      slots: worker.slots,
      render_slots: worker.renderSlots,
    })
    .execute();
};

/**
 * Shows that the worker lives and what it does, and hears what operators want, in one statement. Undefined: the
 * row is gone, because others took this worker for dead.
 */
export const beat = async (db: Db, poolId: string, load: WorkerLoad): Promise<Directions | undefined> => {
  const { rows } = await sql<Directions>`
    update worker_heartbeats set beat = beat + 1, last_beat_at = clock_timestamp(), mode = ${load.mode},
      busy = ${load.busy}, renders = ${load.renders}
    where pool_id = ${poolId}
    returning wanted, (
      select coalesce(json_agg(json_build_object('task', p.task, 'stage', p.stage)), '[]') from pauses p
      where p.resumed_at is null and (p.ends_at is null or p.ends_at > clock_timestamp())
    ) as pauses`.execute(db);
  return rows[0];
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
