import { createHash } from "node:crypto";
import { canonicalJson } from "@billpost/domain/canonical-json";
import type { DeliveryState } from "@billpost/domain/delivery";
import type { ActOptions, JobAct } from "@billpost/domain/operators/job-acts";
import type { JobFacts, JobState } from "@billpost/domain/operators/job-facts";
import { sql } from "kysely";
import type { Db, Trx } from "../connection.ts";
import { findSuppressed } from "../suppressions.ts";
import { lockWithSiblings, readElsewhere } from "./siblings.ts";

/** A job as an operator's act finds it. */
export interface JobAtHand {
  readonly id: number;
  readonly fence: number;
  readonly runAt: Date;
  readonly orderId: number | null;
  readonly deliveryId: number | null;
  /** What its delivery brings. */
  readonly invoiceIds: readonly number[];
  readonly facts: JobFacts;
}

/** Reads jobs without a lock, for a preview; those that are not there are left out. */
export const readJobs = (db: Db, ids: readonly number[]): Promise<JobAtHand[]> => load(db, ids, false);

/**
 * Locks jobs, their deliveries and the other deliveries of the same invoices to the end of the transaction and reads
 * them, in the order of their ids, as every transaction does that holds several.
 */
export const lockJobs = (trx: Trx, ids: readonly number[]): Promise<JobAtHand[]> => load(trx, ids, true);

/**
 * Proves that a job still is as a preview found it: a hash of all that the preview told by. Whoever holds the
 * job's lock and computes the same may do exactly what was previewed.
 */
export const previewToken = (job: JobAtHand, act: JobAct, options: ActOptions): string => {
  const { later: _, ...facts } = job.facts;
  const basis = {
    act,
    outcome: options.outcome ?? null,
    id: job.id,
    fence: job.fence,
    runAt: job.runAt.toISOString(),
    facts: { ...facts, missing: [...facts.missing], delivery: facts.delivery ? { ...facts.delivery } : null },
  };
  return createHash("sha256").update(canonicalJson(basis)).digest("base64url");
};

const load = async (db: Db, ids: readonly number[], locked: boolean): Promise<JobAtHand[]> => {
  if (ids.length === 0) return [];
  const items = await db
    .selectFrom("work_items")
    .select([
      "id",
      "task",
      sql<JobState>`state`.as("state"),
      "fence",
      "run_at as runAt",
      sql<boolean>`run_at > clock_timestamp()`.as("later"),
      "order_id as orderId",
      "delivery_id as deliveryId",
    ])
    .where("id", "in", [...ids])
    .orderBy("id")
    .$if(locked, (query) => query.forUpdate())
    .execute();
  const deliveryIds = items.flatMap(({ deliveryId }) => (deliveryId === null ? [] : [deliveryId]));
  const deliveries = await loadDeliveries(db, deliveryIds, locked);
  const accepted = await acceptedAttempts(db, ids);
  const orders = await loadOrders(
    db,
    items.flatMap(({ task, orderId }) => (task === "issue-invoice" && orderId !== null ? [orderId] : [])),
  );
  return items.map(({ id, task, state, fence, runAt, later, orderId, deliveryId }) => {
    const order = task === "issue-invoice" && orderId !== null ? orders.get(orderId) : undefined;
    const delivery = deliveryId === null ? undefined : deliveries.get(deliveryId);
    return {
      id,
      fence,
      runAt,
      orderId,
      deliveryId,
      invoiceIds: delivery?.invoiceIds ?? [],
      facts: {
        task,
        state,
        later,
        delivery: delivery && { ...delivery.facts, acceptedAttempt: accepted.get(id) ?? null },
        missing: order?.missing ?? [],
        invoiced: order?.invoiced ?? false,
      },
    };
  });
};

interface DocumentCounts {
  readonly id: number;
  readonly invoiceIds: readonly number[];
  readonly documents: number;
  readonly stored: number;
  readonly verified: number;
}

const loadDeliveries = async (db: Db, ids: readonly number[], locked: boolean) => {
  if (ids.length === 0) return new Map<number, never>();
  if (locked) await lockWithSiblings(db as Trx, ids);
  const rows = await db
    .selectFrom("deliveries")
    .select(["id", sql<DeliveryState>`state`.as("state"), "resends", "recipient_email as email"])
    .where("id", "in", [...ids])
    .execute();
  const suppressed = await findSuppressed(
    db,
    rows.map(({ email }) => email),
  );
  const { rows: counts } = await sql<DocumentCounts>`
    select dd.delivery_id as id, json_agg(dd.invoice_id) as "invoiceIds", count(*) as documents,
      count(doc.stored_at) as stored, count(doc.stored_at) filter (where doc.verified_at is not null) as verified
    from delivery_documents dd left join documents doc on doc.invoice_id = dd.invoice_id
      and case when dd.document_id is null then doc.revision = 1 else doc.id = dd.document_id end
    where dd.delivery_id = any(${[...ids]}::bigint[]) group by 1`.execute(db);
  const byId = new Map(counts.map(({ id, ...count }) => [id, count]));
  const elsewhere = await readElsewhere(db, ids);
  return new Map(
    rows.map(({ id, state, resends, email }) => {
      const { invoiceIds = [], documents = 0, stored = 0, verified = 0 } = byId.get(id) ?? {};
      const addressSuppressed = suppressed.has(email);
      const facts = { state, resends, documents, stored, verified, addressSuppressed };
      return [id, { invoiceIds, facts: { ...facts, elsewhere: elsewhere.get(id) ?? null } }];
    }),
  );
};

const acceptedAttempts = async (db: Db, ids: readonly number[]): Promise<Map<number, number>> => {
  const { rows } = await sql<{ id: number; attempt: number }>`
    select work_item_id as id, max(attempt)::bigint as attempt from work_item_events
    where work_item_id = any(${[...ids]}::bigint[]) and stage = 'send' and event = 'succeeded'
    group by work_item_id`.execute(db);
  return new Map(rows.map(({ id, attempt }) => [id, attempt]));
};

const loadOrders = async (db: Db, ids: readonly number[]) => {
  if (ids.length === 0) return new Map<number, never>();
  const rows = await db
    .selectFrom("orders")
    .select(["id", "invoice_missing as missing", sql<boolean>`invoice_status = 'issued'`.as("invoiced")])
    .where("id", "in", [...ids])
    .execute();
  return new Map(rows.map(({ id, ...order }) => [id, order]));
};
