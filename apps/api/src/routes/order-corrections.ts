import { listTimeline } from "@billpost/db/timeline";
import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendWritten } from "../http/idempotency.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../http/paging.ts";
import { refusal } from "../http/problems.ts";
import { cancelOrder, returnGoods } from "../operations/correct-order.ts";
import {
  CancelOrderSchema,
  NewReturnSchema,
  presentEvent,
  ReturnSchema,
  TimelineEventSchema,
} from "../schemas/order-corrections.ts";
import { OrderSchema } from "../schemas/orders.ts";
import type { App } from "../server.ts";
import { orderParams } from "./orders.ts";

const tag = "Orders";

const CancelOrder = endpoint({
  scope: "orders:write",
  tag,
  operationId: "cancelOrder",
  summary: "Cancel an order",
  description:
    "What has not come back returns to stock through the ledger. Before its invoice was numbered there will be none; after that, a credit note gives back what is left of it.",
  errors: ["order_not_found", "order_already_cancelled"],
  idempotent: true,
  params: orderParams,
  body: CancelOrderSchema,
  response: { 200: OrderSchema },
});

const ReturnGoods = endpoint({
  scope: "orders:write",
  tag,
  operationId: "returnGoods",
  summary: "Take goods of an order back",
  description:
    "Into stock, if asked. A credit note of the lines follows; when the invoice was not yet numbered, after the invoice.",
  errors: ["order_not_found", "order_already_cancelled", "more_than_bought", "unknown_order_line"],
  idempotent: true,
  params: orderParams,
  body: NewReturnSchema,
  response: { 201: ReturnSchema },
});

const GetTimeline = endpoint({
  scope: "orders:read",
  tag,
  operationId: "getTimeline",
  summary: "What happened to an order, oldest first",
  description:
    "`order.placed`, `order.cancelled`, `order.returned`, `invoice.issued`, `invoice.blocked`, `credit_note.issued`, `document.stored`, `email.sent`, `delivery.retrying`, `delivery.failed` and others. Never pruned.",
  errors: ["order_not_found", "invalid_cursor"],
  params: orderParams,
  querystring: Type.Object(pagingQuery, { additionalProperties: false }),
  response: { 200: listOf(TimelineEventSchema, "A page of the timeline.") },
});

/** Cancelling and returning orders, and what happened to them. */
export const addOrderCorrectionRoutes = (app: App): void => {
  const { db } = app.services;

  app.post("/api/orders/:orderId/cancel", CancelOrder, async (request, reply) =>
    sendWritten(reply, await cancelOrder(contextOf(request), request.params.orderId, request.body.reason)),
  );

  app.post("/api/orders/:orderId/returns", ReturnGoods, async (request, reply) =>
    sendWritten(reply, await returnGoods(contextOf(request), request.params.orderId, request.body)),
  );

  app.get("/api/orders/:orderId/timeline", GetTimeline, async (request) => {
    const { limit = 20, cursor } = request.query;
    const { clientId } = contextOf(request);
    const afterId = readCursor(cursor, "timeline", 1)?.[0];
    const page = { afterId, limit: limit + 1 };
    const events = await listTimeline(db, clientId, request.params.orderId, page);
    if (!events) throw refusal("order_not_found", "There is no such order.");
    return pageOf(events, limit, "timeline", ({ id }) => [id], presentEvent);
  });
};
