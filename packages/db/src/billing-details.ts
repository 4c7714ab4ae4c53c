import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";
import { addJobs, type TaskName } from "./outbox.ts";
import type { BillingDetails, InvoiceStatus, OrderStatus } from "./schema.ts";

/** An order whose own copy of the buyer is to be completed, held by the caller. */
export interface OrderToBill {
  readonly id: number;
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly invoiceStatus: InvoiceStatus;
  readonly billing: BillingDetails;
  readonly version: number;
}

/**
 * Locks an order that is known to be the caller's, so that it takes turns with issuing. Entries in its timeline are not
 * held up: whoever writes one may hold a delivery that the caller is to wait for.
 */
export const lockOrderById = async (trx: Trx, id: number): Promise<void> => {
  await trx.selectFrom("orders").select("id").where("id", "=", id).forNoKeyUpdate().executeTakeFirstOrThrow();
};

/** Whom an order's mail goes to. */
export const findOrderContact = (
  db: Db,
  id: number,
): Promise<{ readonly name: string; readonly email: string }> =>
  db
    .selectFrom("orders")
    .select(["customer_name as name", "customer_email as email"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();

/** Locks a client's order as issuing does. Undefined when the client has no such order. */
export const lockOrderToBill = (
  trx: Trx,
  clientId: number,
  orderId: string,
): Promise<OrderToBill | undefined> =>
  trx
    .selectFrom("orders")
    .select([
      "id",
      "order_id as orderId",
      "status",
      "invoice_status as invoiceStatus",
      "billing_details as billing",
      "version",
    ])
    .where("client_id", "=", clientId)
    .where("order_id", "=", orderId)
    .forUpdate()
    .executeTakeFirst();

/** Writes the order's own copy of the buyer. The caller has made sure that it is not numbered. */
export const writeBillingDetails = async (trx: Trx, id: number, billing: BillingDetails): Promise<void> => {
  await trx
    .updateTable("orders")
    .set({
      billing_details: JSON.stringify(billing),
      // What another system invoices is issued here only when somebody asks for it.
      invoice_status: sql`case when invoice_status = 'external' then invoice_status else 'pending' end`,
      invoice_missing: [],
      version: sql<number>`version + 1`,
      updated_at: sql<Date>`now()`,
    })
    .where("id", "=", id)
    .execute();
};

/**
 * Starts the blocked work of an order again: each item waits as it did at first, with a job of its own. The
 * attempt that was blocked is not counted. The caller holds the order's lock.
 */
export const releaseBlockedWork = async (trx: Trx, orderId: number): Promise<number> => {
  const released = await trx
    .updateTable("work_items")
    .set({
      state: "waiting",
      attempt: 0,
      run_at: sql<Date>`now()`,
      finished_at: null,
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where("order_id", "=", orderId)
    .where("state", "=", "blocked")
    .returning(["id", "task", "fence"])
    .execute();
  await addJobs(
    trx,
    released.map(({ id, task, fence }) => ({ workItemId: id, task: task as TaskName, fence })),
  );
  return released.length;
};
