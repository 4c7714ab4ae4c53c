import { mentionsFor } from "../invoice-building.ts";
import type { InvoiceSnapshot } from "../invoice-snapshot.ts";
import { splitByLargestRemainder, sum } from "../rounding.ts";
import type { CorrectedAmounts } from "./correction.ts";

/** What of the buyer was wrong; what is absent stays. */
export interface BuyerChange {
  readonly name?: string;
  readonly address?: NonNullable<InvoiceSnapshot["buyer"]["address"]>;
  readonly vatId?: string;
}

/** The buyer of an invoice with what is changed of it. */
export const changeBuyer = (
  buyer: InvoiceSnapshot["buyer"],
  change: BuyerChange | undefined,
): InvoiceSnapshot["buyer"] => ({ ...buyer, ...change });

/**
 * The whole legal content of an invoice that takes another's place: seller, language and date of supply as they
 * were frozen there, with the right amounts and the right buyer.
 */
export const buildCorrectedSnapshot = (
  original: InvoiceSnapshot,
  amounts: CorrectedAmounts,
  buyer: InvoiceSnapshot["buyer"],
  issued: { readonly number: string; readonly issueDate: string },
): InvoiceSnapshot => ({
  ...original,
  kind: "invoice",
  number: issued.number,
  issueDate: issued.issueDate,
  original: null,
  reason: null,
  buyer,
  lines: amounts.lines,
  discounts: discountsOf(original, amounts.lines),
  taxes: amounts.taxes,
  totals: amounts.totals,
  mentions: mentionsFor(amounts.taxes),
});

/** The named discounts, as far as the lines have a share of them; they add up to the lines' shares. */
export const discountsOf = (
  original: Pick<InvoiceSnapshot, "discounts">,
  lines: CorrectedAmounts["lines"],
): InvoiceSnapshot["discounts"] => {
  const shares = splitByLargestRemainder(
    sum(lines.map((line) => line.discountMinor)),
    original.discounts.map((discount) => discount.amountMinor),
  );
  return original.discounts.flatMap(({ label }, index) => {
    const amountMinor = shares[index] ?? 0;
    return amountMinor === 0 ? [] : [{ label, amountMinor }];
  });
};
