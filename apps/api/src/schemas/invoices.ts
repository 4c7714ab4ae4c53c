import type { InvoiceSummary } from "@billpost/db/invoice-list";
import { minorToNumber } from "@billpost/domain/currency";
import { invoiceStates } from "@billpost/domain/invoice-state";
import { type Static, Type } from "typebox";
import { idOf, instant, lineOf, moneyOf, nullableString } from "./values.ts";

/** The number names an invoice or credit note in every path. */
export const invoiceParams = Type.Object({
  number: Type.String({
    minLength: 1,
    maxLength: 40,
    pattern: "^[A-Z0-9-]+$",
    description: "The number of an invoice or credit note.",
    examples: ["INV-2026-000001"],
  }),
});

export const KindSchema = Type.Enum(["invoice", "credit_note"]);
export const StateSchema = Type.Enum([...invoiceStates], {
  description:
    "`issued`, or how much credit notes have given back of it. Derived: what was issued does not change. A credit note is always `issued`.",
});
export const dateOf = (description: string) =>
  Type.String({ format: "date", description, examples: ["2026-01-15"] });

/** A reason that stands on a document or in the history. */
export const reasonOf = (description: string) => lineOf(500, description, "Damaged in transit");

export const LineQuantitySchema = Type.Object(
  {
    lineNumber: Type.Integer({ minimum: 1, maximum: 10_000, description: "As on the invoice." }),
    quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: "Units.", examples: [1] }),
  },
  { additionalProperties: false },
);

/** What lists and details have in common. */
export const summaryFields = {
  number: Type.String({ examples: ["INV-2026-000001"] }),
  kind: KindSchema,
  state: StateSchema,
  orderId: Type.String({ examples: ["ORD-2026-000001"] }),
  customerId: idOf("The customer it was issued to."),
  originalNumber: nullableString("On a credit note: the invoice it corrects.", "INV-2026-000001"),
  issueDate: Type.String({
    description: "Calendar date in the seller's time zone.",
    examples: ["2026-01-15"],
  }),
  issuedAt: Type.String({ description: "When it was numbered.", examples: ["2026-01-15T10:30:00.123Z"] }),
  currency: Type.String({ description: "ISO 4217, of all its amounts.", examples: ["USD"] }),
  subtotal: moneyOf("Sum of the lines without tax. Positive on a credit note too.", 39.98),
  tax: moneyOf("All tax.", 4),
  rounding: moneyOf("What prices with tax cannot reach from a net amount; usually 0.", 0),
  total: moneyOf("`subtotal` + `tax` + `rounding`.", 43.98),
  deliveryState: nullableString(
    "Of its latest delivery: `sent`, `delivered`, `failed` and others; null while there is none.",
    "sent",
  ),
  updatedAt: Type.String({
    description: "When it was issued, credited, rendered or its delivery moved, whichever was last.",
  }),
};

export const InvoiceSummarySchema = Type.Object(summaryFields, {
  title: "InvoiceSummary",
  description: "An invoice or credit note.",
});

export type InvoiceSummaryReply = Static<typeof InvoiceSummarySchema>;

/** An invoice as lists show it. */
export const presentSummary = (invoice: InvoiceSummary): InvoiceSummaryReply => {
  const money = (minor: number) => minorToNumber(minor, invoice.currency);
  const { netMinor, taxMinor, grossMinor } = invoice;
  return {
    number: invoice.number,
    kind: invoice.kind,
    state: invoice.state,
    orderId: invoice.orderId,
    customerId: invoice.customerId,
    originalNumber: invoice.originalNumber,
    issueDate: invoice.issueDate,
    issuedAt: instant(invoice.issuedAt),
    currency: invoice.currency,
    subtotal: money(netMinor),
    tax: money(taxMinor),
    rounding: money(grossMinor - netMinor - taxMinor),
    total: money(grossMinor),
    deliveryState: invoice.deliveryState,
    updatedAt: instant(invoice.updatedAt),
  };
};
