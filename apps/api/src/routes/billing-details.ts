import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendTagged } from "../http/etag.ts";
import { completeBilling } from "../operations/complete-billing.ts";
import { AddressSchema } from "../schemas/address.ts";
import { OrderSchema, presentOrder } from "../schemas/orders.ts";
import { lineOf } from "../schemas/values.ts";
import type { App } from "../server.ts";
import { orderParams } from "./orders.ts";

/** What PATCH takes. */
export const BillingChangesSchema = Type.Object(
  {
    name: Type.Optional(lineOf(200, "Whom the invoice is made out to.")),
    address: Type.Optional(Type.Union([AddressSchema, Type.Null()], { description: "Replaced as a whole." })),
    vatId: Type.Optional(Type.Union([lineOf(40, "The buyer's VAT id.", "DE123456789"), Type.Null()])),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ vatId: "DE123456789" }] },
);

const CompleteBilling = endpoint({
  scope: "orders:write",
  tag: "Orders",
  operationId: "completeBillingDetails",
  summary: "Complete whom the invoice is made out to",
  description:
    "Before the invoice is numbered only. An order that was `blocked` is tried again at once: it becomes `pending`, and `blocked` again with what is still missing. The customer's own data stays as it is.",
  errors: ["order_not_found", "order_already_invoiced", "order_needs_no_invoice"],
  guarded: true,
  params: orderParams,
  body: BillingChangesSchema,
  response: { 200: OrderSchema },
});

/** Completing what an invoice lacks. */
export const addBillingDetailsRoutes = (app: App): void => {
  app.patch("/api/orders/:orderId/billing-details", CompleteBilling, async (request, reply) => {
    const order = await completeBilling(
      contextOf(request),
      request.params.orderId,
      request.headers["if-match"],
      request.body,
    );
    return sendTagged(request, reply, presentOrder(order));
  });
};
