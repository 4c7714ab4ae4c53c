import type { Trx } from "@billpost/db/connection";
import type { Order } from "@billpost/db/orders";
import {
  findByReference,
  holdBuyer,
  insertOrders,
  lockProductsToOrder,
  type NewOrder,
  type PlacedOrder,
} from "@billpost/db/orders-place";
import { enqueue } from "@billpost/db/outbox";
import type { BillingDetails } from "@billpost/db/schema";
import { allocate, type StockTaken } from "@billpost/domain/allocation";
import { isVatId } from "@billpost/domain/vat-id";
import type { Context } from "../context.ts";
import { write } from "../http/idempotency.ts";
import { refusal } from "../http/problems.ts";
import { type NewOrderInput, presentOrder } from "../schemas/orders.ts";
import { type ComposedOrder, composeOrder } from "./compose-order.ts";

type Buyer = NonNullable<Awaited<ReturnType<typeof holdBuyer>>>;

/**
 * Places an order: header, lines, stock and its ledger, audit, the stored reply and the invoice's work item,
 * all in one transaction or not at all.
 */
export const placeOrder = (context: Context, input: NewOrderInput) =>
  write(context, async (trx) => {
    await refuseTakenReference(trx, context.clientId, input.externalRef);
    const buyer = await findBuyer(trx, context.clientId, input.customerId);
    const products = await lockProductsToOrder(
      trx,
      input.items.map(({ productId }) => productId),
    );
    const composed = composeOrder(input, products, context.business.taxRatePpm);
    const taken = takeStock(composed);
    const order = describe(context, input, buyer, composed, taken);
    const [placed] = await insertOrders(trx, [order], context.business.timeZone);
    if (!placed) throw new Error("the order was not written");
    await enqueue(trx, [
      { task: "issue-invoice", clientId: context.clientId, orderId: placed.id, requestId: context.requestId },
    ]);
    return {
      status: 201,
      headers: { location: `/api/orders/${placed.orderId}` },
      body: presentOrder(asRead(order, placed)),
    };
  });

/** A clear answer for the usual case; the unique index settles two at once. */
const refuseTakenReference = async (
  trx: Trx,
  clientId: number,
  externalRef: string | undefined,
): Promise<void> => {
  if (externalRef === undefined) return;
  const other = await findByReference(trx, clientId, externalRef);
  if (other)
    throw refusal("external_ref_taken", `The order ${other.orderId} has this externalRef.`, {
      orderId: other.orderId,
    });
};

const findBuyer = async (trx: Trx, clientId: number, customerId: number): Promise<Buyer> => {
  const buyer = await holdBuyer(trx, clientId, customerId);
  if (!buyer) throw refuseBuyer("unknown_customer", "There is no such customer.");
  if (buyer.erasedAt) throw refuseBuyer("customer_erased", "The customer's data was erased.");
  return buyer;
};

const refuseBuyer = (code: "unknown_customer" | "customer_erased", detail: string) =>
  refusal(code, detail, { errors: [{ in: "body", pointer: "/customerId", code, detail }] });

const takeStock = ({ lines }: ComposedOrder): readonly StockTaken[] => {
  const stock = new Map(
    lines.flatMap(({ product }): [number, number][] =>
      product.tracksStock ? [[product.id, product.stock]] : [],
    ),
  );
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

const describe = (
  { clientId, actor, requestId }: Context,
  input: NewOrderInput,
  buyer: Buyer,
  composed: ComposedOrder,
  taken: readonly StockTaken[],
): NewOrder => ({
  clientId,
  customerId: buyer.id,
  customerName: buyer.name,
  customerEmail: buyer.email,
  billing: billingOf(buyer, input.billingAddress),
  locale: buyer.locale,
  ...composed,
  taken,
  externalRef: input.externalRef ?? null,
  purchaseOrder: input.purchaseOrder ?? null,
  actor,
  requestId,
});

/** The order as the first GET would answer it. */
const asRead = (order: NewOrder, placed: PlacedOrder): Order => ({
  ...order,
  ...placed,
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
  updatedAt: placed.createdAt,
});
