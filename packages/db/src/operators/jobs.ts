import type { DeliveryState } from "@billpost/domain/delivery";
import type { ErrorClass } from "@billpost/domain/work";
import { type RawBuilder, sql } from "kysely";
import type { Db } from "../connection.ts";
import type { WorkItemState } from "../schema.ts";
import { type JobFilter, namesSubject, whereJobs } from "./job-filter.ts";

/** A unit of work as lists show it, with what it is about. */
export interface JobSummary {
  readonly id: number;
  readonly task: string;
  readonly state: WorkItemState;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly clientId: number | null;
  readonly clientName: string | null;
  /** Such as ORD-2026-000001. */
  readonly orderId: string | null;
  readonly customerId: number | null;
  readonly customerName: string | null;
  readonly customerEmail: string | null;
  readonly invoiceNumber: string | null;
  readonly deliveryId: number | null;
  readonly deliveryState: DeliveryState | null;
  readonly recipientEmail: string | null;
  readonly batchId: number | null;
  /** Of the last attempt that failed. */
  readonly errorClass: ErrorClass | null;
  readonly errorMessage: string | null;
  readonly fingerprint: string | null;
  readonly workerId: string | null;
  readonly requestId: string | null;
  readonly runAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface JobPage {
  readonly limit: number;
  /** The id of the last job of the page before. */
  readonly beyondId?: number | undefined;
  /** Absent: newest first. */
  readonly oldestFirst?: boolean | undefined;
}

/** The jobs that a filter leaves, of every client, by id. */
export const listJobs = async (db: Db, filter: JobFilter, page: JobPage): Promise<JobSummary[]> => {
  const { rows } = await jobsQuery(filter, page).execute(db);
  return rows;
};

/** The statement behind `listJobs`, apart so that its plan can be looked at. */
export const jobsQuery = (filter: JobFilter, page: JobPage): RawBuilder<JobSummary> => {
  const order = sql.raw(page.oldestFirst ? "asc" : "desc");
  return sql<JobSummary>`
    with picked as materialized (${pickJobs(filter, page)})
    select ${summaryColumns} from picked join work_items w on w.id = picked.id ${summaryJoins}
    order by w.id ${order}`;
};

/** A job as lists show it; undefined when there is none, or none any more. */
export const findJob = async (db: Db, id: number): Promise<JobSummary | undefined> => {
  const { rows } = await sql<JobSummary>`
    select ${summaryColumns} from work_items w ${summaryJoins} where w.id = ${id}`.execute(db);
  return rows[0];
};

/** How many jobs a filter leaves, counted up to `limit`: more than that is said as "more". @public */
export const countJobs = async (db: Db, filter: JobFilter, limit: number): Promise<number> => {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select from work_items w where ${whereJobs(filter)} limit ${limit}) counted`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
};

/** The ids of a page, without a sort of more than it: each state's jobs come from the index in order. */
const pickJobs = (
  filter: JobFilter,
  { limit, beyondId, oldestFirst = false }: JobPage,
): RawBuilder<unknown> => {
  const order = sql.raw(oldestFirst ? "asc" : "desc");
  const beyond =
    beyondId === undefined ? sql`` : oldestFirst ? sql`and w.id > ${beyondId}` : sql`and w.id < ${beyondId}`;
  const pick = (condition: RawBuilder<boolean>) => sql`
    (select w.id from work_items w where ${condition} ${beyond} order by w.id ${order} limit ${limit})`;
  const { states } = filter;
  if (states === undefined || states.length < 2 || namesSubject(filter)) return pick(whereJobs(filter));
  const parts = states.map((state) => pick(whereJobs({ ...filter, states: [state] })));
  return sql`select id from (${sql.join(parts, sql` union all `)}) w order by id ${order} limit ${limit}`;
};

const summaryColumns = sql`w.id, w.task, w.state, w.attempt, w.max_attempts as "maxAttempts",
  w.client_id as "clientId", client.name as "clientName", o.order_id as "orderId",
  o.customer_id as "customerId", o.customer_name as "customerName", o.customer_email as "customerEmail",
  i.number as "invoiceNumber", w.delivery_id as "deliveryId", d.state as "deliveryState",
  d.recipient_email as "recipientEmail", w.batch_id as "batchId",
  w.last_error_class as "errorClass", w.last_error_message as "errorMessage",
  w.last_error_fingerprint as "fingerprint", w.worker_id as "workerId", w.request_id as "requestId",
  w.run_at as "runAt", w.started_at as "startedAt", w.finished_at as "finishedAt",
  w.created_at as "createdAt", w.updated_at as "updatedAt"`;

/** Issuing names no invoice: it makes the order's own. */
const summaryJoins = sql`
  left join clients client on client.id = w.client_id
  left join orders o on o.id = w.order_id
  left join deliveries d on d.id = w.delivery_id
  left join lateral (
    select number from invoices where id = w.invoice_id
    union all
    select number from invoices where w.task = 'issue-invoice' and order_id = w.order_id
      and kind = 'invoice' and replaces_invoice_id is null
    limit 1
  ) i on true`;
