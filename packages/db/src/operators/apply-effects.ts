import type { JobEffect } from "@billpost/domain/operators/job-acts";
import { sql } from "kysely";
import type { Trx } from "../connection.ts";
import { addJobs, type TaskName } from "../outbox.ts";
import type { JobAtHand } from "./job-state.ts";

/** What an act makes of a job that the caller holds. */
export interface EffectOnJob {
  readonly job: JobAtHand;
  readonly effect: JobEffect;
  /** For `scheduled`. */
  readonly runAt?: Date | undefined;
}

/**
 * Writes what acts make of jobs: their states and deliveries, and the jobs of their next attempts, all in the
 * caller's transaction, set by set. The fence grows, so that whoever saw them before finds them changed.
 */
export const applyEffects = async (trx: Trx, effects: readonly EffectOnJob[]): Promise<void> => {
  const changing = effects.filter(({ effect }) => effect.to !== "unchanged");
  if (changing.length === 0) return;
  await moveDeliveries(trx, changing);
  await removeQueued(trx, changing);
  const moved = await moveWork(trx, changing);
  await addJobs(
    trx,
    moved
      .filter(({ state }) => state === "waiting" || state === "scheduled")
      .map(({ id, task, fence, delayMs }) => ({ workItemId: id, task, fence, delayMs })),
  );
};

const moveDeliveries = async (trx: Trx, effects: readonly EffectOnJob[]): Promise<void> => {
  const moves = effects.flatMap(({ job: { deliveryId }, effect: { transition } }) =>
    transition && deliveryId !== null ? [{ id: deliveryId, ...transition }] : [],
  );
  if (moves.length === 0) return;
  await sql`
    update deliveries d set state = m."to", resends = m.resends, updated_at = clock_timestamp()
    from json_to_recordset(${JSON.stringify(moves)}::json) as m(id bigint, "to" text, resends int)
    where d.id = m.id`.execute(trx);
  await sql`
    insert into order_events (order_id, type, data)
    select d.order_id, m.announce, jsonb_build_object('deliveryId', d.id, 'by', 'operator')
    from json_to_recordset(${JSON.stringify(moves)}::json) as m(id bigint, announce text)
      join deliveries d on d.id = m.id
    where m.announce is not null order by d.id`.execute(trx);
};

/** The jobs that were to carry the next claims. One that a worker has just taken finds nothing to do, or does it. */
const removeQueued = async (trx: Trx, effects: readonly EffectOnJob[]): Promise<void> => {
  const keys = JSON.stringify(effects.map(({ job: { id, fence } }) => ({ id, fence })));
  await sql`
    select graphile_worker.remove_job('work:' || j.id || ':' || j.fence)
    from json_to_recordset(${keys}::json) as j(id bigint, fence bigint)`.execute(trx);
};

const moveWork = async (trx: Trx, effects: readonly EffectOnJob[]) => {
  const rows = effects.map(({ job, effect, runAt }) => ({
    id: job.id,
    state: effect.to,
    restart: effect.restart,
    forgive: effect.forgive,
    run_at: runAt?.toISOString() ?? null,
  }));
  const moved = await sql<{
    id: number;
    task: TaskName;
    state: JobEffect["to"];
    fence: number;
    delayMs: number;
  }>`
    update work_items w set state = m.state, fence = w.fence + 1, throttles = 0, worker_id = null,
      attempt = case when m.restart then 0 else w.attempt end,
      crashes_alone = case when m.forgive then 0 else w.crashes_alone end,
      run_at = case when m.state in ('waiting', 'scheduled') then coalesce(m.run_at, now()) else w.run_at end,
      finished_at = case when m.state in ('waiting', 'scheduled') then null else clock_timestamp() end,
      updated_at = clock_timestamp()
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as m(id bigint, state text, restart boolean, forgive boolean, run_at timestamptz)
    where w.id = m.id
    returning w.id, w.task, w.state, w.fence,
      greatest(0, ceil(extract(epoch from w.run_at - now()) * 1000))::bigint as "delayMs"`.execute(trx);
  return moved.rows;
};
