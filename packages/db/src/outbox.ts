import { sql, type Transaction } from "kysely";
import { numbers, texts } from "./array-literal.ts";
import type { Database } from "./schema.ts";

/** The tasks a worker knows. The name is both the work item's and the graphile-worker job's. */
export type TaskName =
  | "issue-invoice"
  | "issue-credit-note"
  | "deliver-invoice"
  | "render-document"
  | "verify-invoice"
  | "reconcile"
  | "plan-batch"
  | "advance-batch"
  | "batch-item"
  | "advance-bulk-operation";

export interface Work {
  readonly task: TaskName;
  readonly clientId?: number | undefined;
  readonly orderId?: number | undefined;
  readonly invoiceId?: number | undefined;
  readonly deliveryId?: number | undefined;
  /** Ids and options only: the rows are the truth. */
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
  /** Attempts before it ends as failed. */
  readonly maxAttempts?: number | undefined;
  /** The request that asked for it, for the logs. */
  readonly requestId?: string | undefined;
}

const defaultMaxAttempts = 8;
/**
 * graphile-worker's own attempts are used up by crashes and by a database that was away, never by a task's
 * failures: those are counted in our ledger. 25 is its default.
 */
const jobMaxAttempts = 25;

/**
 * The key of the job that carries a work item's next claim, so that each can be found from the other. `fence`
 * is the item's when the job is added: a job added while an earlier one runs never has the same key.
 */
export const jobKey = (workItemId: number, fence: number): string => `work:${workItemId}:${fence}`;

/**
 * The outbox: writes work items and their graphile-worker jobs in the caller's transaction, so that they
 * exist exactly when what they are about does. Answers the work items' ids in the order given.
 */
export const enqueue = async (trx: Transaction<Database>, work: readonly Work[]): Promise<number[]> => {
  if (work.length === 0) return [];
  const each = <T>(of: (item: Work) => T): T[] => work.map(of);
  // Ids are given in the order in which rows are inserted.
  const { rows } = await sql<{ id: number }>`/*prepared*/
    with item as (
      insert into work_items (task, client_id, order_id, invoice_id, delivery_id, payload, max_attempts, request_id)
      select * from unnest(${texts(each(({ task }) => task))}::text[], ${numbers(each(({ clientId }) => clientId))}::bigint[],
        ${numbers(each(({ orderId }) => orderId))}::bigint[], ${numbers(each(({ invoiceId }) => invoiceId))}::bigint[],
        ${numbers(each(({ deliveryId }) => deliveryId))}::bigint[], ${texts(each(({ payload = {} }) => JSON.stringify(payload)))}::jsonb[],
        ${numbers(each(({ maxAttempts = defaultMaxAttempts }) => maxAttempts))}::int[], ${texts(each(({ requestId }) => requestId))}::text[])
      returning id, task
    ), job as (
      select graphile_worker.add_jobs(array_agg((task, json_build_object('workItemId', id), null, null,
        ${jobMaxAttempts}::int, 'work:' || id || ':0', coalesce((${JSON.stringify(priorities)}::jsonb ->> task)::int, 0),
        array['task:' || task]
      )::graphile_worker.job_spec order by id)) from item
    )
    select id from item, (select count(*) from job) as added order by id`.execute(trx);
  return rows.map(({ id }) => id);
};

/** Writes one work item and no job, for who finds it a worker or a job in the same transaction. Answers its id. */
export const recordWork = async (trx: Transaction<Database>, work: Work): Promise<number> => {
  const { task, clientId, orderId, invoiceId, deliveryId, payload = {}, maxAttempts, requestId } = work;
  const { id } = await trx
    .insertInto("work_items")
    .values({
      task,
      client_id: clientId,
      order_id: orderId,
      invoice_id: invoiceId,
      delivery_id: deliveryId,
      payload: JSON.stringify(payload),
      max_attempts: maxAttempts ?? defaultMaxAttempts,
      request_id: requestId,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
};

export interface JobToAdd {
  readonly workItemId: number;
  readonly task: TaskName;
  /** The work item's fence now; the job carries the next claim. */
  readonly fence: number;
  /** Counted by the database's clock, from the start of the transaction. Absent: at once. */
  readonly delayMs?: number | undefined;
  /** The stage that it waits for: no worker takes it while that is paused. */
  readonly pausedStage?: string | undefined;
}

/** What a job is marked with, so that workers can leave it alone while its task, or the stage it waits for, is paused. */
export const pauseFlag = (task: TaskName, stage: string | null): string =>
  stage === null ? `task:${task}` : `stage:${task}:${stage}`;

/**
 * Numbering goes before rendering and sending: it takes a millisecond, its date is today's, and one that is
 * tried again must not wait behind thousands of PDFs. Smaller is sooner.
 */
const priorities: Partial<Record<TaskName, number>> = { "issue-invoice": -10, "issue-credit-note": -10 };

/** Work of a batch comes after all other, and its jobs are flagged, so that a worker can keep a place free of them. */
const bulkPriority = 10;
export const bulkFlag = "bulk";

/** Adds a job for each work item, all with one notification. The payload is the work item's id alone. */
export const addJobs = async (trx: Transaction<Database>, jobs: readonly JobToAdd[]): Promise<void> => {
  if (jobs.length === 0) return;
  const specs = JSON.stringify(
    jobs.map((job) => ({
      identifier: job.task,
      payload: { workItemId: job.workItemId },
      delay_ms: job.delayMs ?? 0,
      priority: priorities[job.task] ?? 0,
      max_attempts: jobMaxAttempts,
      job_key: jobKey(job.workItemId, job.fence),
      flags: [
        pauseFlag(job.task, null),
        ...(job.pausedStage === undefined ? [] : [pauseFlag(job.task, job.pausedStage)]),
      ],
    })),
  );
  await sql`select from graphile_worker.add_jobs(array(
    select (spec.identifier, spec.payload, null,
      now() + spec.delay_ms * interval '1 millisecond', spec.max_attempts, spec.job_key,
      case when w.batch_id is null then spec.priority else ${bulkPriority}::int end,
      case when w.batch_id is null then spec.flags else spec.flags || ${bulkFlag}::text end)::graphile_worker.job_spec
    from json_to_recordset(${specs}::json) as spec(identifier text, payload json, delay_ms bigint, max_attempts int,
        job_key text, priority int, flags text[])
      left join work_items w on w.id = (spec.payload ->> 'workItemId')::bigint
  ))`.execute(trx);
};
