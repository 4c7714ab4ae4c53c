import type { Address } from "./address.ts";
import type { InvoiceLine, InvoiceSnapshot, Mention, Seller } from "./invoice-snapshot.ts";
import type { TaxGroup } from "./tax.ts";

/** Which contents an invoice must have: the bare ones, or those of article 226 of the EU VAT directive. */
export type InvoiceProfile = "basic" | "eu";

/** An order as far as its invoice copies it. Nothing of it is computed again. */
export interface InvoiceableOrder {
  readonly orderId: string;
  readonly externalRef: string | null;
  readonly purchaseOrder: string | null;
  /** `YYYY-MM-DD`: the day given, or the day the order was placed in the seller's time zone. */
  readonly supplyDate: string;
  readonly currency: string;
  readonly locale: string;
  readonly buyer: { readonly name: string; readonly address: Address | null; readonly vatId: string | null };
  readonly lines: readonly InvoiceLine[];
  readonly discounts: readonly { readonly label: string; readonly amountMinor: number }[];
  readonly taxes: readonly TaxGroup[];
  readonly subtotalMinor: number;
  readonly taxMinor: number;
  readonly roundingMinor: number;
  readonly totalMinor: number;
}

/** The seller as configured; parts may be missing, and then nothing is issued. */
export interface ConfiguredSeller {
  readonly name: string;
  readonly address: Partial<Address>;
  readonly vatId: string | null;
  readonly email: string | null;
}

/**
 * What an invoice of this order would lack, as paths (`seller.vatId`, `billingDetails.address.city`); empty
 * when it can be issued. `billingDetails` paths are the order's own copy of the buyer, which can be completed
 * until the invoice has its number.
 *
 * `basic`: both names and the seller's address. `eu`, art. 226 of directive 2006/112/EC: also the seller's
 * VAT id (3), the buyer's address (5), the buyer's VAT id where the buyer owes the tax (4), and the reason of
 * an exemption (11).
 */
export const missingForInvoice = (
  profile: InvoiceProfile,
  order: Pick<InvoiceableOrder, "buyer" | "lines">,
  seller: ConfiguredSeller,
): string[] => {
  const missing = missingOfSeller(profile, seller);
  const need = needIn(missing);
  need(order.buyer.name, "billingDetails.name");
  if (order.lines.length === 0) missing.push("lines");
  if (profile === "basic") return missing;

  if (order.buyer.address) needAddress(need, order.buyer.address, "billingDetails.address");
  else missing.push("billingDetails.address");
  if (order.lines.some((line) => line.taxCategory === "reverse_charge"))
    need(order.buyer.vatId, "billingDetails.vatId");
  for (const line of order.lines)
    if (line.taxCategory === "exempt") need(line.exemptionReason, `lines.${line.lineNumber}.exemptionReason`);
  return missing;
};

/** What every invoice would lack because of the seller's own data. */
export const missingOfSeller = (profile: InvoiceProfile, seller: ConfiguredSeller): string[] => {
  const missing: string[] = [];
  const need = needIn(missing);
  need(seller.name, "seller.name");
  needAddress(need, seller.address, "seller.address");
  if (profile === "eu") need(seller.vatId, "seller.vatId");
  return missing;
};

const needIn =
  (missing: string[]) =>
  (present: unknown, path: string): void => {
    if (typeof present !== "string" || present.trim() === "") missing.push(path);
  };

const needAddress = (
  need: (present: unknown, path: string) => void,
  address: Partial<Address>,
  path: string,
) => {
  need(address.line1, `${path}.line1`);
  need(address.city, `${path}.city`);
  need(address.countryCode, `${path}.countryCode`);
};

/** The statements that must be printed: art. 226 (11) and (11a). */
export const mentionsFor = (taxes: readonly TaxGroup[]): Mention[] => {
  const mentions: Mention[] = [];
  if (taxes.some((group) => group.category === "reverse_charge")) mentions.push("reverse_charge");
  if (taxes.some((group) => group.category === "exempt")) mentions.push("exempt");
  return mentions;
};

/** Throws a TypeError unless the seller's required parts are there: `missingForInvoice` asks for them first. */
export const sellerOf = (seller: ConfiguredSeller): Seller => {
  const { line1, city, countryCode } = seller.address;
  if (!seller.name || !line1 || !city || !countryCode) throw new TypeError("the seller is incomplete");
  return { ...seller, address: { ...seller.address, line1, city, countryCode } };
};

/** The whole legal content of an order's invoice. Amounts are copied from the order as they were computed. */
export const buildInvoiceSnapshot = (
  order: InvoiceableOrder,
  seller: Seller,
  issued: { readonly number: string; readonly issueDate: string },
): InvoiceSnapshot => ({
  schema: "billpost.invoice/1",
  kind: "invoice",
  number: issued.number,
  orderId: order.orderId,
  externalRef: order.externalRef,
  purchaseOrder: order.purchaseOrder,
  issueDate: issued.issueDate,
  supplyDate: order.supplyDate,
  currency: order.currency,
  locale: order.locale,
  original: null,
  reason: null,
  seller,
  buyer: order.buyer,
  lines: order.lines,
  discounts: order.discounts,
  taxes: order.taxes,
  totals: {
    netMinor: order.subtotalMinor,
    taxMinor: order.taxMinor,
    roundingMinor: order.roundingMinor,
    grossMinor: order.totalMinor,
  },
  mentions: mentionsFor(order.taxes),
});
