import { randomUUID } from "node:crypto";
import type { Db } from "@billpost/db/connection";
import { enqueue, type TaskName } from "@billpost/db/outbox";
import { settledWork } from "@billpost/db/attempts";
import type { WorkItemState } from "@billpost/db/schema";
import { type DeliveryState, settledStates } from "@billpost/domain/delivery";
import { sql } from "kysely";
import { anInvoice, anOrder } from "./rows.ts";

export interface OperatedJob {
  readonly id: number;
  readonly deliveryId: number;
  readonly orderId: number;
  readonly invoiceId: number;
}

/**
 * A delivery of an issued invoice with a stored PDF, in a state, as workers leave it: over work has no job. It
 * is told in rows, so that hundreds take a moment.
 */
export const aDeliveryJob = async (
  db: Db,
  state: DeliveryState,
  { stored = true, resends = 0 }: { readonly stored?: boolean; readonly resends?: number } = {},
): Promise<OperatedJob> => {
  const order = await anOrder(db);
  const { invoiceId, number } = await anInvoice(db, order);
  const { id: deliveryId } = await db
    .insertInto("deliveries")
    .values({
      client_id: order.clientId,
      order_id: order.orderId,
      purpose: `invoice:${invoiceId}`,
      recipient_name: "John Doe",
      recipient_email: "john.doe@example.com",
      locale: "en",
      state,
      resends,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  if (stored)
    await db
      .insertInto("documents")
      .values({
        invoice_id: invoiceId,
        revision: 1,
        locale: "en",
        template_hash: "t",
        chrome_version: "c",
        sha256: "0".repeat(64),
        byte_size: 1,
        pages: 1,
        s3_key: `invoices/${number}`,
        stored_at: new Date(),
      })
      .execute();
  await db
    .insertInto("delivery_documents")
    .values({ delivery_id: deliveryId, position: 1, invoice_id: invoiceId, document_id: null })
    .execute();
  const id = await aJob(db, "deliver-invoice", workOf(state), {
    clientId: order.clientId,
    orderId: order.orderId,
    invoiceId,
    deliveryId,
  });
  return { id, deliveryId, orderId: order.orderId, invoiceId };
};

/** Another delivery of the same invoice with a job of its own, as a resend makes it. */
export const aSiblingOf = async (
  db: Db,
  { orderId, invoiceId }: OperatedJob,
  state: DeliveryState,
): Promise<OperatedJob> => {
  const { client_id: clientId } = await db
    .selectFrom("orders")
    .select("client_id")
    .where("id", "=", orderId)
    .executeTakeFirstOrThrow();
  const { id: deliveryId } = await db
    .insertInto("deliveries")
    .values({
      client_id: clientId,
      order_id: orderId,
      purpose: `resend:${invoiceId}:${randomUUID()}`,
      recipient_name: "John Doe",
      recipient_email: "john.doe@example.com",
      locale: "en",
      state,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await db
    .insertInto("delivery_documents")
    .values({ delivery_id: deliveryId, position: 1, invoice_id: invoiceId, document_id: null })
    .execute();
  const id = await aJob(db, "deliver-invoice", workOf(state), { clientId, orderId, invoiceId, deliveryId });
  return { id, deliveryId, orderId, invoiceId };
};

const workOf = (state: DeliveryState): WorkItemState => {
  if (settledStates.includes(state)) return settledWork(state);
  return state === "ambiguous" || state === "throttled" ? state : "retrying";
};

/** A job of any task in a state, due in an hour where it waits for its time. */
export const aJob = async (
  db: Db,
  task: TaskName,
  state: WorkItemState,
  about: {
    readonly clientId?: number;
    readonly orderId?: number;
    readonly invoiceId?: number;
    readonly deliveryId?: number;
  } = {},
): Promise<number> => {
  const [id = 0] = await db.transaction().execute((trx) => enqueue(trx, [{ task, ...about }]));
  const waits = ["waiting", "scheduled", "retrying", "throttled"].includes(state);
  await db
    .updateTable("work_items")
    .set({
      state,
      attempt: 8,
      finished_at: waits ? null : new Date(),
      ...(state === "waiting" ? {} : { run_at: sql<Date>`now() + interval '1 hour'` }),
    })
    .where("id", "=", id)
    .execute();
  if (!waits) await sql`select graphile_worker.remove_job(${`work:${id}:0`})`.execute(db);
  return id;
};

/** The keys of a job's queued jobs. */
export const queuedKeys = async (db: Db, id: number): Promise<readonly string[]> => {
  const { rows } = await sql<{ key: string }>`
    select key from graphile_worker.jobs where key like ${`work:${id}:%`} order by id`.execute(db);
  return rows.map(({ key }) => key);
};
