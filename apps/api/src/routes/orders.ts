import { findOrder, listChangedOrders, listOrders, listOrdersByTime } from "@billpost/db/orders";
import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendTagged } from "../http/etag.ts";
import { sendWritten } from "../http/idempotency.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../http/paging.ts";
import { refusal } from "../http/problems.ts";
import { createOrderGroups } from "../operations/order-groups.ts";
import { NewOrderSchema, OrderSchema, presentOrder } from "../schemas/orders.ts";
import { idOf, instantOf, lineOf } from "../schemas/values.ts";
import type { App } from "../server.ts";

const tag = "Orders";

/** The order's name in a path; its numeric id is accepted nowhere. */
export const orderParams = Type.Object({
  orderId: lineOf(40, "Such as ORD-2026-000001.", "ORD-2026-000001"),
});

const PlaceOrder = endpoint({
  scope: "orders:write",
  tag,
  operationId: "placeOrder",
  summary: "Place an order",
  description:
    "Takes the stock, writes the order and asks for its invoice in one transaction: all or nothing. Send an Idempotency-Key, so that a lost reply can be asked for again.",
  errors: [
    "unknown_customer",
    "customer_erased",
    "unknown_product",
    "product_archived",
    "currency_mismatch",
    "insufficient_stock",
    "external_ref_taken",
    "discount_too_large",
    "too_many_decimals",
    "amount_too_large",
  ],
  idempotent: true,
  body: NewOrderSchema,
  response: { 201: OrderSchema },
});

const ListOrders = endpoint({
  scope: "orders:read",
  tag,
  operationId: "listOrders",
  summary: "List orders",
  description:
    "Newest first. With `updatedAfter` the longest unchanged first, which is the way to follow changes: pass the last `updatedAt` you saw, less some seconds for transactions that commit late.",
  errors: ["invalid_cursor"],
  querystring: Type.Object(
    {
      ...pagingQuery,
      customerId: Type.Optional(idOf("Orders of this customer.")),
      status: Type.Optional(Type.Enum(["COMPLETED", "CANCELLED"])),
      invoiceStatus: Type.Optional(Type.Enum(["pending", "blocked", "issued", "not_required", "external"])),
      createdFrom: Type.Optional(instantOf("Placed at this instant or later.")),
      createdTo: Type.Optional(instantOf("Placed before this instant.")),
      updatedAfter: Type.Optional(instantOf("Changed after this instant.")),
      externalRef: Type.Optional(lineOf(100, "The order of this reference.")),
    },
    { additionalProperties: false },
  ),
  response: { 200: listOf(OrderSchema, "A page of orders.") },
});

const getOrder = (operationId: string, summary: string) =>
  endpoint({
    scope: "orders:read",
    tag,
    operationId,
    summary,
    errors: ["order_not_found"],
    conditional: true,
    params: orderParams,
    response: { 200: OrderSchema },
  });

const instantIn = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

export const addOrderRoutes = (app: App): void => {
  const { db } = app.services;
  const orderGroups = createOrderGroups(app.services);

  app.post("/api/orders", PlaceOrder, async (request, reply) =>
    sendWritten(reply, await orderGroups.place({ context: contextOf(request), input: request.body })),
  );

  app.get("/api/orders", ListOrders, async (request) => {
    const { limit = 20, cursor, updatedAfter, createdFrom, createdTo, ...plain } = request.query;
    const { clientId } = contextOf(request);
    const filter = { ...plain, createdFrom: instantIn(createdFrom), createdTo: instantIn(createdTo) };
    if (updatedAfter === undefined && (createdFrom ?? createdTo) !== undefined) {
      const [micros, id] = readCursor(cursor, "orders-by-time", 2) ?? [];
      const before = micros === undefined || id === undefined ? undefined : { micros, id };
      const orders = await listOrdersByTime(db, clientId, filter, { before, limit: limit + 1 });
      return pageOf(
        orders,
        limit,
        "orders-by-time",
        (order) => [order.createdMicros, order.id],
        presentOrder,
      );
    }
    if (updatedAfter === undefined) {
      const beforeId = readCursor(cursor, "orders", 1)?.[0];
      const orders = await listOrders(db, clientId, filter, { beforeId, limit: limit + 1 });
      return pageOf(orders, limit, "orders", ({ id }) => [id], presentOrder);
    }
    // A time in a reply is cut to the millisecond, so what was changed within it was seen already.
    const start = (Date.parse(updatedAfter) + 1) * 1000 - 1;
    const [updatedMicros, id] = readCursor(cursor, "changed-orders", 2) ?? [start, 0];
    const after = { updatedMicros: updatedMicros ?? start, id: id ?? 0 };
    const orders = await listChangedOrders(db, clientId, filter, after, limit + 1);
    return pageOf(orders, limit, "changed-orders", (order) => [order.updatedMicros, order.id], presentOrder);
  });

  for (const [url, options] of [
    ["/api/orders/:orderId", getOrder("getOrder", "Read an order")],
    ["/orders/:orderId", getOrder("getOrderShort", "Read an order, by the shorter path")],
  ] as const) {
    app.get(url, options, async (request, reply) => {
      const { clientId } = contextOf(request);
      const order = await findOrder(db, clientId, request.params.orderId);
      if (!order) throw refusal("order_not_found", "There is no such order.");
      return sendTagged(request, reply, presentOrder(order));
    });
  }
};
