import type { BulkAct } from "@billpost/domain/operators/bulk-pace";
import type { SettleOutcome } from "@billpost/domain/operators/job-acts";
import { sql } from "kysely";
import type { Db, Trx } from "../connection.ts";
import { enqueue } from "../outbox.ts";
import type { BulkOperationState } from "../schema-operators.ts";
import { type JobFilter, whereJobs } from "./job-filter.ts";

/** The most jobs that one operation acts on. */
export const mostTargets = 100_000;

export interface BulkOptions {
  readonly outcome?: SettleOutcome | undefined;
  /** RFC 3339. */
  readonly runAt?: string | undefined;
}

export interface BulkOperation {
  readonly id: number;
  readonly action: BulkAct;
  readonly options: BulkOptions;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly actor: string;
  readonly clientId: number | null;
  readonly requestId: string | null;
  readonly state: BulkOperationState;
  readonly canary: number | null;
  readonly canaryPassed: boolean;
  readonly stopAtFailureRate: number | null;
  readonly total: number;
  readonly position: number;
  readonly workItemId: number | null;
  readonly stopRequestedBy: string | null;
  readonly stopReason: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

const columns = [
  "id",
  sql<BulkAct>`action`.as("action"),
  sql<BulkOptions>`options`.as("options"),
  "filter",
  "reason",
  "actor",
  "client_id as clientId",
  "request_id as requestId",
  "state",
  "canary",
  "canary_passed as canaryPassed",
  "stop_at_failure_rate as stopAtFailureRate",
  "total",
  "position",
  "work_item_id as workItemId",
  "stop_requested_by as stopRequestedBy",
  "stop_reason as stopReason",
  "created_at as createdAt",
  "finished_at as finishedAt",
] as const;

export const findBulkOperation = (db: Db, id: number): Promise<BulkOperation | undefined> =>
  db.selectFrom("bulk_operations").select(columns).where("id", "=", id).executeTakeFirst();

/** The same under a lock to the end of the transaction, after the work item's. */
export const lockBulkOperation = (trx: Trx, id: number): Promise<BulkOperation | undefined> =>
  trx.selectFrom("bulk_operations").select(columns).where("id", "=", id).forUpdate().executeTakeFirst();

/** Newest first, from below `beforeId`. */
export const listBulkOperations = (
  db: Db,
  { limit, beforeId }: { readonly limit: number; readonly beforeId?: number | undefined },
): Promise<BulkOperation[]> =>
  db
    .selectFrom("bulk_operations")
    .select(columns)
    .$if(beforeId !== undefined, (query) => query.where("id", "<", beforeId ?? 0))
    .orderBy("id", "desc")
    .limit(limit)
    .execute();

/** The work of bulk operations is no target of another: two of them could wait for each other. */
const targets = (filter: JobFilter) =>
  sql<boolean>`${whereJobs(filter)} and w.task <> 'advance-bulk-operation'`;

/** The ids of the jobs that a filter leaves, oldest first, at most one more than `limit`. */
export const selectTargets = async (db: Db, filter: JobFilter, limit: number): Promise<number[]> => {
  const { rows } = await sql<{ id: number }>`
    select w.id from work_items w where ${targets(filter)} order by w.id limit ${limit + 1}`.execute(db);
  return rows.map(({ id }) => id);
};

export interface BulkOperationToStart {
  readonly action: BulkAct;
  readonly options: BulkOptions;
  /** As it was given, for people. */
  readonly filter: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly actor: string;
  readonly clientId: number;
  readonly requestId: string;
  readonly canary: number | null;
  readonly stopAtFailureRate: number | null;
  readonly targetIds: readonly number[];
}

/** Writes an operation with its frozen targets and the work that carries it out. Answers its id. */
export const startBulkOperation = async (trx: Trx, start: BulkOperationToStart): Promise<number> => {
  const { id } = await trx
    .insertInto("bulk_operations")
    .values({
      action: start.action,
      options: JSON.stringify(start.options),
      filter: JSON.stringify(start.filter),
      reason: start.reason,
      actor: start.actor,
      client_id: start.clientId,
      request_id: start.requestId,
      canary: start.canary,
      stop_at_failure_rate: start.stopAtFailureRate,
      total: start.targetIds.length,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await sql`
    insert into bulk_operation_items (bulk_operation_id, position, work_item_id)
    select ${id}::bigint, place, job from unnest(${[...start.targetIds]}::bigint[]) with ordinality as t(job, place)`.execute(
    trx,
  );
  const [workItemId = 0] = await enqueue(trx, [
    {
      task: "advance-bulk-operation",
      payload: { bulkOperationId: id },
      maxAttempts: 25,
      requestId: start.requestId,
    },
  ]);
  await trx.updateTable("bulk_operations").set({ work_item_id: workItemId }).where("id", "=", id).execute();
  return id;
};

/** Asks an operation to stop; it does before its next window. False: it is over. */
export const requestStop = async (trx: Trx, id: number, actor: string, why: string): Promise<boolean> => {
  const { numUpdatedRows } = await trx
    .updateTable("bulk_operations")
    .set({ stop_requested_by: actor, stop_reason: why })
    .where("id", "=", id)
    .where("state", "=", "running")
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** How many targets came to which result, and how those that were changed stand now. */
export interface BulkCounts {
  readonly result: "changed" | "skipped" | null;
  readonly because: string | null;
  /** Of the job now; null where that is not looked at, or it is kept no more. */
  readonly state: string | null;
  readonly count: number;
}

export const countItems = async (db: Db, id: number): Promise<BulkCounts[]> => {
  const { rows } = await sql<BulkCounts>`
    select i.result, i.because, w.state, count(*) as count
    from bulk_operation_items i left join work_items w on w.id = i.work_item_id and i.result = 'changed'
    where i.bulk_operation_id = ${id} group by 1, 2, 3 order by 4 desc, 1, 2, 3`.execute(db);
  return rows;
};

export interface BulkItem {
  readonly position: number;
  readonly jobId: number;
  readonly result: "changed" | "skipped" | null;
  readonly because: string | null;
  readonly state: string | null;
}

export const listItems = (
  db: Db,
  id: number,
  page: {
    readonly limit: number;
    readonly afterPosition?: number | undefined;
    readonly result?: "changed" | "skipped" | undefined;
  },
): Promise<BulkItem[]> =>
  db
    .selectFrom("bulk_operation_items as i")
    .leftJoin("work_items as w", "w.id", "i.work_item_id")
    .select(["i.position", "i.work_item_id as jobId", "i.result", "i.because", "w.state"])
    .where("i.bulk_operation_id", "=", id)
    .where("i.position", ">", page.afterPosition ?? 0)
    .$if(page.result !== undefined, (query) => query.where("i.result", "=", page.result ?? null))
    .orderBy("i.position")
    .limit(page.limit)
    .execute();
