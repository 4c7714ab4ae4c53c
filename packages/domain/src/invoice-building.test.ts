import { expect, test } from "vitest";
import {
  buildInvoiceSnapshot,
  type ConfiguredSeller,
  type InvoiceableOrder,
  missingForInvoice,
  sellerOf,
} from "./invoice-building.ts";
import { dateInZone, formatInvoiceNumber, issueDate } from "./invoice-numbering.ts";

const seller: ConfiguredSeller = {
  name: "Shop",
  address: { line1: "1 Rue de la Paix", city: "Paris", countryCode: "FR" },
  vatId: "FR40303265045",
  email: null,
};

const order: InvoiceableOrder = {
  orderId: "ORD-2026-000001",
  externalRef: null,
  purchaseOrder: null,
  supplyDate: "2026-01-15",
  currency: "EUR",
  locale: "en",
  buyer: { name: "John Doe", address: { line1: "1 Street", city: "Berlin", countryCode: "DE" }, vatId: null },
  lines: [
    {
      lineNumber: 1,
      sku: "A",
      name: "Widget",
      quantity: 3,
      unit: "piece",
      unitPriceMinor: 15,
      priceIncludesTax: false,
      totalMinor: 45,
      discountMinor: 0,
      netMinor: 45,
      taxCategory: "standard",
      taxRatePpm: 100_000,
      exemptionReason: null,
    },
  ],
  discounts: [],
  // Not what today's rules would compute: the order's own figures are what counts.
  taxes: [{ category: "standard", ratePpm: 100_000, taxableMinor: 45, taxMinor: 4, exemptionReason: null }],
  subtotalMinor: 45,
  taxMinor: 4,
  roundingMinor: 0,
  totalMinor: 49,
};

const line = order.lines[0] as (typeof order.lines)[number];
const withLine = (part: Partial<typeof line>): InvoiceableOrder => ({
  ...order,
  lines: [{ ...line, ...part }],
});

test("the basic profile asks for both names and the seller's address, and nothing else", () => {
  const bare = { ...order, buyer: { name: "John Doe", address: null, vatId: null } };
  expect(missingForInvoice("basic", bare, { ...seller, vatId: null })).toEqual([]);
  expect(
    missingForInvoice(
      "basic",
      { ...bare, buyer: { ...bare.buyer, name: " " } },
      { ...seller, name: "", address: {} },
    ),
  ).toEqual([
    "seller.name",
    "seller.address.line1",
    "seller.address.city",
    "seller.address.countryCode",
    "billingDetails.name",
  ]);
});

test("the eu profile asks for what article 226 does", () => {
  expect(missingForInvoice("eu", order, seller)).toEqual([]);
  expect(missingForInvoice("eu", order, { ...seller, vatId: null })).toEqual(["seller.vatId"]);
  expect(missingForInvoice("eu", { ...order, buyer: { ...order.buyer, address: null } }, seller)).toEqual([
    "billingDetails.address",
  ]);
  const noCity = { line1: "1 Street", city: "", countryCode: "DE" };
  expect(missingForInvoice("eu", { ...order, buyer: { ...order.buyer, address: noCity } }, seller)).toEqual([
    "billingDetails.address.city",
  ]);
});

test("the buyer's VAT id is asked for where the buyer owes the tax, and an exemption's reason always", () => {
  expect(missingForInvoice("eu", withLine({ taxCategory: "reverse_charge" }), seller)).toEqual([
    "billingDetails.vatId",
  ]);
  expect(missingForInvoice("eu", withLine({ taxCategory: "exempt" }), seller)).toEqual([
    "lines.1.exemptionReason",
  ]);
});

test("the invoice copies the order's figures, whatever today's rules would compute", () => {
  const issued = { number: "INV-2026-000001", issueDate: "2026-01-16" };
  const snapshot = buildInvoiceSnapshot(order, sellerOf(seller), issued);
  expect(snapshot.totals).toEqual({ netMinor: 45, taxMinor: 4, roundingMinor: 0, grossMinor: 49 });
  expect(snapshot).toMatchObject({ ...issued, kind: "invoice", lines: order.lines, taxes: order.taxes });
  expect(snapshot.mentions).toEqual([]);
});

test("reverse charge and exemption are mentioned", () => {
  const taxes = (["reverse_charge", "exempt"] as const).map((category) => ({
    category,
    ratePpm: 0,
    taxableMinor: 1,
    taxMinor: 0,
    exemptionReason: null,
  }));
  const issued = { number: "INV-2026-000001", issueDate: "2026-01-16" };
  expect(buildInvoiceSnapshot({ ...order, taxes }, sellerOf(seller), issued).mentions).toEqual([
    "reverse_charge",
    "exempt",
  ]);
});

test("numbers carry the series' prefix, year and padding, and grow beyond it", () => {
  const series = { prefix: "INV", year: 2026, padding: 6 };
  expect(formatInvoiceNumber(series, 1)).toBe("INV-2026-000001");
  expect(formatInvoiceNumber(series, 12_345_678)).toBe("INV-2026-12345678");
});

test("dates are the seller's calendar dates, and never go back", () => {
  const newYear = new Date("2026-12-31T23:30:00Z");
  expect(dateInZone(newYear, "UTC")).toBe("2026-12-31");
  expect(dateInZone(newYear, "Europe/Paris")).toBe("2027-01-01");
  expect(dateInZone(newYear, "America/Los_Angeles")).toBe("2026-12-31");
  expect(issueDate("2026-05-01", "2026-05-02")).toBe("2026-05-02");
  expect(issueDate("2026-05-03", "2026-05-02")).toBe("2026-05-03");
  expect(issueDate("2026-05-03", null)).toBe("2026-05-03");
});
