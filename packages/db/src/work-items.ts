import { deliveryTransition } from "@billpost/domain/delivery";
import { sql, type SqlBool } from "kysely";
import type { Db, Trx } from "./connection.ts";
import { addJobs, type TaskName } from "./outbox.ts";
import type { WorkItemState } from "./schema.ts";

/** The right to do one unit of work, until somebody else claims it. Every effect is written under it. */
export interface Claim {
  readonly workItemId: number;
  readonly task: TaskName;
  readonly fence: number;
  /** From 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Times in a row that the work was told to wait. */
  readonly throttles: number;
  readonly poolId: string;
  readonly jobId: number;
  readonly clientId: number | null;
  readonly orderId: number | null;
  readonly invoiceId: number | null;
  readonly deliveryId: number | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;
}

/**
 * Why nothing was claimed: no such row; it is over (or waits for an operator); another job carries the claim
 * that is held now; another job will come when it is due; its task is paused; or it may only run with nothing
 * beside it.
 */
export type NoClaim = "gone" | "over" | "elsewhere" | "not_due" | "paused" | "alone";

/** This worker's heartbeat is gone: others took it for dead, and it may begin nothing more. */
export class TakenForDead extends Error {
  override readonly name = "TakenForDead";

  constructor() {
    super("this worker is taken for dead and may claim no work");
  }
}

/** The claim is no longer held: somebody else goes on with the work, and nothing more may be written. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";

  constructor(claim: Pick<Claim, "workItemId" | "fence">) {
    super(`work item ${claim.workItemId} is no longer held under fence ${claim.fence}`);
  }
}

const claimable = ["waiting", "scheduled", "retrying", "throttled", "ambiguous"] as const;

/** The pauses that hold are few, and found by an index of those alone. */
const isPaused = sql<boolean>`exists (select from pauses p where p.task = work_items.task and p.stage is null
  and p.resumed_at is null and (p.ends_at is null or p.ends_at > clock_timestamp()))`;

/** What becomes of a delivery of which nothing is done yet, once somebody works on it. */
const begun = deliveryTransition({ state: "pending", resends: 0 }, "begun")?.to ?? "rendering";

/**
 * Claims a work item for the job that carries it: one statement, so that of several only one succeeds; a delivery
 * is begun with it, which would else be a commit of its own. An item that is running can be claimed only by the very job that held it before: graphile-worker gives a job
 * to one worker at a time, so whoever held it has lost or returned it. Throws TakenForDead when this worker
 * shows no heartbeat, without which nobody would take over from it.
 */
export const claimWorkItem = async (
  db: Db,
  job: {
    readonly workItemId: number;
    readonly poolId: string;
    readonly jobId: number;
    /** Other work runs in this worker: what must run alone is not claimed. */
    readonly besideOthers?: boolean;
  },
): Promise<Claim | NoClaim> => {
  const besideOthers = job.besideOthers ?? false;
  const { rows } = await sql<ClaimRow>`/*prepared*/
    with claimed as (
      update work_items set state = 'running', attempt = attempt + 1, fence = fence + 1,
        worker_id = ${job.poolId}::text, job_id = ${job.jobId}::bigint, started_at = clock_timestamp(),
        finished_at = null, updated_at = clock_timestamp()
      where id = ${job.workItemId}::bigint and not (alone and ${besideOthers}::boolean)
        and ((state = any(${claimable}::text[]) and run_at <= clock_timestamp() and not ${isPaused})
          or (state = 'running' and job_id = ${job.jobId}::bigint))
        and exists (select from worker_heartbeats where pool_id = ${job.poolId}::text)
      returning *
    ), noted as (
      insert into work_item_events (work_item_id, attempt, stage, event, worker_id)
      select id, attempt, 'attempt', 'started', worker_id from claimed
    ), begun as (
      update deliveries d set state = ${begun}, attempt = c.attempt, fence = c.fence, updated_at = clock_timestamp()
      from claimed c where d.id = c.delivery_id and c.task = 'deliver-invoice' and d.state = 'pending'
    )
    select id, task, fence, attempt, max_attempts, throttles, client_id, order_id, invoice_id, delivery_id,
      payload, request_id from claimed`.execute(db);
  const row = rows[0];
  if (row) return toClaim(row, job);
  const found = await db
    .selectFrom("work_items")
    .select([
      "state",
      "job_id",
      "alone",
      sql<boolean>`run_at > clock_timestamp()`.as("early"),
      isPaused.as("paused"),
    ])
    .where("id", "=", job.workItemId)
    .executeTakeFirst();
  if (!found) return "gone";
  if (found.state === "running" && found.job_id !== job.jobId) return "elsewhere";
  if (found.state !== "running" && !claimable.some((state) => state === found.state)) return "over";
  if (found.state !== "running" && found.early) return "not_due";
  if (found.state !== "running" && found.paused) return "paused";
  if (found.alone && besideOthers) return "alone";
  throw new TakenForDead();
};

interface ClaimRow {
  readonly id: number;
  readonly task: TaskName;
  readonly fence: number;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly throttles: number;
  readonly client_id: number | null;
  readonly order_id: number | null;
  readonly invoice_id: number | null;
  readonly delivery_id: number | null;
  readonly payload: Record<string, unknown>;
  readonly request_id: string | null;
}

const toClaim = (row: ClaimRow, { poolId, jobId }: { poolId: string; jobId: number }): Claim => ({
  workItemId: row.id,
  task: row.task,
  fence: row.fence,
  attempt: row.attempt,
  maxAttempts: row.max_attempts,
  throttles: row.throttles,
  poolId,
  jobId,
  clientId: row.client_id,
  orderId: row.order_id,
  invoiceId: row.invoice_id,
  deliveryId: row.delivery_id,
  payload: row.payload,
  requestId: row.request_id,
});

/**
 * Locks the claim to the end of the transaction: no one can take the work over in between. First in every
 * transaction that writes an effect of the work, except for the order's own lock, which comes before.
 * Throws ClaimLost.
 */
export const holdClaim = async (trx: Trx, claim: Claim): Promise<void> => {
  const { rows } = await sql`/*prepared*/
    select id from work_items
    where id = ${claim.workItemId}::bigint and fence = ${claim.fence}::bigint and state = 'running' for update`.execute(
    trx,
  );
  if (rows.length !== 1) throw new ClaimLost(claim);
};

/** Adds an entry to the work item's history. */
export const recordStage = async (
  trx: Trx,
  claim: Claim,
  stage: string,
  event: "started" | "succeeded" | "skipped",
  detail?: Readonly<Record<string, unknown>>,
): Promise<void> => {
  await trx
    .insertInto("work_item_events")
    .values({
      work_item_id: claim.workItemId,
      attempt: claim.attempt,
      stage,
      event,
      worker_id: claim.poolId,
      detail: detail ? JSON.stringify(detail) : null,
    })
    .execute();
};

/** Ends the work item: done, or in a state that waits for a person. Throws ClaimLost. */
export const finishWorkItem = async (
  trx: Trx,
  claim: Claim,
  state: Exclude<WorkItemState, "waiting" | "scheduled" | "running" | "retrying" | "throttled">,
): Promise<void> => {
  const { rows } = await sql`/*prepared*/
    with ended as (
      update work_items set state = ${state}::text, worker_id = null, throttles = 0,
        finished_at = clock_timestamp(), updated_at = clock_timestamp()
      where id = ${claim.workItemId}::bigint and fence = ${claim.fence}::bigint and state = 'running'
      returning id
    ), noted as (
      insert into work_item_events (work_item_id, attempt, stage, event, worker_id, detail)
      select id, ${claim.attempt}::int, 'attempt', 'succeeded', ${claim.poolId}::text,
        jsonb_build_object('state', ${state}::text)
      from ended
    )
    select id from ended`.execute(trx);
  if (rows.length !== 1) throw new ClaimLost(claim);
};

/**
 * Ends an attempt of work that goes on in steps: the same item comes again after `delayMs`, and no attempt is
 * used up. Throws ClaimLost.
 */
export const continueLater = async (trx: Trx, claim: Claim, delayMs: number): Promise<void> => {
  const { numUpdatedRows } = await trx
    .updateTable("work_items")
    .set({
      state: "scheduled",
      worker_id: null,
      // It got on: what failed or died before counts no more.
      attempt: 0,
      run_at: sql<Date>`now() + ${delayMs} * interval '1 millisecond'`,
      updated_at: sql<Date>`clock_timestamp()`,
      throttles: 0,
      alone: false,
      crashes_alone: 0,
    })
    .where("id", "=", claim.workItemId)
    .where("fence", "=", claim.fence)
    .where("state", "=", "running")
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new ClaimLost(claim);
  await addJobs(trx, [{ workItemId: claim.workItemId, task: claim.task, fence: claim.fence, delayMs }]);
};

/** Another waiting item that the holder of a claim does along with its own, in the same transaction. */
export interface ExtraWork {
  readonly workItemId: number;
  readonly orderId: number;
  readonly requestId: string | null;
}

/**
 * Up to `limit` orders that wait for an invoice and that nobody works on, locked together with their work
 * items. Rows that somebody else holds are passed over, so this never waits and cannot deadlock.
 */
export const takeWaitingIssues = async (trx: Trx, limit: number): Promise<ExtraWork[]> => {
  const candidates = trx
    .selectFrom("work_items")
    .select("order_id")
    .where("task", "=", "issue-invoice")
    .where("state", "=", "waiting")
    .where(sql<SqlBool>`run_at <= clock_timestamp()`)
    .orderBy("id")
    .limit(limit);
  const orders = await trx
    .selectFrom("orders")
    .select("id")
    .where("id", "in", candidates)
    .orderBy("id")
    .forUpdate()
    .skipLocked()
    .execute();
  if (orders.length === 0) return [];
  const items = await trx
    .selectFrom("work_items")
    .select(["id", "order_id", "request_id"])
    .where("task", "=", "issue-invoice")
    .where("state", "=", "waiting")
    .where(
      "order_id",
      "in",
      orders.map((order) => order.id),
    )
    .orderBy("id")
    .forUpdate()
    .skipLocked()
    .execute();
  return items.flatMap((item) =>
    item.order_id === null
      ? []
      : [{ workItemId: item.id, orderId: item.order_id, requestId: item.request_id }],
  );
};

/**
 * Ends items taken by `takeWaitingIssues`, and takes their jobs away, which would each be fetched to find
 * nothing to do. A job that was fetched already is left alone: it finds its item over.
 */
export const finishExtraWork = async (
  trx: Trx,
  claim: Claim,
  finished: readonly { readonly workItemId: number; readonly state: "done" | "blocked" }[],
): Promise<void> => {
  for (const state of ["done", "blocked"] as const) {
    const ids = finished.filter((item) => item.state === state).map((item) => item.workItemId);
    if (ids.length === 0) continue;
    await sql`
      with ended as (
        update work_items set state = ${state}, attempt = attempt + 1, fence = fence + 1,
          started_at = now(), finished_at = clock_timestamp(), updated_at = clock_timestamp()
        where id = any(${ids}::bigint[]) and state = 'waiting'
        returning id, attempt, fence
      ), noted as (
        insert into work_item_events (work_item_id, attempt, stage, event, worker_id, detail)
        select id, attempt, 'attempt', 'succeeded', ${claim.poolId},
          jsonb_build_object('state', ${state}::text, 'together_with', ${claim.workItemId}::bigint)
        from ended
      ), needless as (
        select array_agg(job.id) as ids from graphile_worker.jobs job
        where job.key = any(array(select 'work:' || id || ':' || fence - 1 from ended)) and job.locked_at is null
      )
      select from needless, graphile_worker.complete_jobs(needless.ids)`.execute(trx);
  }
};
