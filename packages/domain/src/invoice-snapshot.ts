import type { Address } from "./address.ts";
import type { TaxCategory, TaxGroup } from "./tax.ts";

/**
 * The whole legal content of an invoice or credit note, frozen when it is issued. It holds no email
 * address, so that erasing a customer leaves it untouched. Amounts are integer minor units of `currency`;
 * dates are calendar dates (`YYYY-MM-DD`) in the seller's time zone. On a credit note quantities and
 * amounts are positive: the kind of the document says that they are given back (EN 16931, type 381).
 */
export interface InvoiceSnapshot {
  readonly schema: "billpost.invoice/1";
  readonly kind: InvoiceKind;
  readonly number: string;
  readonly orderId: string;
  readonly externalRef: string | null;
  readonly purchaseOrder: string | null;
  /** BT-2 */
  readonly issueDate: string;
  /** BT-72, the date of supply */
  readonly supplyDate: string;
  /** ISO 4217 */
  readonly currency: string;
  /** BCP 47, the language the customer reads */
  readonly locale: string;
  /** BG-3: on a credit note, the invoice it corrects (VAT directive art. 219). */
  readonly original: { readonly number: string; readonly issueDate: string } | null;
  /** Why the credit note was made. */
  readonly reason: string | null;
  readonly seller: Seller;
  readonly buyer: Buyer;
  readonly lines: readonly InvoiceLine[];
  /** Named discounts on the whole order, already split over the lines' `discountMinor`. */
  readonly discounts: readonly { readonly label: string; readonly amountMinor: number }[];
  /** BG-23: one row per category and rate. */
  readonly taxes: readonly TaxGroup[];
  readonly totals: InvoiceTotals;
  /** Required statements, by code; the templates print them in the invoice's language. */
  readonly mentions: readonly Mention[];
}

export type InvoiceKind = "invoice" | "credit_note";
export type Mention = "reverse_charge" | "exempt";

export interface Seller {
  readonly name: string;
  readonly address: Address;
  readonly vatId: string | null;
  readonly email: string | null;
}

interface Buyer {
  readonly name: string;
  readonly address: Address | null;
  readonly vatId: string | null;
}

export interface InvoiceLine {
  readonly lineNumber: number;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** What one `quantity` is: free text such as "piece" or "hour". */
  readonly unit: string;
  /** As the catalogue states it: with tax when `priceIncludesTax`. */
  readonly unitPriceMinor: number;
  readonly priceIncludesTax: boolean;
  /** `quantity × unitPriceMinor`, before discount, with tax when `priceIncludesTax`. */
  readonly totalMinor: number;
  /** This line's share of the order's discounts, on the same basis as `totalMinor`. */
  readonly discountMinor: number;
  /** BT-131, without tax. */
  readonly netMinor: number;
  readonly taxCategory: TaxCategory;
  readonly taxRatePpm: number;
  readonly exemptionReason: string | null;
}

export interface InvoiceTotals {
  /** BT-109: sum of the lines' net amounts. */
  readonly netMinor: number;
  /** BT-110: sum of the groups' taxes. */
  readonly taxMinor: number;
  /** BT-114: what gross prices cannot reach from a net amount; usually 0. */
  readonly roundingMinor: number;
  /** BT-115: net + tax + rounding. */
  readonly grossMinor: number;
}
