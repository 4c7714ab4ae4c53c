import type { RetryPolicy } from "@billpost/domain/work";
import { sql } from "kysely";
import type { Db } from "./connection.ts";
import { addJobs, enqueue, type TaskName } from "./outbox.ts";
import type { Finding } from "./reconciliations.ts";
import { rescueOrphans } from "./rescue.ts";
import type { WorkItemState } from "./schema.ts";

/**
 * What falls between our tables and the queue. Each check is one statement, so it sees one state of both: work
 * and its job are written together, and whatever is on its way is seen whole. Each repair locks what it
 * repairs and looks again.
 */

/** Work that goes on by itself: it has a job, or a worker that holds it. */
const live = ["waiting", "scheduled", "running", "retrying", "throttled"] as const satisfies WorkItemState[];
/** Work that a person has settled. */
const settledByHand = ["cancelled", "handled"] as const satisfies WorkItemState[];

/** Every completed order without an invoice that nothing is going to make. */
export const findOrdersWithoutInvoice = async (db: Db): Promise<Finding[]> => {
  const { rows } = await sql<{
    id: number;
    order_id: string;
    invoice_status: string;
    invoice_missing: string[];
    work_item_id: number | null;
    work_state: WorkItemState | null;
  }>`
    select o.id, o.order_id, o.invoice_status, o.invoice_missing, w.id as work_item_id, w.state as work_state
    from orders o left join lateral (
      select id, state from work_items where task = 'issue-invoice' and order_id = o.id order by id desc limit 1
    ) w on true
    where o.status = 'COMPLETED' and o.invoicing = 'automatic'
      and not exists (select from invoices i where i.order_id = o.id and i.kind = 'invoice')
      and (w.state is null or w.state <> all(${[...live, ...settledByHand]}::text[]))
    order by o.id`.execute(db);
  const findings: Finding[] = [];
  for (const row of rows) {
    const about = { kind: "order_without_invoice" as const, subject: row.order_id, ids: { orderId: row.id } };
    if (row.invoice_status === "pending" && (row.work_state === null || row.work_state === "done")) {
      if (await issueAgain(db, row.id))
        findings.push({ ...about, repaired: true, act: "asked the worker to issue it" });
      continue;
    }
    const ids = row.work_item_id === null ? about.ids : { ...about.ids, workItemId: row.work_item_id };
    const act =
      row.invoice_status === "blocked"
        ? `complete the data that the invoice needs (${row.invoice_missing.join(", ")}); ${row.invoice_missing.some((path) => path.startsWith("seller.")) ? "then retry" : "it then goes on by itself"}`
        : row.work_state && row.work_state !== "done"
          ? `find out why, then retry job ${row.work_item_id}`
          : `marked as ${row.invoice_status} though there is no invoice: needs a person`;
    findings.push({ ...about, ids, repaired: false, act });
  }
  return findings;
};

/** Under the order's lock, which issuing and cancelling take, too. False: it was settled meanwhile. */
const issueAgain = (db: Db, orderId: number): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const order = await trx
      .selectFrom("orders")
      .select(["status", "invoice_status", "client_id"])
      .where("id", "=", orderId)
      .forUpdate()
      .executeTakeFirst();
    if (order?.status !== "COMPLETED" || order.invoice_status !== "pending") return false;
    const going = await trx
      .selectFrom("work_items")
      .select("id")
      .where("task", "=", "issue-invoice")
      .where("order_id", "=", orderId)
      .where("state", "in", live)
      .executeTakeFirst();
    if (going) return false;
    await enqueue(trx, [{ task: "issue-invoice", clientId: order.client_id, orderId }]);
    return true;
  });

/** Every invoice and credit note without a stored document that nothing is going to make. */
export const findInvoicesWithoutDocument = async (db: Db): Promise<Finding[]> => {
  const { rows } = await sql<{
    id: number;
    number: string;
    work_item_id: number | null;
    state: string | null;
  }>`
    select i.id, i.number, w.id as work_item_id, w.state
    from invoices i left join lateral (
      select w.id, w.state from delivery_documents dd join work_items w on w.delivery_id = dd.delivery_id
      where dd.invoice_id = i.id order by (w.state = any(${live}::text[])) desc, w.id desc limit 1
    ) w on true
    where not exists (select from documents d where d.invoice_id = i.id and d.stored_at is not null)
      and (w.state is null or w.state <> all(${[...live, ...settledByHand]}::text[]))
    order by i.id`.execute(db);
  return rows.map(({ id, number, work_item_id, state }) => ({
    kind: "invoice_without_document",
    subject: number,
    ids: { invoiceId: id, ...(work_item_id === null ? {} : { workItemId: work_item_id }) },
    repaired: false,
    act:
      state === null
        ? "it has no delivery: send it again"
        : `its delivery is ${state}: find out why, then retry job ${work_item_id}`,
  }));
};

/** Every delivery that is neither at an end nor worked on. */
export const findStuckDeliveries = async (db: Db): Promise<Finding[]> => {
  const { rows } = await sql<{
    id: number;
    purpose: string;
    state: string;
    work_item_id: number | null;
    work_state: WorkItemState | null;
    work_finished: boolean;
  }>`
    select d.id, d.purpose, d.state, w.id as work_item_id, w.state as work_state,
      w.finished_at is not null as work_finished
    from deliveries d left join work_items w on w.delivery_id = d.id
    where d.state in ('pending', 'rendering', 'stored', 'sending', 'throttled', 'ambiguous')
      and (w.state is null or w.state <> all(${live}::text[]))
      and (w.state = 'ambiguous' and w.finished_at is null) is not true
    order by d.id`.execute(db);
  const findings: Finding[] = [];
  for (const row of rows) {
    const about = { subject: row.purpose, ids: { deliveryId: row.id } };
    if (row.work_state === null) {
      const repaired =
        row.state !== "sending" && row.state !== "ambiguous" && (await deliverAgain(db, row.id));
      const act = repaired
        ? "asked the worker to deliver it"
        : "it may have been sent: look, then send it again or mark it as handled";
      findings.push({ ...about, kind: "delivery_stuck", repaired, act });
      continue;
    }
    const ids = { ...about.ids, workItemId: row.work_item_id ?? 0 };
    if (row.state === "ambiguous")
      findings.push({
        ...about,
        ids,
        kind: "delivery_in_doubt",
        repaired: false,
        act: "nobody knows whether it was sent: ask the customer or SES, then settle it as sent, or send it again",
      });
    else
      findings.push({
        ...about,
        ids,
        kind: "delivery_stuck",
        repaired: false,
        act: `it is ${row.state} while its work is ${row.work_state}: retry work item ${row.work_item_id}`,
      });
  }
  return findings;
};

/** A delivery has one work item for life, which a unique index guards. */
const deliverAgain = (db: Db, deliveryId: number): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const delivery = await trx
      .selectFrom("deliveries as d")
      .leftJoin("work_items as w", "w.delivery_id", "d.id")
      .select(["d.client_id", "d.order_id", "w.id as work_item_id"])
      .where("d.id", "=", deliveryId)
      .forUpdate("d")
      .executeTakeFirst();
    if (!delivery || delivery.work_item_id !== null) return false;
    const { client_id: clientId, order_id: orderId } = delivery;
    await enqueue(trx, [{ task: "deliver-invoice", clientId, orderId, deliveryId }]);
    return true;
  });

/** Work that waits for a job which is not there, or which graphile-worker has given up. */
export const repairWorkWithoutJob = async (db: Db): Promise<Finding[]> => {
  const { rows } = await sql<{ id: number; task: TaskName; fence: number }>`
    select w.id, w.task, w.fence from work_items w
    where (w.state = any(${live.filter((state) => state !== "running")}::text[])
        or (w.state = 'ambiguous' and w.finished_at is null))
      and not exists (
        select from graphile_worker.jobs j
        where j.key = 'work:' || w.id || ':' || w.fence and (j.attempts < j.max_attempts or j.locked_at is not null))
    order by w.id`.execute(db);
  const findings: Finding[] = [];
  for (const { id, task, fence } of rows) {
    const repaired = await db.transaction().execute(async (trx) => {
      const item = await trx
        .selectFrom("work_items")
        .select([
          "state",
          sql<number>`greatest(0, extract(epoch from run_at - now()) * 1000)::bigint`.as("delay_ms"),
        ])
        .where("id", "=", id)
        .where("fence", "=", fence)
        .forUpdate()
        .executeTakeFirst();
      if (
        !item ||
        !([...live, "ambiguous"] as WorkItemState[]).includes(item.state) ||
        item.state === "running"
      )
        return false;
      // The key makes this one job, whoever else adds it.
      await addJobs(trx, [{ workItemId: id, task, fence, delayMs: item.delay_ms }]);
      return true;
    });
    if (repaired)
      findings.push({
        kind: "work_without_job",
        subject: `${task} ${id}`,
        ids: { workItemId: id },
        repaired,
        act: "added its job again",
      });
  }
  return findings;
};

/** Jobs that graphile-worker keeps although nothing is left to do for them. `unkeyed`: tasks whose jobs name no work. */
export const repairJobsWithoutWork = async (db: Db, unkeyed: readonly string[]): Promise<Finding[]> => {
  const { rows } = await sql<{ id: number; key: string | null; task: string; dead: boolean; known: boolean }>`
    select j.id, j.key, j.task_identifier as task, j.attempts >= j.max_attempts as dead, w.id is not null as known
    from graphile_worker.jobs j
      left join work_items w on w.id = substring(j.key from '^work:([0-9]{1,18}):')::bigint
    where j.locked_at is null and j.task_identifier <> all(${[...unkeyed]}::text[])
      and (w.id is null or (j.attempts >= j.max_attempts and (
        j.key <> 'work:' || w.id || ':' || w.fence or w.state <> all(${[...live, "ambiguous"]}::text[]))))
    order by j.id`.execute(db);
  const findings: Finding[] = [];
  for (const { id, key, task, known } of rows) {
    const about = {
      kind: "job_without_work" as const,
      subject: `${task} ${key ?? "without a key"}`,
      ids: { jobId: id },
    };
    const ours = key !== null && (known || /^work:\d+:\d+$/.test(key));
    if (ours) await sql`select graphile_worker.remove_job(${key})`.execute(db);
    findings.push({
      ...about,
      repaired: ours,
      act: ours ? "removed the job" : "not one of ours: find out who added it",
    });
  }
  return findings;
};

/** Locks younger than this may belong to a worker whose heart has not begun to beat, in seconds. */
const lockGraceSeconds = 60;

/**
 * Job locks and running work of workers that are gone and that nobody watches. Those that are still watched are
 * taken over within seconds by the workers themselves.
 */
export const repairLocksWithoutWorker = async (db: Db, policy: RetryPolicy): Promise<Finding[]> => {
  const { rows } = await sql<{ pool_id: string; jobs: number; items: number }>`
    select pool_id, sum(jobs)::bigint as jobs, sum(items)::bigint as items from (
      select locked_by as pool_id, count(*) as jobs, 0 as items from graphile_worker.jobs
        where locked_by is not null and locked_at < now() - make_interval(secs => ${lockGraceSeconds}) group by locked_by
      union all
      select worker_id, 0, count(*) from work_items
        where state = 'running' and started_at < now() - make_interval(secs => ${lockGraceSeconds}) group by worker_id
    ) held
    where pool_id is null or pool_id not in (select pool_id from worker_heartbeats)
    group by pool_id order by pool_id`.execute(db);
  const findings: Finding[] = [];
  for (const { pool_id: poolId, jobs, items } of rows) {
    const about = {
      kind: "lock_without_worker" as const,
      subject: poolId ?? "work without a worker",
      ids: { jobs, items },
    };
    const rescue = poolId === null ? undefined : await rescueOrphans(db, poolId, policy);
    const repaired = rescue !== undefined && !rescue.unfinished;
    findings.push({
      ...about,
      repaired,
      act: repaired ? "took its work over" : "held by nobody: look again in a minute",
    });
  }
  return findings;
};

/** How much there is of what is looked at. */
export const countChecked = async (db: Db): Promise<Record<string, number>> => {
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from orders) as orders, (select count(*) from invoices) as invoices,
      (select count(*) from documents where stored_at is not null) as documents,
      (select count(*) from deliveries) as deliveries, (select count(*) from work_items) as "workItems",
      (select count(*) from graphile_worker.jobs) as jobs`.execute(db);
  return rows[0] ?? {};
};
