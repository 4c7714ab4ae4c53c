import { recordAudit } from "@billpost/db/audit";
import { findDocumentRequest, requestDocument } from "@billpost/db/document-requests";
import type { Db } from "@billpost/db/connection";
import { findStoredDocument, type InvoiceDelivery, listDeliveriesOf } from "@billpost/db/invoice-detail";
import { findVerification, requestVerification } from "@billpost/db/invoice-verifications";
import { findOrderContact } from "@billpost/db/billing-details";
import { lockOrderById } from "@billpost/db/billing-details";
import { requestResend } from "@billpost/db/resends";
import { erasedEmail } from "@billpost/db/customers-erase";
import type { Context } from "../context.ts";
import { write } from "../http/idempotency.ts";
import { refusal } from "../http/problems.ts";
import { presentDelivery, presentDocumentRequest } from "../schemas/invoice-detail.ts";
import { presentVerification } from "../schemas/invoice-verification.ts";
import { requireInvoice } from "./invoices.ts";

/** Asks for a new PDF of what was frozen: with today's template, or in another language. */
export const renderAgain = (context: Context, number: string, locale: string | undefined) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId } = context;
    const invoice = await requireInvoice(trx, clientId, number);
    const id = await requestDocument(trx, {
      clientId,
      orderId: invoice.orderRowId,
      invoiceId: invoice.id,
      locale: locale ?? invoice.snapshot.locale,
      actor,
      requestId,
    });
    const request = await findDocumentRequest(trx, clientId, id);
    if (!request) throw new Error("the document request was not written");
    await recordAudit(trx, {
      actor,
      clientId,
      action: "invoice.document_requested",
      targetType: "invoice",
      targetId: number,
      after: { documentRequestId: id, locale: request.locale },
      requestId,
    });
    return {
      status: 202,
      headers: { location: `/api/document-requests/${id}` },
      body: presentDocumentRequest(request),
    };
  });

/** Asks the worker to check an invoice against its stored PDF. */
export const verifyInvoice = (context: Context, number: string) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId } = context;
    const invoice = await requireInvoice(trx, clientId, number);
    const id = await requestVerification(trx, {
      clientId,
      orderId: invoice.orderRowId,
      invoiceId: invoice.id,
      actor,
      requestId,
    });
    const verification = await findVerification(trx, clientId, id);
    if (!verification) throw new Error("the verification was not written");
    return {
      status: 202,
      headers: { location: `/api/invoice-verifications/${id}` },
      body: presentVerification(verification),
    };
  });

export interface ResendInput {
  /** Absent: the customer's, as the order has it. */
  readonly to?: string | undefined;
  /** Absent: the original. */
  readonly revision?: number | undefined;
  readonly reason: string;
}

/**
 * Sends a stored PDF again, byte for byte, as a delivery of its own. 409 while there is none; 422 when the
 * customer's address was erased and no other is named.
 */
export const resendInvoice = (context: Context, number: string, { to, revision, reason }: ResendInput) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId } = context;
    const invoice = await requireInvoice(trx, clientId, number);
    const document = await findStoredDocument(trx, invoice.id, revision);
    if (!document && revision !== undefined)
      throw refusal("document_not_found", `There is no stored PDF of revision ${revision}.`);
    if (!document) throw refusal("document_not_ready", "The PDF is still being made.");
    // As an erasure does: the address must not come back in a delivery written beside it.
    await lockOrderById(trx, invoice.orderRowId);
    const contact = await findOrderContact(trx, invoice.orderRowId);
    if (to === undefined && contact.email === erasedEmail)
      throw refusal("customer_erased", "The customer's address was erased; name another.");
    const deliveryId = await requestResend(trx, {
      clientId,
      orderId: invoice.orderRowId,
      invoiceId: invoice.id,
      documentId: document.id,
      recipientName: to === undefined || to === contact.email ? contact.name : to,
      recipientEmail: to ?? contact.email,
      locale: document.locale,
      reason,
      requestId,
    });
    await recordAudit(trx, {
      actor,
      clientId,
      action: "invoice.resent",
      targetType: "invoice",
      targetId: number,
      after: { deliveryId, revision: document.revision, toCustomer: to === undefined },
      reason,
      requestId,
    });
    return {
      status: 202,
      headers: { location: `/api/invoices/${number}/deliveries/${deliveryId}` },
      body: presentDelivery(await requireDelivery(trx, invoice.id, deliveryId)),
    };
  });

/** A delivery of an invoice. */
export const requireDelivery = async (db: Db, invoiceId: number, id: number): Promise<InvoiceDelivery> => {
  const delivery = (await listDeliveriesOf(db, invoiceId)).find((candidate) => candidate.id === id);
  if (!delivery) throw refusal("delivery_not_found", "The invoice has no such delivery.");
  return delivery;
};
