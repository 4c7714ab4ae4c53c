import { findClient } from "@billpost/db/clients";
import { clientOfInvoice, listBookedInvoices } from "@billpost/db/operators/books";
import { ppmToPercent } from "@billpost/domain/tax-rate";
import { Type } from "typebox";
import { refusal } from "../../http/problems.ts";
import { resendInvoice, verifyInvoice } from "../../operations/invoice-documents.ts";
import { readInvoice } from "../../operations/invoices.ts";
import { judgeDocument } from "../../operations/operators/verdicts.ts";
import { requireDocument, sendPdf } from "../../operations/send-pdf.ts";
import { EmailSchema } from "../../schemas/customers.ts";
import { invoiceParams, reasonOf } from "../../schemas/invoices.ts";
import type { App } from "../../server.ts";
import { checked, fieldOf, formOf, goOn } from "../forms.ts";
import { pdfPolicy } from "../headers.ts";
import { acting, contextFor, reading } from "../kit.ts";
import { listed, oneOf, optionsOf, pageSize, placeInList } from "../lists.ts";
import { sendPage } from "../page.ts";
import { verdictsView } from "../verdict-view.ts";

const listQuery = Type.Object(
  {
    ...placeInList,
    kind: oneOf(["invoice", "credit_note"]),
    customer: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

const params = invoiceParams;

const ResendForm = Type.Object(
  { to: Type.Optional(EmailSchema), reason: reasonOf("Why it is sent again.") },
  { additionalProperties: false },
);

/** Invoices and credit notes of every client, with their PDFs. */
export const addInvoicePages = (app: App): void => {
  const { db } = app.services;

  const requireClient = async (number: string): Promise<number> => {
    const clientId = await clientOfInvoice(db, number);
    if (clientId === undefined)
      throw refusal("invoice_not_found", "There is no such invoice or credit note.");
    return clientId;
  };

  app.get("/invoices", { ...reading, schema: { querystring: listQuery } }, async (request, reply) => {
    const { before, kind, customer } = request.query;
    const rows = await listBookedInvoices(
      db,
      { kind: kind || undefined, customerId: customer },
      { beforeId: before, limit: pageSize + 1 },
    );
    return sendPage(
      request,
      reply,
      "invoices",
      { title: "Invoices", nav: "invoices", live: true },
      {
        ...listed(request.url, rows),
        kindOptions: optionsOf(["invoice", "credit_note"], kind),
        filtered: Boolean(kind || customer),
      },
    );
  });

  app.get("/invoices/:number", { ...reading, schema: { params } }, async (request, reply) => {
    const { number } = request.params;
    const clientId = await requireClient(number);
    const [client, parts] = await Promise.all([
      findClient(db, clientId),
      readInvoice(contextFor(request, clientId), number),
    ]);
    const { snapshot } = parts.invoice;
    const verdict = await judgeDocument({ db }, { orderId: parts.summary.orderId, number, operator: true });
    return sendPage(
      request,
      reply,
      "invoice",
      { title: number, nav: "invoices", live: true },
      {
        ...parts,
        ...verdictsView([verdict]),
        client,
        snapshot: {
          ...snapshot,
          lines: snapshot.lines.map((line) => ({ ...line, taxRate: ppmToPercent(line.taxRatePpm) })),
        },
        stored: parts.documents.some(({ storedAt }) => storedAt !== null),
      },
    );
  });

  app.get("/invoices/:number/pdf", { ...reading, schema: { params } }, async (request, reply) => {
    const { number } = request.params;
    const document = await requireDocument(
      contextFor(request, await requireClient(number)),
      number,
      undefined,
    );
    reply.headers({ "content-security-policy": pdfPolicy, "x-frame-options": "SAMEORIGIN" });
    return sendPdf(request, reply, app.store, number, document);
  });

  app.post("/invoices/:number/resend", { ...acting, schema: { params } }, async (request, reply) => {
    const { number } = request.params;
    const context = contextFor(request, await requireClient(number));
    const form = formOf(request);
    const to = fieldOf(form, "to");
    const input = checked(ResendForm, {
      ...(to === undefined ? {} : { to }),
      reason: fieldOf(form, "reason") ?? "",
    });
    await resendInvoice(context, number, input);
    return goOn(request, reply, `/console/invoices/${number}`, "It will be sent again.");
  });

  app.post("/invoices/:number/verify", { ...acting, schema: { params } }, async (request, reply) => {
    const { number } = request.params;
    await verifyInvoice(contextFor(request, await requireClient(number)), number);
    return goOn(request, reply, `/console/invoices/${number}`, "The stored PDF is being compared.");
  });
};
