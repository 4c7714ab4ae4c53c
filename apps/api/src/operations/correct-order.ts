import { recordAudit } from "@billpost/db/audit";
import type { Trx } from "@billpost/db/connection";
import {
  dropCreditRequests,
  requestCreditForCancellation,
  requestCreditForReturn,
} from "@billpost/db/credit-requests";
import { findOrder } from "@billpost/db/orders";
import {
  cancelOrderWork,
  insertReturn,
  lockOrderToCorrect,
  markCancelled,
  type OrderToCorrect,
  type ReturnedLine,
} from "@billpost/db/orders-corrections";
import { moveStock } from "@billpost/db/stock";
import { recordOrderEvent } from "@billpost/db/timeline";
import { allocateReturn, quantitiesByProduct, type WantedReturn } from "@billpost/domain/order-return";
import type { Static } from "typebox";
import type { Context } from "../context.ts";
import { write } from "../http/idempotency.ts";
import { refusal } from "../http/problems.ts";
import { type NewReturnSchema, presentReturn } from "../schemas/order-corrections.ts";
import { presentOrder } from "../schemas/orders.ts";

/**
 * Cancels an order: what has not come back returns to stock, and what was invoiced is credited. Before its
 * invoice was numbered there will be none. 409 when it is cancelled already.
 */
export const cancelOrder = (context: Context, orderId: string, reason: string) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId } = context;
    const order = await holdOrder(trx, clientId, orderId);
    const open = order.lines.map((line) => ({ ...line, quantity: line.quantity - line.returnedQuantity }));
    await moveStock(trx, quantitiesByProduct(open), { type: "cancellation", orderId: order.id, actor });
    const { invoiceStatus } = await markCancelled(trx, order.id);
    await recordOrderEvent(trx, order.id, "order.cancelled", { actor });
    await recordAudit(trx, {
      actor,
      clientId,
      action: "order.cancelled",
      targetType: "order",
      targetId: order.orderId,
      before: { status: order.status, invoiceStatus: order.invoiceStatus },
      after: { status: "CANCELLED", invoiceStatus },
      reason,
      requestId,
    });
    if (invoiceStatus === "issued") {
      await requestCreditForCancellation(trx, { clientId, orderId: order.id, reason, actor, requestId });
    } else {
      await dropCreditRequests(trx, order.id);
      await cancelOrderWork(trx, order.id, ["issue-invoice", "issue-credit-note"]);
    }
    return { status: 200, body: await readBack(trx, clientId, orderId) };
  });

/**
 * Takes goods of an order back, into stock if asked, and asks for their credit note, which comes after the
 * invoice. 409 for more than was bought and has not come back.
 */
export const returnGoods = (context: Context, orderId: string, input: Static<typeof NewReturnSchema>) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId } = context;
    const { reason, restock: restocked } = input;
    const wanted = readWanted(input.lines);
    const order = await holdOrder(trx, clientId, orderId);
    const lines = spread(order, wanted);
    const returned = lines.map((line) => ({ ...lineOf(order, line.lineNumber), quantity: line.quantity }));
    if (restocked)
      await moveStock(trx, quantitiesByProduct(returned), { type: "return", orderId: order.id, actor });
    const made = await insertReturn(trx, { orderId: order.id, reason, restocked, actor, lines });
    await recordOrderEvent(trx, order.id, "order.returned", { returnId: made.id, restocked, lines, actor });
    await recordAudit(trx, {
      actor,
      clientId,
      action: "order.returned",
      targetType: "order",
      targetId: order.orderId,
      before: { returned: returnedOf(order, lines, []) },
      after: { returnId: made.id, restocked, returned: returnedOf(order, lines, lines) },
      reason,
      requestId,
    });
    if (order.invoiceStatus !== "external")
      await requestCreditForReturn(trx, {
        clientId,
        orderId: order.id,
        reason,
        actor,
        requestId,
        returnId: made.id,
        lines,
        numbered: order.invoiceStatus === "issued",
      });
    return {
      status: 201,
      headers: { location: `/api/orders/${order.orderId}` },
      body: presentReturn(made, order.orderId, { restocked, reason }, returned),
    };
  });

/** The order, locked; refused when it is not there or cancelled. */
const holdOrder = async (trx: Trx, clientId: number, orderId: string): Promise<OrderToCorrect> => {
  const order = await lockOrderToCorrect(trx, clientId, orderId);
  if (!order) throw refusal("order_not_found", "There is no such order.");
  if (order.status === "CANCELLED")
    throw refusal("order_already_cancelled", `${order.orderId} is cancelled already.`);
  return order;
};

const readWanted = (lines: Static<typeof NewReturnSchema>["lines"]): WantedReturn[] =>
  lines.map(({ lineNumber, productId, quantity }, index) => {
    if (lineNumber !== undefined && productId === undefined) return { lineNumber, quantity };
    if (productId !== undefined && lineNumber === undefined) return { productId, quantity };
    throw refusal("validation_failed", "A line is named by its number or by its product.", {
      errors: [
        {
          in: "body",
          pointer: `/lines/${index}`,
          code: "wrong_count",
          detail: "must have either lineNumber or productId",
        },
      ],
    });
  });

/** What comes back, by line; refused as a whole when any of it cannot. */
const spread = (order: OrderToCorrect, wanted: readonly WantedReturn[]): readonly ReturnedLine[] => {
  const allocation = allocateReturn(order.lines, wanted);
  if ("lines" in allocation) return allocation.lines;
  const unknown = allocation.refused.filter(({ why }) => why === "unknown_line");
  if (unknown.length > 0)
    throw refusal("unknown_order_line", `${order.orderId} has no such line.`, {
      errors: unknown.map(({ index }) => ({
        in: "body",
        pointer: `/lines/${index}`,
        code: "unknown_order_line",
        detail: "the order has no such line or product",
      })),
    });
  throw refusal("more_than_bought", "More than was bought and has not come back.", {
    errors: allocation.refused.map(({ index, productId, requested, available }) => ({
      in: "body",
      pointer: `/lines/${index}/quantity`,
      code: "more_than_bought",
      detail: `${available} can come back, not ${requested}`,
      ...(productId === undefined ? {} : { productId }),
      requested,
      available,
    })),
  });
};

const lineOf = (order: OrderToCorrect, lineNumber: number) => {
  const line = order.lines.find((candidate) => candidate.lineNumber === lineNumber);
  if (!line) throw new Error(`${order.orderId} has no line ${lineNumber}`);
  return line;
};

/** How much of each line of a return has come back, with `more` on top. */
const returnedOf = (
  order: OrderToCorrect,
  lines: readonly ReturnedLine[],
  more: readonly ReturnedLine[],
): ReturnedLine[] =>
  lines.map(({ lineNumber }) => ({
    lineNumber,
    quantity:
      lineOf(order, lineNumber).returnedQuantity +
      (more.find((line) => line.lineNumber === lineNumber)?.quantity ?? 0),
  }));

const readBack = async (trx: Trx, clientId: number, orderId: string) => {
  const order = await findOrder(trx, clientId, orderId);
  if (!order) throw refusal("order_not_found", "There is no such order.");
  return presentOrder(order);
};
