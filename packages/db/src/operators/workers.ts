import type { RetryPolicy } from "@billpost/domain/work";
import { sql } from "kysely";
import type { Db, Trx } from "../connection.ts";
import { type Rescue, rescueWorker } from "../rescue.ts";
import type { WorkerMode } from "../schema-operators.ts";

/** A worker process as operators see it. */
export interface WorkerView {
  /** graphile-worker's pool id. */
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAt: Date;
  readonly lastBeatAt: Date;
  /** By the database's clock. */
  readonly secondsSinceBeat: number;
  readonly beat: number;
  readonly mode: WorkerMode;
  readonly wanted: WorkerMode;
  readonly slots: number;
  readonly busy: number;
  readonly renderSlots: number;
  readonly renders: number;
  /** Jobs that it holds, by the ledger. */
  readonly runningJobs: number;
}

const view = sql`
  select h.pool_id as id, h.hostname, h.pid, h.version, h.started_at as "startedAt",
    h.last_beat_at as "lastBeatAt", h.beat, h.mode, h.wanted, h.slots, h.busy, h.render_slots as "renderSlots",
    h.renders, greatest(0, extract(epoch from clock_timestamp() - h.last_beat_at))::float8 as "secondsSinceBeat",
    (select count(*) from work_items w where w.worker_id = h.pool_id and w.state = 'running') as "runningJobs"
  from worker_heartbeats h`;

/** Every worker that has not ended well, oldest first. */
export const listWorkers = async (db: Db): Promise<WorkerView[]> =>
  (await sql<WorkerView>`${view} order by h.started_at, h.pool_id`.execute(db)).rows;

export const findWorker = async (db: Db, id: string): Promise<WorkerView | undefined> =>
  (await sql<WorkerView>`${view} where h.pool_id = ${id}`.execute(db)).rows[0];

/** Tells a worker what is wanted of it; it hears it with its next beat. False: there is none of that id. */
export const directWorker = async (trx: Trx, id: string, wanted: WorkerMode): Promise<boolean> => {
  const { numUpdatedRows } = await trx
    .updateTable("worker_heartbeats")
    .set({ wanted })
    .where("pool_id", "=", id)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/**
 * How an operator's rescue goes on. It does not know the workers' own settings: what may have been sent waits for
 * a person.
 */
const policy: RetryPolicy = {
  baseMs: 1_000,
  maxMs: 4 * 3_600_000,
  throttleMs: 1_000,
  throttleMaxMs: 60_000,
  ambiguous: "hold",
  settleMs: 0,
};

/**
 * Takes over from a worker that was seen dead at a beat; `note` writes of it in the same transaction. Undefined: it
 * beat again, or a worker was faster.
 */
export const unlockWorker = (
  db: Db,
  { id, beat, pid }: WorkerView,
  note: (trx: Trx, rescue: Rescue) => Promise<void>,
): Promise<Rescue | undefined> => rescueWorker(db, { poolId: id, beat, pid, host: "" }, policy, note);
