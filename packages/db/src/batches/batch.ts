import { type Selectable, sql } from "kysely";
import type { Db, Trx } from "../connection.ts";
import type { Database } from "../schema.ts";
import type { BatchItemState, BatchKind, BatchState } from "../schema-batches.ts";

/** What a batch is to look at: numbers, orders, or all that fits a filter. */
export interface BatchSelection {
  readonly invoiceNumbers?: readonly string[];
  readonly orderIds?: readonly string[];
  readonly filter?: BatchFilter;
}

export interface BatchFilter {
  /** Issue dates, both included; of `issue`: the days the orders were placed. */
  readonly from?: string;
  readonly to?: string;
  readonly customerId?: number;
  readonly productId?: number;
  /** Absent: invoices only. */
  readonly documents?: "invoices" | "credit_notes" | "all";
  readonly state?: "issued" | "partially_credited" | "credited";
  /** Of the latest stored PDF. */
  readonly templateHash?: string;
  /** Of the latest delivery. */
  readonly deliveryState?: string;
  /** Of `issue`: absent: both. */
  readonly invoiceStatus?: "blocked" | "external";
}

/** Which of the selected invoices a `resend` is for. */
type ResendOnly = "all" | "undelivered" | "bounced";

export interface BatchOptions {
  readonly only?: ResendOnly;
  /** Where mail goes: as the order has it, or as the customer has it now. Absent: `order`. */
  readonly recipient?: "order" | "customer";
  /** Of `rerender`. */
  readonly locale?: string;
  readonly mail?: boolean;
  /** Of `reissue`. */
  readonly corrections?: readonly BatchCorrection[];
  readonly billingDetails?: Readonly<Record<string, unknown>>;
  /** PDFs that show what would be made. */
  readonly samples?: number;
}

export interface BatchCorrection {
  readonly match: { readonly productIds?: readonly number[]; readonly taxRatePpm?: number };
  readonly set: { readonly taxRatePpm: number };
  readonly keep: "net" | "gross";
}

/** How many items are in each state; they add up to the batch's total. `inDoubt` are some of the running. */
export interface BatchCounts {
  readonly total: number;
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly inDoubt: number;
}

/** What a batch would do, as planned. */
export interface BatchPlan {
  /** Items that will be carried out. */
  readonly items: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly emails: number;
  /** Of the PDFs that are mailed; for documents that are yet to be made, those of the old ones. */
  readonly bytes: number;
  /** Null: nothing was measured yet. */
  readonly expectedSeconds: number | null;
  readonly amounts: readonly {
    readonly currency: string;
    readonly items: number;
    readonly oldGrossMinor: number;
    readonly newGrossMinor: number;
  }[];
}

export interface Batch {
  readonly id: number;
  readonly clientId: number;
  readonly kind: BatchKind;
  readonly externalRef: string | null;
  readonly fingerprint: Buffer;
  readonly reason: string;
  readonly actor: string;
  readonly requestId: string | null;
  readonly state: BatchState;
  readonly autoStart: boolean;
  readonly selection: BatchSelection;
  readonly options: BatchOptions;
  readonly canary: number | null;
  readonly canaryPassed: boolean;
  readonly stopAtFailureRate: number | null;
  readonly endedBefore: number;
  readonly failedBefore: number;
  readonly planCursor: number;
  readonly planUntil: number | null;
  readonly total: number;
  readonly plan: BatchPlan | null;
  readonly pauseReason: string | null;
  readonly failure: string | null;
  readonly workItemId: number | null;
  readonly createdAt: Date;
  readonly plannedAt: Date | null;
  readonly startedAt: Date | null;
  readonly startedBy: string | null;
  readonly finishedAt: Date | null;
}

const toBatch = (row: Selectable<Database["batches"]>): Batch => ({
  id: row.id,
  clientId: row.client_id,
  kind: row.kind,
  externalRef: row.external_ref,
  fingerprint: row.fingerprint,
  reason: row.reason,
  actor: row.actor,
  requestId: row.request_id,
  state: row.state,
  autoStart: row.auto_start,
  selection: row.selection,
  options: row.options,
  canary: row.canary,
  canaryPassed: row.canary_passed,
  stopAtFailureRate: row.stop_at_failure_rate,
  endedBefore: row.ended_before,
  failedBefore: row.failed_before,
  planCursor: row.plan_cursor,
  planUntil: row.plan_until,
  total: row.total,
  plan: row.plan as BatchPlan | null,
  pauseReason: row.pause_reason,
  failure: row.failure,
  workItemId: row.work_item_id,
  createdAt: row.created_at,
  plannedAt: row.planned_at,
  startedAt: row.started_at,
  startedBy: row.started_by,
  finishedAt: row.finished_at,
});

/** A batch as the worker sees it, whoever's it is. */
export const loadBatch = async (db: Db, id: number): Promise<Batch | undefined> => {
  const row = await db.selectFrom("batches").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toBatch(row);
};

/** A client's batch; another client's is not found. */
export const findBatch = async (db: Db, clientId: number, id: number): Promise<Batch | undefined> => {
  const batch = await loadBatch(db, id);
  return batch?.clientId === clientId ? batch : undefined;
};

/** A client's batch of this reference. */
export const findBatchByRef = async (
  db: Db,
  clientId: number,
  externalRef: string,
): Promise<Batch | undefined> => {
  const row = await db
    .selectFrom("batches")
    .selectAll()
    .where("client_id", "=", clientId)
    .where("external_ref", "=", externalRef)
    .executeTakeFirst();
  return row && toBatch(row);
};

/** Locks a batch: steering and advancing take turns by this lock, which comes after all others but work items'. */
export const lockBatch = async (trx: Trx, id: number): Promise<Batch | undefined> => {
  const row = await trx.selectFrom("batches").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
  return row && toBatch(row);
};

/** A client's batches, newest first, from before `beforeId`. */
export const listBatches = async (
  db: Db,
  clientId: number,
  filter: { readonly state?: BatchState | undefined; readonly kind?: BatchKind | undefined },
  { beforeId, limit }: { readonly beforeId?: number | undefined; readonly limit: number },
): Promise<Batch[]> => {
  let query = db.selectFrom("batches").selectAll().where("client_id", "=", clientId);
  if (filter.state !== undefined) query = query.where("state", "=", filter.state);
  if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
  if (beforeId !== undefined) query = query.where("id", "<", beforeId);
  return (await query.orderBy("id", "desc").limit(limit).execute()).map(toBatch);
};

const noCounts = { total: 0, waiting: 0, running: 0, done: 0, skipped: 0, failed: 0, inDoubt: 0 };

/** The counts of batches, each counted in one statement, so that they add up. */
export const countItems = async (db: Db, ids: readonly number[]): Promise<Map<number, BatchCounts>> => {
  const counts = new Map<number, BatchCounts>(ids.map((id) => [id, noCounts]));
  if (ids.length === 0) return counts;
  const rows = await db
    .selectFrom("batch_items")
    .select([
      "batch_id as batchId",
      "state",
      (e) => e.fn.countAll<number>().as("count"),
      sql<number>`count(*) filter (where state = 'running' and reason = 'in_doubt')`.as("inDoubt"),
    ])
    .where("batch_id", "in", [...ids])
    .groupBy(["batch_id", "state"])
    .execute();
  for (const { batchId, state, count, inDoubt } of rows) {
    const before = counts.get(batchId) ?? noCounts;
    counts.set(batchId, {
      ...before,
      [state satisfies BatchItemState]: count,
      total: before.total + count,
      inDoubt: before.inDoubt + inDoubt,
    });
  }
  return counts;
};

/** Items a second that ended lately, within half a minute; 0 when none did. */
export const recentRate = async (db: Db, id: number): Promise<number> => {
  const { rows } = await sql<{ rate: number }>`
    select coalesce(count(*) / greatest(1, extract(epoch from clock_timestamp() - greatest(min(b.started_at), clock_timestamp() - interval '30 seconds'))), 0)::float8 as rate
    from batch_items i join batches b on b.id = i.batch_id
    where i.batch_id = ${id} and i.state in ('done', 'failed') and i.ended_at > clock_timestamp() - interval '30 seconds'`.execute(
    db,
  );
  return rows[0]?.rate ?? 0;
};
