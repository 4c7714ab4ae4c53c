import { sql } from "kysely";
import type { Actor } from "./audit.ts";
import type { Trx } from "./connection.ts";
import type { TaskName } from "./outbox.ts";
import type { InvoiceStatus, OrderStatus } from "./schema.ts";

/** An order that is to be cancelled or partly returned, held by the caller. */
export interface OrderToCorrect {
  readonly id: number;
  readonly orderId: string;
  readonly clientId: number;
  readonly status: OrderStatus;
  readonly invoiceStatus: InvoiceStatus;
  readonly version: number;
  readonly lines: readonly OrderLineToCorrect[];
}

interface OrderLineToCorrect {
  readonly lineNumber: number;
  readonly productId: number;
  readonly tracksStock: boolean;
  readonly quantity: number;
  readonly returnedQuantity: number;
}

/**
 * Locks a client's order as issuing its invoice does, so that one of the two comes first and the other sees
 * what it did. Undefined when the client has no such order.
 */
export const lockOrderToCorrect = async (
  trx: Trx,
  clientId: number,
  orderId: string,
): Promise<OrderToCorrect | undefined> => {
  const order = await trx
    .selectFrom("orders")
    .select([
      "id",
      "order_id as orderId",
      "client_id as clientId",
      "status",
      "invoice_status as invoiceStatus",
      "version",
    ])
    .where("client_id", "=", clientId)
    .where("order_id", "=", orderId)
    .forUpdate()
    .executeTakeFirst();
  if (!order) return undefined;
  const lines = await trx
    .selectFrom("order_items")
    .select([
      "line_number as lineNumber",
      "product_id as productId",
      "tracks_stock as tracksStock",
      "quantity",
      "returned_quantity as returnedQuantity",
    ])
    .where("order_id", "=", order.id)
    .orderBy("line_number")
    .execute();
  return { ...order, lines };
};

const touched = { version: sql<number>`version + 1`, updated_at: sql<Date>`now()` };

/** Marks a locked order as cancelled; without an invoice there will be none. Answers the status after it. */
export const markCancelled = (trx: Trx, id: number): Promise<{ invoiceStatus: InvoiceStatus }> =>
  trx
    .updateTable("orders")
    .set({
      status: "CANCELLED",
      cancelled_at: sql<Date>`now()`,
      invoice_status: sql<InvoiceStatus>`case when invoice_status in ('pending', 'blocked') then 'not_required' else invoice_status end`,
      invoice_missing: [],
      ...touched,
    })
    .where("id", "=", id)
    .returning("invoice_status as invoiceStatus")
    .executeTakeFirstOrThrow();

/**
 * Cancels what the order still has waiting of these tasks. Work that is running is left alone: it waits for
 * the order's lock and then sees the order as it is.
 */
export const cancelOrderWork = async (
  trx: Trx,
  orderId: number,
  tasks: readonly TaskName[],
): Promise<void> => {
  await trx
    .updateTable("work_items")
    .set({ state: "cancelled", finished_at: sql<Date>`now()`, updated_at: sql<Date>`now()` })
    .where("order_id", "=", orderId)
    .where("task", "in", tasks)
    .where("state", "not in", ["running", "done", "cancelled", "handled"])
    .execute();
};

export interface ReturnedLine {
  readonly lineNumber: number;
  readonly quantity: number;
}

export interface OrderReturn {
  readonly id: number;
  readonly createdAt: Date;
}

/** Writes down a return of a locked order: who, why and what, and how much of each line came back. */
export const insertReturn = async (
  trx: Trx,
  input: {
    readonly orderId: number;
    readonly reason: string;
    readonly restocked: boolean;
    readonly actor: Actor;
    /** Each line once. */
    readonly lines: readonly ReturnedLine[];
  },
): Promise<OrderReturn> => {
  const { orderId, reason, restocked, actor, lines } = input;
  const row = await trx
    .insertInto("order_returns")
    .values({ order_id: orderId, reason, restocked, actor })
    .returning(["id", "created_at as createdAt"])
    .executeTakeFirstOrThrow();
  await trx
    .insertInto("order_return_lines")
    .values(
      lines.map(({ lineNumber, quantity }) => ({ return_id: row.id, line_number: lineNumber, quantity })),
    )
    .execute();
  await sql`
    update order_items set returned_quantity = returned_quantity + line.quantity
    from unnest(${lines.map(({ lineNumber }) => lineNumber)}::int[], ${lines.map(({ quantity }) => quantity)}::bigint[])
      as line (line_number, quantity)
    where order_items.order_id = ${orderId} and order_items.line_number = line.line_number`.execute(trx);
  await trx.updateTable("orders").set(touched).where("id", "=", orderId).execute();
  return row;
};
