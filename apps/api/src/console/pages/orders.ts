import { findOrder } from "@billpost/db/orders";
import { clientOfOrder, listBookedOrders } from "@billpost/db/operators/books";
import { findClient } from "@billpost/db/clients";
import { listTimeline } from "@billpost/db/timeline";
import { ppmToPercent } from "@billpost/domain/tax-rate";
import { Type } from "typebox";
import type { FastifyRequest } from "fastify";
import { bodyTag } from "../../http/etag.ts";
import { refusal } from "../../http/problems.ts";
import { createBatch } from "../../operations/batches/create-batch.ts";
import { completeBilling } from "../../operations/complete-billing.ts";
import { judgeOrder } from "../../operations/operators/verdicts.ts";
import { BillingChangesSchema } from "../../routes/billing-details.ts";
import { presentOrder } from "../../schemas/orders.ts";
import { lineOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";
import { countries, readAddress, readText } from "../buyer-form.ts";
import { checked, fieldOf, formOf, goOn } from "../forms.ts";
import { acting, contextFor, reading } from "../kit.ts";
import {
  addressWith,
  listed,
  oneOf,
  optionsOf,
  pageSize,
  placeInList,
  textIn,
  textOfAddress,
} from "../lists.ts";
import { missingWords } from "../missing-words.ts";
import { sendPage } from "../page.ts";
import { verdictsView } from "../verdict-view.ts";

const invoiceStatuses = ["pending", "blocked", "issued", "not_required", "external"] as const;

const listQuery = Type.Object(
  {
    ...placeInList,
    invoice: oneOf(invoiceStatuses),
    status: oneOf(["COMPLETED", "CANCELLED"]),
    customer: Type.Optional(Type.Integer({ minimum: 1 })),
    reference: textIn(100),
  },
  { additionalProperties: false },
);

const IssueForm = Type.Object({ reason: lineOf(500, "Why.") });
const params = Type.Object({ orderId: textOfAddress(60) });

const notFound = () => refusal("order_not_found", "There is no such order.");

/** Orders of every client, and what keeps one from its invoice. */
export const addOrderPages = (app: App): void => {
  const { db } = app.services;

  const requireOrder = async (orderId: string) => {
    const clientId = await clientOfOrder(db, orderId);
    const order = clientId === undefined ? undefined : await findOrder(db, clientId, orderId);
    if (clientId === undefined || !order) throw notFound();
    return { clientId, order };
  };

  app.get("/orders", { ...reading, schema: { querystring: listQuery } }, async (request, reply) => {
    const { before, invoice, status, customer, reference } = request.query;
    const rows = await listBookedOrders(
      db,
      {
        invoiceStatus: invoice || undefined,
        status: status || undefined,
        customerId: customer,
        externalRef: reference || undefined,
      },
      { beforeId: before, limit: pageSize + 1 },
    );
    return sendPage(
      request,
      reply,
      "orders",
      { title: "Orders", nav: "orders", live: true },
      {
        ...listed(request.url, rows),
        customer,
        reference,
        invoiceOptions: optionsOf(invoiceStatuses, invoice),
        statusOptions: optionsOf(["COMPLETED", "CANCELLED"], status),
        withoutCustomer: addressWith(request.url, { customer: undefined, before: undefined }),
        filtered: Boolean(invoice || status || customer || reference),
      },
    );
  });

  app.get("/orders/:orderId", { ...reading, schema: { params } }, async (request, reply) => {
    const { orderId } = request.params;
    const { clientId, order } = await requireOrder(orderId);
    const [client, verdicts, timeline = []] = await Promise.all([
      findClient(db, clientId),
      judgeOrder({ db }, { orderId, operator: true }),
      listTimeline(db, clientId, orderId, { limit: 200 }),
    ]);
    const issuable = order.invoiceStatus === "external" && order.status === "COMPLETED";
    const billable = issuable || order.invoiceStatus === "pending" || order.invoiceStatus === "blocked";
    return sendPage(
      request,
      reply,
      "order",
      { title: orderId, nav: "orders", live: true },
      {
        order: {
          ...order,
          lines: order.lines.map((line) => ({ ...line, taxRate: ppmToPercent(line.taxRatePpm) })),
          taxes: order.taxes.map((tax) => ({ ...tax, rate: ppmToPercent(tax.ratePpm) })),
        },
        client,
        ...verdictsView(verdicts),
        timeline,
        billable,
        issuable,
        billing: order.billing,
        missing: missingWords(order.invoiceMissing),
        countries: countries(order.billing.address?.countryCode),
        tag: bodyTag(JSON.stringify(presentOrder(order))),
      },
    );
  });

  app.post("/orders/:orderId/billing", { ...acting, schema: { params } }, async (request, reply) => {
    const { orderId } = request.params;
    const { clientId } = await requireOrder(orderId);
    const form = formOf(request);
    const changes = checked(BillingChangesSchema, {
      name: readText(form, "name") ?? "",
      address: readAddress(form),
      vatId: readText(form, "vatId"),
    });
    const order = await completeBilling(
      contextFor(request, clientId),
      orderId,
      fieldOf(form, "tag"),
      changes,
    );
    return goOn(request, reply, orderPath(request), savedNotes[order.invoiceStatus] ?? "Saved.");
  });

  app.post("/orders/:orderId/issue", { ...acting, schema: { params } }, async (request, reply) => {
    const { orderId } = request.params;
    const { clientId, order } = await requireOrder(orderId);
    if (order.invoiceStatus !== "external")
      throw refusal("order_needs_no_invoice", "Its invoice is made here anyhow; there is no other to issue.");
    const context = contextFor(request, clientId);
    const { reason } = checked(IssueForm, { reason: fieldOf(formOf(request), "reason") ?? "" });
    const written = await createBatch(context, {
      kind: "issue",
      externalRef: `console-${orderId}-${request.id}`.slice(0, 100),
      reason,
      selection: { orderIds: [orderId] },
      autoStart: true,
    });
    const { id } = JSON.parse(written.body) as { id: number };
    return goOn(request, reply, `/console/batches/${id}`, "A batch of this one order issues and mails it.");
  });
};

const savedNotes: Readonly<Record<string, string>> = {
  pending: "Saved. The invoice is being made.",
  blocked: "Saved, but the invoice still lacks something.",
};

const orderPath = (request: FastifyRequest): string =>
  `/console/orders/${encodeURIComponent((request.params as { orderId: string }).orderId)}`;
