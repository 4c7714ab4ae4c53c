import {
  clientOfInvoice,
  clientOfOrder,
  listBookedCustomers,
  listBookedOrders,
  ordersOfReference,
} from "@billpost/db/operators/books";
import { listJobs } from "@billpost/db/operators/jobs";
import { readSearchText } from "@billpost/domain/operators/search-text";
import { Type } from "typebox";
import { judgeCustomer } from "../../operations/operators/verdicts.ts";
import type { App } from "../../server.ts";
import { withUsualAct } from "../job-rows.ts";
import { reading } from "../kit.ts";
import { textIn } from "../lists.ts";
import { sendPage } from "../page.ts";
import { verdictsView } from "../verdict-view.ts";

const querystring = Type.Object({ q: textIn(320) }, { additionalProperties: false });

const atMost = 20;

/** Whatever was typed into the box on top: what has exactly that number is opened, the rest is listed. */
export const addSearchPage = (app: App): void => {
  const { db } = app.services;

  app.get("/search", { ...reading, schema: { querystring } }, async (request, reply) => {
    const text = request.query.q?.trim() ?? "";
    const terms = readSearchText(text);
    const { order, invoice, email, external_ref: reference } = terms;
    if (order !== undefined && (await clientOfOrder(db, order)) !== undefined)
      return reply.redirect(`/console/orders/${encodeURIComponent(order)}`, 303);
    const number = invoice?.toUpperCase();
    if (number !== undefined && (await clientOfInvoice(db, number)) !== undefined)
      return reply.redirect(`/console/invoices/${encodeURIComponent(number)}`, 303);

    const customers = email === undefined ? [] : await listBookedCustomers(db, { email }, { limit: atMost });
    const [only] = customers.length === 1 ? customers : [];
    const [verdicts, orders, referred, jobs] = await Promise.all([
      only && judgeCustomer({ db }, { customerId: only.id, operator: true }),
      Promise.all(customers.map(({ id }) => listBookedOrders(db, { customerId: id }, { limit: atMost }))),
      reference === undefined ? [] : ordersOfReference(db, reference, atMost),
      text === "" ? [] : listJobs(db, { search: text }, { limit: atMost }),
    ]);
    return sendPage(
      request,
      reply,
      "search",
      { title: text === "" ? "Search" : `${text} · search`, live: true },
      {
        search: text,
        // Whoever types a customer's email wants to know this.
        ...(verdicts && verdictsView(verdicts)),
        customers,
        orders: [...orders.flat(), ...referred].slice(0, atMost),
        jobs: jobs.map(withUsualAct),
        atMost,
      },
    );
  });
};
