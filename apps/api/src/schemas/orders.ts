import type { Order } from "@billpost/db/orders";
import { minorToNumber } from "@billpost/domain/currency";
import { ppmToPercent } from "@billpost/domain/tax-rate";
import { type Static, Type } from "typebox";
import { AddressSchema, presentAddress } from "./address.ts";
import { idOf, instant, instantInSeconds, lineOf, moneyOf, nullableString } from "./values.ts";

const LineSchema = Type.Object(
  {
    productId: idOf("The product."),
    quantity: Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Units.", examples: [2] }),
  },
  { additionalProperties: false },
);

const DiscountSchema = Type.Object(
  {
    label: lineOf(100, "As it is printed on the invoice.", "Summer sale"),
    amount: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: "In major units of the order's currency.",
        examples: [5],
      }),
    ),
    percent: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 100,
        description: "Of the sum of the lines; at most four decimals.",
        examples: [10],
      }),
    ),
  },
  { additionalProperties: false, description: "Either `amount` or `percent`." },
);

const BillingAddressSchema = Type.Object(
  {
    name: Type.Optional(lineOf(200, "Whom the invoice is made out to; absent: the customer's name.")),
    vatId: Type.Optional(lineOf(40, "The buyer's VAT id; absent: the customer's.", "DE123456789")),
    ...AddressSchema.properties,
  },
  {
    additionalProperties: false,
    description: "Where the invoice is made out to; absent: the customer's address.",
  },
);

export const NewOrderSchema = Type.Object(
  {
    customerId: idOf("The customer, one of the client's own."),
    items: Type.Array(LineSchema, {
      minItems: 1,
      maxItems: 200,
      description: "What is bought. The same product may stand on several lines.",
    }),
    externalRef: Type.Optional(
      lineOf(100, "Your own reference of the order; unique among the client's orders.", "web-1001"),
    ),
    discounts: Type.Optional(
      Type.Array(DiscountSchema, { maxItems: 20, description: "Discounts on the whole order." }),
    ),
    billingAddress: Type.Optional(BillingAddressSchema),
    purchaseOrder: Type.Optional(lineOf(100, "The buyer's reference; printed on the invoice.", "PO-77")),
  },
  {
    additionalProperties: false,
    examples: [{ customerId: 1, items: [{ productId: 1, quantity: 2 }] }],
  },
);

export type NewOrderInput = Static<typeof NewOrderSchema>;

const OrderLineSchema = Type.Object(
  {
    productId: idOf("The product."),
    productName: Type.String({ description: "As it was when the order was placed." }),
    quantity: Type.Integer({ description: "Units." }),
    unitPrice: moneyOf("Price of one unit, with tax when `priceIncludesTax`.", 19.99),
    totalPrice: moneyOf("`quantity` × `unitPrice`.", 39.98),
    lineNumber: Type.Integer({ description: "From 1; returns and credit notes name lines by it." }),
    sku: Type.String(),
    unit: Type.String({ description: "What one `quantity` is." }),
    priceIncludesTax: Type.Boolean(),
    discount: moneyOf("This line's share of the order's discounts."),
    netPrice: moneyOf("After discount and without tax."),
    taxCategory: Type.Enum(["standard", "zero", "exempt", "reverse_charge"]),
    taxRatePercent: Type.Number({ description: "Percent.", examples: [10] }),
    returnedQuantity: Type.Integer({ description: "Units given back." }),
  },
  { title: "OrderLine" },
);

const TaxSchema = Type.Object(
  {
    category: Type.Enum(["standard", "zero", "exempt", "reverse_charge"]),
    ratePercent: Type.Number({ description: "Percent." }),
    taxable: moneyOf("What the tax is computed on."),
    tax: moneyOf("The tax, rounded once."),
  },
  { title: "Tax" },
);

const OrderInvoiceSchema = Type.Object(
  {
    number: Type.String({ examples: ["INV-2026-000001"] }),
    kind: Type.Enum(["invoice", "credit_note"]),
    state: Type.Enum(["issued", "partially_credited", "credited"]),
    deliveryState: nullableString(
      "Of its latest email: `sent`, `delivered`, `failed` and others; null while there is none.",
    ),
  },
  { title: "OrderInvoice" },
);

/** The first eleven fields are those of the first version, in its order. */
export const OrderSchema = Type.Object(
  {
    id: Type.Integer({ description: "Internal; `orderId` names the order everywhere." }),
    orderId: Type.String({
      description: "The order's name in paths and filters.",
      examples: ["ORD-2026-000001"],
    }),
    customerId: idOf("The customer."),
    customerName: Type.String({
      description: "As it was when the order was placed.",
      examples: ["John Doe"],
    }),
    customerEmail: Type.String({ description: "As it was when the order was placed." }),
    items: Type.Array(OrderLineSchema),
    subtotal: moneyOf("Sum of the lines after discounts, without tax.", 39.98),
    tax: moneyOf("All tax.", 4),
    total: moneyOf("What the buyer owes: `subtotal` + `tax` + `rounding`.", 43.98),
    status: Type.Enum(["COMPLETED", "CANCELLED"]),
    createdAt: Type.String({
      description: "When it was placed, to the second.",
      examples: ["2026-01-15T10:30:00Z"],
    }),
    currency: Type.String({ description: "ISO 4217, of all its amounts.", examples: ["USD"] }),
    rounding: moneyOf("What prices with tax cannot reach from a net amount; usually 0.", 0),
    discounts: Type.Array(Type.Object({ label: Type.String(), amount: moneyOf("Taken off the lines.") })),
    taxes: Type.Array(TaxSchema, { description: "The tax by category and rate." }),
    billing: Type.Object(
      {
        name: Type.String(),
        address: Type.Union([AddressSchema, Type.Null()]),
        vatId: nullableString("The buyer's VAT id."),
      },
      { description: "The buyer as the invoice names it." },
    ),
    locale: Type.String({ description: "BCP 47; the language of the invoice.", examples: ["en"] }),
    externalRef: nullableString("Your own reference."),
    purchaseOrder: nullableString("The buyer's reference."),
    invoiceStatus: Type.Enum(["pending", "blocked", "issued", "not_required", "external"], {
      description:
        "`pending`: being made. `blocked`: `missing` says what it lacks. `not_required`: cancelled before numbering.",
    }),
    missing: Type.Optional(
      Type.Array(Type.String(), { description: "With `blocked`: the data that the invoice lacks." }),
    ),
    invoices: Type.Array(OrderInvoiceSchema, { description: "What was issued for it, oldest first." }),
    cancelledAt: nullableString("When it was cancelled."),
    updatedAt: Type.String({ description: "When it was last changed." }),
  },
  { title: "Order", description: "The order." },
);

export type OrderReply = Static<typeof OrderSchema>;

/** An order as clients see it. */
export const presentOrder = (order: Order): OrderReply => {
  const money = (minor: number) => minorToNumber(minor, order.currency);
  return {
    id: order.id,
    orderId: order.orderId,
    customerId: order.customerId,
    customerName: order.customerName,
    customerEmail: order.customerEmail,
    items: order.lines.map((line) => ({
      productId: line.productId,
      productName: line.productName,
      quantity: line.quantity,
      unitPrice: money(line.unitPriceMinor),
      totalPrice: money(line.totalMinor),
      lineNumber: line.lineNumber,
      sku: line.sku,
      unit: line.unit,
      priceIncludesTax: line.priceIncludesTax,
      discount: money(line.discountMinor),
      netPrice: money(line.netMinor),
      taxCategory: line.taxCategory,
      taxRatePercent: ppmToPercent(line.taxRatePpm),
      returnedQuantity: line.returnedQuantity,
    })),
    subtotal: money(order.subtotalMinor),
    tax: money(order.taxMinor),
    total: money(order.totalMinor),
    status: order.status,
    createdAt: instantInSeconds(order.createdAt),
    currency: order.currency,
    rounding: money(order.roundingMinor),
    discounts: order.discounts.map(({ label, amountMinor }) => ({ label, amount: money(amountMinor) })),
    taxes: order.taxes.map((group) => ({
      category: group.category,
      ratePercent: ppmToPercent(group.ratePpm),
      taxable: money(group.taxableMinor),
      tax: money(group.taxMinor),
    })),
    billing: {
      name: order.billing.name,
      address: order.billing.address && presentAddress(order.billing.address),
      vatId: order.billing.vatId,
    },
    locale: order.locale,
    externalRef: order.externalRef,
    purchaseOrder: order.purchaseOrder,
    invoiceStatus: order.invoiceStatus,
    ...(order.invoiceStatus === "blocked" ? { missing: [...order.invoiceMissing] } : {}),
    invoices: order.invoices.map(({ number, kind, state, deliveryState }) => ({
      number,
      kind,
      state,
      deliveryState,
    })),
    cancelledAt: order.cancelledAt && instant(order.cancelledAt),
    updatedAt: instant(order.updatedAt),
  };
};
