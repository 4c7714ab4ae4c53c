import { findDocumentRequest } from "@billpost/db/document-requests";
import { listDeliveriesOf, listDocuments } from "@billpost/db/invoice-detail";
import { findVerification } from "@billpost/db/invoice-verifications";
import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendWritten } from "../http/idempotency.ts";
import { listOf } from "../http/paging.ts";
import { refusal } from "../http/problems.ts";
import {
  renderAgain,
  requireDelivery,
  resendInvoice,
  verifyInvoice,
} from "../operations/invoice-documents.ts";
import { requireInvoice } from "../operations/invoices.ts";
import { linkToPdf, requireDocument, sendPdf } from "../operations/send-pdf.ts";
import { EmailSchema } from "../schemas/customers.ts";
import {
  DeliverySchema,
  DocumentRequestSchema,
  DocumentSchema,
  presentDelivery,
  presentDocument,
  presentDocumentRequest,
} from "../schemas/invoice-detail.ts";
import { presentVerification, VerificationSchema } from "../schemas/invoice-verification.ts";
import { invoiceParams, reasonOf } from "../schemas/invoices.ts";
import { idOf } from "../schemas/values.ts";
import type { App } from "../server.ts";

const tag = "Invoices";
const revisionOf = (description: string) =>
  Type.Integer({ minimum: 1, maximum: 1_000_000, description, examples: [1] });

const LinkSchema = Type.Object(
  {
    url: Type.String({ description: "Opens without a key until it expires: keep it secret." }),
    expiresAt: Type.String({ description: "At most 5 minutes from now." }),
  },
  { description: "The PDF, or with `link=true` a link to it." },
);
const pdfBytes = Type.String({ format: "binary", description: "The PDF." });

const GetPdf = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "getInvoicePdf",
  summary: "Get the PDF of an invoice or credit note",
  description:
    "The original's bytes, or those of a `revision`. Its SHA-256 is the ETag; one byte range is answered 206. With `link=true` a presigned link instead.",
  errors: [
    "invoice_not_found",
    "document_not_found",
    "document_not_ready",
    "range_not_satisfiable",
    "storage_unavailable",
    "document_damaged",
  ],
  conditional: true,
  params: invoiceParams,
  querystring: Type.Object(
    {
      revision: Type.Optional(revisionOf("Absent: the original.")),
      link: Type.Optional(Type.Boolean({ description: "Answer a link that a browser can open." })),
    },
    { additionalProperties: false },
  ),
  response: { 200: LinkSchema, 206: Type.Unknown({ description: "A part of the PDF." }) },
  content: {
    200: { "application/pdf": pdfBytes, "application/json": LinkSchema },
    206: { "application/pdf": pdfBytes },
  },
});

const ListDocuments = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "listInvoiceDocuments",
  summary: "List the PDFs of an invoice or credit note, the original first",
  errors: ["invoice_not_found"],
  params: invoiceParams,
  response: { 200: listOf(DocumentSchema, "All of them, in one page.") },
});

const RenderAgain = endpoint({
  scope: "invoices:write",
  tag,
  operationId: "renderInvoiceAgain",
  summary: "Make another PDF of an invoice or credit note",
  description:
    "From what was frozen when it was issued, with today's template, or in another language, as a new revision. The legal content cannot change, and the PDFs before stay. Poll `Location`.",
  errors: ["invoice_not_found"],
  idempotent: true,
  params: invoiceParams,
  body: Type.Object(
    {
      locale: Type.Optional(
        Type.String({
          pattern: "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$",
          maxLength: 20,
          description: "BCP 47; absent: the language it was issued in.",
          examples: ["de"],
        }),
      ),
    },
    { additionalProperties: false, examples: [{ locale: "de" }] },
  ),
  response: { 202: DocumentRequestSchema },
});

const GetDocumentRequest = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "getDocumentRequest",
  summary: "Read a document request",
  errors: ["document_request_not_found"],
  params: Type.Object({ id: idOf("The document request's id.") }),
  response: { 200: DocumentRequestSchema },
});

const ListDeliveries = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "listInvoiceDeliveries",
  summary: "List the deliveries of an invoice or credit note, oldest first",
  errors: ["invoice_not_found"],
  params: invoiceParams,
  response: { 200: listOf(DeliverySchema, "All of them, in one page.") },
});

const ResendInvoice = endpoint({
  scope: "invoices:write",
  tag,
  operationId: "resendInvoice",
  summary: "Send an invoice or credit note again",
  description:
    "The stored PDF, byte for byte, to the customer or to the address `to`, as a delivery of its own with a reason. Send an Idempotency-Key, so that a repeated request is not another message.",
  errors: ["invoice_not_found", "document_not_found", "document_not_ready", "customer_erased"],
  idempotent: true,
  params: invoiceParams,
  body: Type.Object(
    {
      to: Type.Optional(EmailSchema),
      revision: Type.Optional(revisionOf("Of the PDF; absent: the original.")),
      reason: reasonOf("Why it is sent again; for the history."),
    },
    { additionalProperties: false, examples: [{ reason: "The customer lost it" }] },
  ),
  response: { 202: DeliverySchema },
});

const GetDelivery = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "getInvoiceDelivery",
  summary: "Read a delivery of an invoice or credit note",
  errors: ["invoice_not_found", "delivery_not_found"],
  params: Type.Object({ ...invoiceParams.properties, id: idOf("The delivery's id.") }),
  response: { 200: DeliverySchema },
});

const VerifyInvoice = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "verifyInvoice",
  summary: "Check an invoice or credit note against its stored PDF",
  description:
    "The worker compares the hashes of the frozen content and of the stored PDF, and renders it again: by bytes when template and Chrome are the same, else by text. Poll `Location`.",
  errors: ["invoice_not_found"],
  idempotent: true,
  params: invoiceParams,
  response: { 202: VerificationSchema },
});

const GetVerification = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "getInvoiceVerification",
  summary: "Read a verification",
  errors: ["verification_not_found"],
  params: Type.Object({ id: idOf("The verification's id.") }),
  response: { 200: VerificationSchema },
});

/** The PDFs of invoices, and bringing them to people. */
export const addInvoiceDocumentRoutes = (app: App): void => {
  const { db } = app.services;

  app.get("/api/invoices/:number/pdf", GetPdf, async (request, reply) => {
    const { revision, link } = request.query;
    const { number } = request.params;
    const document = await requireDocument(contextOf(request), number, revision);
    if (!link) return sendPdf(request, reply, app.store, number, document);
    const { url, expiresAt } = await linkToPdf(app.store, number, document);
    reply.header("cache-control", "no-store");
    return { url, expiresAt: expiresAt.toISOString() };
  });

  app.get("/api/invoices/:number/documents", ListDocuments, async (request) => {
    const { number } = request.params;
    const invoice = await requireInvoice(db, contextOf(request).clientId, number);
    const documents = await listDocuments(db, invoice.id);
    return { data: documents.map((document) => presentDocument(number, document)), nextCursor: null };
  });

  app.post("/api/invoices/:number/documents", RenderAgain, async (request, reply) =>
    sendWritten(reply, await renderAgain(contextOf(request), request.params.number, request.body.locale)),
  );

  app.get("/api/document-requests/:id", GetDocumentRequest, async (request) => {
    const found = await findDocumentRequest(db, contextOf(request).clientId, request.params.id);
    if (!found) throw refusal("document_request_not_found", "There is no such document request.");
    return presentDocumentRequest(found);
  });

  app.get("/api/invoices/:number/deliveries", ListDeliveries, async (request) => {
    const invoice = await requireInvoice(db, contextOf(request).clientId, request.params.number);
    return { data: (await listDeliveriesOf(db, invoice.id)).map(presentDelivery), nextCursor: null };
  });

  app.post("/api/invoices/:number/deliveries", ResendInvoice, async (request, reply) =>
    sendWritten(reply, await resendInvoice(contextOf(request), request.params.number, request.body)),
  );

  app.get("/api/invoices/:number/deliveries/:id", GetDelivery, async (request) => {
    const invoice = await requireInvoice(db, contextOf(request).clientId, request.params.number);
    return presentDelivery(await requireDelivery(db, invoice.id, request.params.id));
  });

  app.post("/api/invoices/:number/verifications", VerifyInvoice, async (request, reply) =>
    sendWritten(reply, await verifyInvoice(contextOf(request), request.params.number)),
  );

  app.get("/api/invoice-verifications/:id", GetVerification, async (request) => {
    const found = await findVerification(db, contextOf(request).clientId, request.params.id);
    if (!found) throw refusal("verification_not_found", "There is no such verification.");
    return presentVerification(found);
  });
};
