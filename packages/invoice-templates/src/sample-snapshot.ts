import type { InvoiceKind, InvoiceLine, InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";

export interface SampleOptions {
  readonly kind?: InvoiceKind;
  readonly locale?: string;
  readonly lines?: number;
}

const goods = [
  { sku: "WID-A-001", name: "Widget A", quantity: 2, unitPriceMinor: 1999 },
  { sku: "WID-B-001", name: "Widget B", quantity: 1, unitPriceMinor: 2999 },
  { sku: "GAD-X-001", name: "Gadget X", quantity: 3, unitPriceMinor: 4999 },
] as const;

/** An invoice to look at: previews, and a first try of an operator's own templates. */
export const sampleSnapshot = ({
  kind = "invoice",
  locale = "en",
  lines = 3,
}: SampleOptions = {}): InvoiceSnapshot => {
  const items = Array.from({ length: lines }, (_, index): InvoiceLine => {
    const { quantity, unitPriceMinor, ...rest } = goods[index % goods.length] ?? goods[0];
    const totalMinor = quantity * unitPriceMinor;
    return {
      ...rest,
      lineNumber: index + 1,
      quantity,
      unit: "piece",
      unitPriceMinor,
      priceIncludesTax: false,
      totalMinor,
      discountMinor: 0,
      netMinor: totalMinor,
      taxCategory: "standard",
      taxRatePpm: 100_000,
      exemptionReason: null,
    };
  });
  const netMinor = items.reduce((sum, line) => sum + line.netMinor, 0);
  const taxMinor = Math.round(netMinor / 10);
  const credit = kind === "credit_note";
  return {
    schema: "billpost.invoice/1",
    kind,
    number: credit ? "CN-2026-000001" : "INV-2026-000001",
    orderId: "ORD-2026-000001",
    externalRef: null,
    purchaseOrder: null,
    issueDate: "2026-01-15",
    supplyDate: "2026-01-15",
    currency: "EUR",
    locale,
    original: credit ? { number: "INV-2026-000001", issueDate: "2026-01-12" } : null,
    reason: credit ? "Returned by the customer" : null,
    seller: {
      name: "Northwind Supply Ltd",
      address: { line1: "12 Harbour Street", postalCode: "D02 XY45", city: "Dublin", countryCode: "IE" },
      vatId: "IE1234567FA",
      email: "billing@northwind.example",
    },
    buyer: {
      name: "John Doe",
      address: { line1: "Lindenstraße 7", postalCode: "10969", city: "Berlin", countryCode: "DE" },
      vatId: null,
    },
    lines: items,
    discounts: [],
    taxes: [
      { category: "standard", ratePpm: 100_000, taxableMinor: netMinor, taxMinor, exemptionReason: null },
    ],
    totals: { netMinor, taxMinor, roundingMinor: 0, grossMinor: netMinor + taxMinor },
    mentions: [],
  };
};
