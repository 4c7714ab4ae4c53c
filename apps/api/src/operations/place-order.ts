import type { Order } from "@billpost/db/orders";
import type { NamedOrder } from "@billpost/db/orders-insert";
import type { BuyerToOrder as Buyer, NewOrder } from "@billpost/db/orders-place";
import type { BillingDetails } from "@billpost/db/schema";
import { allocate, type StockTaken } from "@billpost/domain/allocation";
import { isVatId } from "@billpost/domain/vat-id";
import type { Context } from "../context.ts";
import { refusal } from "../http/problems.ts";
import type { NewOrderInput } from "../schemas/orders.ts";
import type { ComposedOrder } from "./compose-order.ts";

/** The buyer of an order, who must be the client's own and not erased. */
export const buyerOf = (buyer: Buyer | undefined, clientId: number): Buyer => {
  if (!buyer || buyer.clientId !== clientId)
    throw refuseBuyer("unknown_customer", "There is no such customer.");
  if (buyer.erasedAt) throw refuseBuyer("customer_erased", "The customer's data was erased.");
  return buyer;
};

const refuseBuyer = (code: "unknown_customer" | "customer_erased", detail: string) =>
  refusal(code, detail, { errors: [{ in: "body", pointer: "/customerId", code, detail }] });

/** Takes an order from the locked stock, or refuses it with every line that is short and leaves the stock. */
export const takeStock = (stock: Map<number, number>, { lines }: ComposedOrder): readonly StockTaken[] => {
  const { taken, shortages } = allocate(
    stock,
    lines.map(({ product, quantity }) => ({ productId: product.id, quantity })),
  );
  if (shortages.length > 0)
    throw refusal("insufficient_stock", `${shortages.length} of the lines ask for more than there is.`, {
      errors: shortages.map(({ line, productId, quantity: requested, available }) => ({
        in: "body",
        pointer: `/items/${line}/quantity`,
        code: "insufficient_stock",
        detail: `${available} available, ${requested} requested`,
        productId,
        requested,
        available,
      })),
    });
  return taken;
};

/** The refusal of a reference that another order of the client has. */
export const referenceTaken = (orderId: string) =>
  refusal("external_ref_taken", `The order ${orderId} has this externalRef.`, { orderId });

const billingOf = (buyer: Buyer, billingAddress: NewOrderInput["billingAddress"]): BillingDetails => {
  if (!billingAddress) return { name: buyer.name, address: buyer.address, vatId: buyer.vatId };
  const { name, vatId, ...address } = billingAddress;
  if (vatId !== undefined && !isVatId(vatId, address.countryCode))
    throw refusal("validation_failed", "The VAT id cannot be one of that country.", {
      errors: [
        {
          in: "body",
          pointer: "/billingAddress/vatId",
          code: "wrong_format",
          detail: "is not of the form of the country's VAT ids",
        },
      ],
    });
  return { name: name ?? buyer.name, address, vatId: vatId ?? buyer.vatId };
};

/** The order to write, but for the stock it takes. */
export const describeOrder = (
  { clientId, actor, requestId }: Context,
  input: NewOrderInput,
  buyer: Buyer,
  composed: ComposedOrder,
): Omit<NewOrder, "taken"> => ({
  clientId,
  customerId: buyer.id,
  customerName: buyer.name,
  customerEmail: buyer.email,
  billing: billingOf(buyer, input.billingAddress),
  locale: buyer.locale,
  ...composed,
  externalRef: input.externalRef ?? null,
  purchaseOrder: input.purchaseOrder ?? null,
  actor,
  requestId,
});

/** The order as the first GET would answer it. */
export const asRead = ({ name, ...order }: NamedOrder): Order => ({
  ...order,
  ...name,
  lines: order.lines.map(({ product, ...line }) => ({
    ...product,
    ...line,
    productId: product.id,
    productName: product.name,
    returnedQuantity: 0,
  })),
  subtotalMinor: order.pricing.netMinor,
  taxMinor: order.pricing.taxMinor,
  roundingMinor: order.pricing.roundingMinor,
  totalMinor: order.pricing.grossMinor,
  taxes: order.pricing.taxes,
  status: "COMPLETED",
  invoiceStatus: "pending",
  invoiceMissing: [],
  invoices: [],
  cancelledAt: null,
  updatedAt: name.createdAt,
});
