import {
  listChangedInvoices,
  listInvoices,
  listInvoicesByDate,
  listInvoicesOfOrder,
} from "@billpost/db/invoice-list";
import { findOrder } from "@billpost/db/orders";
import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendTagged } from "../http/etag.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../http/paging.ts";
import { refusal } from "../http/problems.ts";
import { readInvoice } from "../operations/invoices.ts";
import { InvoiceSchema, presentInvoice } from "../schemas/invoice-detail.ts";
import {
  dateOf,
  InvoiceSummarySchema,
  invoiceParams,
  KindSchema,
  presentSummary,
  StateSchema,
} from "../schemas/invoices.ts";
import { idOf, instantOf, lineOf } from "../schemas/values.ts";
import type { App } from "../server.ts";
import { orderParams } from "./orders.ts";

const tag = "Invoices";

/** Text, so that a decimal stays what it is. */
const amountOf = (description: string) =>
  Type.String({ pattern: "^\\d{1,13}(\\.\\d{1,3})?$", description, examples: ["100.00"] });

const ListInvoices = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "listInvoices",
  summary: "List invoices and credit notes",
  description:
    "Newest first; with `issuedFrom` or `issuedTo` by issue date. With `updatedAfter` the longest unchanged first, which is the way to follow changes: pass the last `updatedAt` you saw, less some seconds for transactions that commit late. To read everything for the first time, list without it.",
  errors: ["invalid_cursor"],
  querystring: Type.Object(
    {
      ...pagingQuery,
      number: Type.Optional(lineOf(40, "The document of this number.", "INV-2026-000001")),
      orderId: Type.Optional(lineOf(40, "What was issued for this order.", "ORD-2026-000001")),
      customerId: Type.Optional(idOf("Issued to this customer.")),
      kind: Type.Optional(KindSchema),
      state: Type.Optional(StateSchema),
      issuedFrom: Type.Optional(dateOf("Issue date at or after.")),
      issuedTo: Type.Optional(dateOf("Issue date at or before.")),
      currency: Type.Optional(
        Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217.", examples: ["USD"] }),
      ),
      totalMin: Type.Optional(amountOf("Total of at least this, in each document's own currency.")),
      totalMax: Type.Optional(amountOf("Total of at most this, in each document's own currency.")),
      updatedAfter: Type.Optional(
        instantOf("Issued, credited, rendered or delivered further after this instant."),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: listOf(InvoiceSummarySchema, "A page of invoices and credit notes.") },
});

const GetInvoice = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "getInvoice",
  summary: "Read an invoice or credit note",
  description: "As it was issued, with its credit notes, PDFs and deliveries.",
  errors: ["invoice_not_found"],
  conditional: true,
  params: invoiceParams,
  response: { 200: InvoiceSchema },
});

const ListInvoicesOfOrder = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "listInvoicesOfOrder",
  summary: "List what was issued for an order, oldest first",
  errors: ["order_not_found"],
  params: orderParams,
  response: { 200: listOf(InvoiceSummarySchema, "All of it, in one page.") },
});

/** Reading invoices and credit notes. */
export const addInvoiceRoutes = (app: App): void => {
  const { db } = app.services;

  app.get("/api/invoices", ListInvoices, async (request) => {
    const { limit = 20, cursor, updatedAfter, issuedFrom, issuedTo, ...plain } = request.query;
    const { clientId } = contextOf(request);
    const filter = { ...plain, from: issuedFrom, to: issuedTo };
    if (updatedAfter === undefined && (issuedFrom ?? issuedTo) !== undefined) {
      const [day, id] = readCursor(cursor, "invoices-by-date", 2) ?? [];
      const before = day === undefined || id === undefined ? undefined : { day, id };
      const invoices = await listInvoicesByDate(db, clientId, filter, { before, limit: limit + 1 });
      return pageOf(
        invoices,
        limit,
        "invoices-by-date",
        (invoice) => [invoice.day, invoice.id],
        presentSummary,
      );
    }
    if (updatedAfter === undefined) {
      const beforeId = readCursor(cursor, "invoices", 1)?.[0];
      const invoices = await listInvoices(db, clientId, filter, { beforeId, limit: limit + 1 });
      return pageOf(invoices, limit, "invoices", ({ id }) => [id], presentSummary);
    }
    // A time in a reply is cut to the millisecond, so what changed within it was seen already.
    const start = (Date.parse(updatedAfter) + 1) * 1000 - 1;
    const [updatedMicros, id] = readCursor(cursor, "changed-invoices", 2) ?? [start, Number.MAX_SAFE_INTEGER];
    const after = { updatedMicros: updatedMicros ?? start, id: id ?? 0 };
    const invoices = await listChangedInvoices(db, clientId, filter, after, limit + 1);
    return pageOf(
      invoices,
      limit,
      "changed-invoices",
      (invoice) => [invoice.updatedMicros, invoice.id],
      presentSummary,
    );
  });

  app.get("/api/invoices/:number", GetInvoice, async (request, reply) => {
    const parts = await readInvoice(contextOf(request), request.params.number);
    return sendTagged(request, reply, presentInvoice(parts));
  });

  app.get("/api/orders/:orderId/invoices", ListInvoicesOfOrder, async (request) => {
    const { clientId } = contextOf(request);
    const { orderId } = request.params;
    if (!(await findOrder(db, clientId, orderId)))
      throw refusal("order_not_found", "There is no such order.");
    const invoices = await listInvoicesOfOrder(db, clientId, orderId);
    return { data: invoices.map(presentSummary), nextCursor: null };
  });
};
