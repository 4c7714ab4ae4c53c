import { allows } from "@billpost/domain/scopes";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { contextOf } from "../../context.ts";
import { endpoint } from "../../http/endpoint.ts";
import { judgeCustomer, judgeOrder } from "../../operations/operators/verdicts.ts";
import { presentVerdicts, VerdictSchema } from "../../schemas/operators/verdicts.ts";
import { idOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";
import { orderParams } from "../orders.ts";

const description =
  "One sentence on the worst that there is, with the next safe act; the rest in `others`. Operators ask for every client's, a client's own key for its own.";

const JudgeOrder = endpoint({
  scope: "orders:read",
  orScope: "operator:read",
  tag: "Orders",
  operationId: "judgeOrder",
  summary: "Say why an order has no invoice or email yet",
  description,
  errors: ["order_not_found"],
  params: orderParams,
  response: { 200: VerdictSchema },
});

const JudgeCustomer = endpoint({
  scope: "orders:read",
  orScope: "operator:read",
  tag: "Customers",
  operationId: "judgeCustomer",
  summary: "Say why a customer has no invoice or email yet",
  description: `${description} The customer's latest 100 orders are looked at.`,
  errors: ["customer_not_found"],
  params: Type.Object({ customerId: idOf("The customer's id.") }),
  response: { 200: VerdictSchema },
});

/** Operators see every client's. */
const whose = (request: FastifyRequest): { readonly clientId?: number; readonly operator: boolean } =>
  allows(request.caller?.scopes ?? [], "operator:read")
    ? { operator: true }
    : { operator: false, clientId: contextOf(request).clientId };

export const addVerdictRoutes = (app: App): void => {
  const { db } = app.services;

  app.get("/api/orders/:orderId/verdict", JudgeOrder, async (request) =>
    presentVerdicts(await judgeOrder({ db }, { orderId: request.params.orderId, ...whose(request) })),
  );

  app.get("/api/customers/:customerId/verdict", JudgeCustomer, async (request) =>
    presentVerdicts(
      await judgeCustomer({ db }, { customerId: request.params.customerId, ...whose(request) }),
    ),
  );
};
