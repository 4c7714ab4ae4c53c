import { recordAudit } from "@billpost/db/audit";
import { lockOrderToBill, releaseBlockedWork, writeBillingDetails } from "@billpost/db/billing-details";
import type { Trx } from "@billpost/db/connection";
import { findOrder, type Order } from "@billpost/db/orders";
import type { BillingDetails } from "@billpost/db/schema";
import type { Address } from "@billpost/domain/address";
import { isVatId } from "@billpost/domain/vat-id";
import type { Context } from "../context.ts";
import { bodyTag, requireTag } from "../http/etag.ts";
import { refusal } from "../http/problems.ts";
import { presentOrder } from "../schemas/orders.ts";

export interface BillingInput {
  readonly name?: string | undefined;
  readonly address?: Address | null | undefined;
  readonly vatId?: string | null | undefined;
}

/**
 * Completes the order's own copy of the buyer before its invoice is numbered, and lets issuing try again when
 * it was blocked. An imported order can be completed for the batch that is to issue it. Afterwards nothing changes:
 * 409. The customer's own data stays as it is.
 */
export const completeBilling = (
  { db, actor, clientId, requestId }: Context,
  orderId: string,
  ifMatch: string | undefined,
  input: BillingInput,
): Promise<Order> =>
  db.transaction().execute(async (trx) => {
    const held = await lockOrderToBill(trx, clientId, orderId);
    if (!held) throw refusal("order_not_found", "There is no such order.");
    if (held.invoiceStatus === "issued")
      throw refusal("order_already_invoiced", "The order has its invoice; a correction is a credit note.");
    if (held.invoiceStatus === "not_required" || held.status === "CANCELLED")
      throw refusal("order_needs_no_invoice", "The order was cancelled.");
    requireTag(ifMatch, bodyTag(JSON.stringify(presentOrder(await readOrder(trx, clientId, orderId)))));
    const billing = merge(held.billing, input);
    if (billing.vatId !== null && !isVatId(billing.vatId, billing.address?.countryCode))
      throw refusal("validation_failed", "The VAT id is not of its country's form.", {
        errors: [
          { in: "body", pointer: "/vatId", code: "wrong_format", detail: "is not of its country's form" },
        ],
      });
    await writeBillingDetails(trx, held.id, billing);
    await releaseBlockedWork(trx, held.id);
    await recordAudit(trx, {
      actor,
      clientId,
      action: "order.billing_completed",
      targetType: "order",
      targetId: orderId,
      before: { buyer: held.billing },
      after: { buyer: billing },
      requestId,
    });
    return readOrder(trx, clientId, orderId);
  });

/** What is absent stays; null removes an address or VAT id. */
const merge = (before: BillingDetails, { name, address, vatId }: BillingInput): BillingDetails => ({
  name: name ?? before.name,
  address: address === undefined ? before.address : address,
  vatId: vatId === undefined ? before.vatId : vatId,
});

const readOrder = async (trx: Trx, clientId: number, orderId: string): Promise<Order> => {
  const order = await findOrder(trx, clientId, orderId);
  if (!order) throw refusal("order_not_found", "There is no such order.");
  return order;
};
