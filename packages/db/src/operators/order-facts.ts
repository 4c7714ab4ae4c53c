import type { DeliveryFacts, OrderFacts, WorkFacts } from "@billpost/domain/operators/verdict";
import { aheadLimit } from "@billpost/domain/operators/verdict-work";
import { sql } from "kysely";
import type { Db } from "../connection.ts";

/** Which order: its own client's key may ask, or an operator for any client. */
export interface OrderAsked {
  readonly orderId: string;
  /** Absent: of any client. */
  readonly clientId?: number | undefined;
}

/** What is known of an order, for its verdict. Undefined when there is no such order, or it is another client's. */
export const findOrderFacts = async (
  db: Db,
  { orderId, clientId }: OrderAsked,
): Promise<OrderFacts | undefined> => {
  const row = await db
    .selectFrom("orders")
    .select("id")
    .where("order_id", "=", orderId)
    .$if(clientId !== undefined, (query) => query.where("client_id", "=", clientId ?? 0))
    .executeTakeFirst();
  return row && (await readOrderFacts(db, [row.id]))[0];
};

/** A customer is judged by so many of the latest orders: what is older has been asked about before. */
const customerOrdersLimit = 100;

/** What is known of a customer's latest orders, newest first; undefined when there is no such customer, or another client's. */
export const findCustomerFacts = async (
  db: Db,
  { customerId, clientId }: { readonly customerId: number; readonly clientId?: number | undefined },
): Promise<OrderFacts[] | undefined> => {
  const customer = await db
    .selectFrom("customers")
    .select("id")
    .where("id", "=", customerId)
    .$if(clientId !== undefined, (query) => query.where("client_id", "=", clientId ?? 0))
    .executeTakeFirst();
  if (!customer) return undefined;
  const orders = await db
    .selectFrom("orders")
    .select("id")
    .where("customer_id", "=", customerId)
    .orderBy("id", "desc")
    .limit(customerOrdersLimit)
    .execute();
  return readOrderFacts(
    db,
    orders.map(({ id }) => id),
  );
};

interface WorkJson extends Omit<WorkFacts, "runAt" | "startedAt"> {
  readonly runAt: string;
  readonly startedAt: string | null;
}

interface DeliveryJson extends Omit<DeliveryFacts, "work" | "sentAt" | "updatedAt" | "suppression"> {
  readonly sentAt: string | null;
  readonly updatedAt: string;
  readonly work: WorkJson | null;
  readonly suppression: { readonly id: number; readonly reason: string; readonly since: string } | null;
}

interface FactsRow extends Omit<OrderFacts, "issuing" | "deliveries" | "pendingCredits"> {
  readonly issuing: WorkJson | null;
  readonly deliveries: readonly DeliveryJson[];
  readonly pendingCredits: readonly { readonly work: WorkJson | null }[];
}

/** In the order of the ids given. */
const readOrderFacts = async (db: Db, ids: readonly number[]): Promise<OrderFacts[]> => {
  const { rows } = await sql<FactsRow>`
    select o.order_id as "orderId", o.status, o.invoice_status as "invoiceStatus", o.invoice_missing as missing,
      (select ${workJson} from work_items w where w.order_id = o.id and w.task = 'issue-invoice'
        order by w.id desc limit 1) as issuing,
      coalesce((select json_agg(json_build_object('number', i.number, 'kind', i.kind) order by i.id)
        from invoices i where i.order_id = o.id), '[]') as documents,
      coalesce((select json_agg(${deliveryJson} order by d.id) from deliveries d where d.order_id = o.id), '[]')
        as deliveries,
      coalesce((select json_agg(json_build_object('work', (select ${workJson} from work_items w where w.id = r.work_item_id))
        order by r.id) from credit_requests r where r.order_id = o.id and r.state = 'pending'), '[]') as "pendingCredits"
    from unnest(${[...ids]}::bigint[]) with ordinality as asked (id, place) join orders o on o.id = asked.id
    order by asked.place`.execute(db);
  return rows.map((row) => ({
    ...row,
    issuing: row.issuing && toWork(row.issuing),
    pendingCredits: row.pendingCredits.map(({ work }) => ({ work: work && toWork(work) })),
    deliveries: row.deliveries.map((delivery) => ({
      ...delivery,
      sentAt: delivery.sentAt === null ? null : new Date(delivery.sentAt),
      updatedAt: new Date(delivery.updatedAt),
      work: delivery.work && toWork(delivery.work),
      suppression: delivery.suppression && {
        ...delivery.suppression,
        since: new Date(delivery.suppression.since),
      },
    })),
  }));
};

const toWork = ({ runAt, startedAt, ...work }: WorkJson): WorkFacts => ({
  ...work,
  runAt: new Date(runAt),
  startedAt: startedAt === null ? null : new Date(startedAt),
});

/** Those that are due before it, counted as far as the verdict tells them apart. */
const workJson = sql`json_build_object(
  'id', w.id, 'task', w.task, 'state', w.state, 'attempt', w.attempt, 'maxAttempts', w.max_attempts,
  'runAt', w.run_at, 'startedAt', w.started_at, 'finished', w.finished_at is not null,
  'errorMessage', w.last_error_message,
  'ahead', case when w.state in ('waiting', 'scheduled', 'retrying', 'throttled') then (
    select count(*) from (
      select from work_items b where b.task = w.task and b.state = 'waiting' and b.state <> 'done'
        and b.run_at <= w.run_at and b.run_at <= now() and (b.run_at, b.id) < (w.run_at, w.id)
      limit ${sql.lit(aheadLimit)}) counted) end)`;

const deliveryJson = sql`json_build_object(
  'id', d.id, 'state', d.state, 'resends', d.resends, 'sesMessageId', d.ses_message_id, 'sentAt', d.sent_at,
  'updatedAt', d.updated_at, 'errorMessage', d.last_error_message,
  'invoiceNumbers', (select coalesce(json_agg(i.number order by dd.position), '[]')
    from delivery_documents dd join invoices i on i.id = dd.invoice_id where dd.delivery_id = d.id),
  'work', (select ${workJson} from work_items w where w.delivery_id = d.id),
  'suppression', (select json_build_object('id', s.id, 'reason', s.reason, 'since', s.created_at)
    from suppressed_addresses s where s.cleared_at is null
      and s.address_sha256 = encode(sha256(convert_to(lower(btrim(d.recipient_email)), 'UTF8')), 'hex')),
  'complained', exists (select from ses_events e where e.delivery_id = d.id and e.type = 'complaint'))`;
