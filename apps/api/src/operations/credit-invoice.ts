import { recordAudit } from "@billpost/db/audit";
import { findCreditRequest, requestCreditNote } from "@billpost/db/credit-requests";
import { lockOrderById } from "@billpost/db/billing-details";
import type { LineQuantity } from "@billpost/domain/credit";
import type { Context } from "../context.ts";
import { write } from "../http/idempotency.ts";
import { refusal } from "../http/problems.ts";
import { presentCreditRequest } from "../schemas/invoice-detail.ts";
import { requireInvoice } from "./invoices.ts";

export interface CreditInput {
  readonly reason: string;
  readonly lines?: readonly LineQuantity[] | undefined;
}

/**
 * Asks for a credit note of an invoice: of lines and quantities, or of all that remains. What it gives back is
 * held at once, so that no other can promise the same; the worker numbers it. 409 with what remains for more.
 */
export const creditInvoice = (context: Context, number: string, { reason, lines }: CreditInput) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId } = context;
    const invoice = await requireInvoice(trx, clientId, number);
    if (invoice.kind === "credit_note")
      throw refusal("credit_note_not_creditable", `${number} is a credit note; credit its original.`);
    await lockOrderById(trx, invoice.orderRowId);
    const orderId = invoice.orderRowId;
    const wish = { clientId, orderId, invoiceId: invoice.id, reason, actor, requestId, lines };
    const id = await requestCreditNote(trx, wish);
    const request = await findCreditRequest(trx, clientId, id);
    if (!request) throw new Error("the credit request was not written");
    await recordAudit(trx, {
      actor,
      clientId,
      action: "invoice.credit_requested",
      targetType: "invoice",
      targetId: number,
      after: { creditRequestId: id, lines: request.lines },
      reason,
      requestId,
    });
    return {
      status: 202,
      headers: { location: `/api/credit-requests/${id}` },
      body: presentCreditRequest(request),
    };
  });
