import { findCreditRequest } from "@billpost/db/credit-requests";
import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendWritten } from "../http/idempotency.ts";
import { refusal } from "../http/problems.ts";
import { creditInvoice } from "../operations/credit-invoice.ts";
import { CreditRequestSchema, presentCreditRequest } from "../schemas/invoice-detail.ts";
import { invoiceParams, LineQuantitySchema, reasonOf } from "../schemas/invoices.ts";
import { idOf } from "../schemas/values.ts";
import type { App } from "../server.ts";

const tag = "Invoices";

const CreditInvoice = endpoint({
  scope: "invoices:write",
  tag,
  operationId: "creditInvoice",
  summary: "Give back an invoice, whole or in part",
  description:
    "Holds what is to be given back at once, so that no two requests credit the same piece; the worker then numbers the credit note in its own series, renders it and sends it. Poll `Location` for its number. Amounts follow from what was charged, so that crediting in any number of steps gives back exactly that.",
  errors: [
    "invoice_not_found",
    "nothing_left_to_credit",
    "more_than_remains",
    "credit_note_not_creditable",
    "unknown_invoice_line",
  ],
  idempotent: true,
  params: invoiceParams,
  body: Type.Object(
    {
      reason: reasonOf("Printed on the credit note."),
      lines: Type.Optional(
        Type.Array(LineQuantitySchema, {
          minItems: 1,
          maxItems: 1_000,
          description: "Absent: all that remains.",
        }),
      ),
    },
    {
      additionalProperties: false,
      examples: [{ reason: "Damaged in transit", lines: [{ lineNumber: 1, quantity: 1 }] }],
    },
  ),
  response: { 202: CreditRequestSchema },
});

const GetCreditRequest = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "getCreditRequest",
  summary: "Read a credit request",
  errors: ["credit_request_not_found"],
  params: Type.Object({ id: idOf("The credit request's id.") }),
  response: { 200: CreditRequestSchema },
});

/** Asking for credit notes. */
export const addCreditNoteRoutes = (app: App): void => {
  const { db } = app.services;

  app.post("/api/invoices/:number/credit-notes", CreditInvoice, async (request, reply) =>
    sendWritten(reply, await creditInvoice(contextOf(request), request.params.number, request.body)),
  );

  app.get("/api/credit-requests/:id", GetCreditRequest, async (request) => {
    const found = await findCreditRequest(db, contextOf(request).clientId, request.params.id);
    if (!found) throw refusal("credit_request_not_found", "There is no such credit request.");
    return presentCreditRequest(found);
  });
};
