import type { Credit } from "./credit.ts";
import { mentionsFor } from "./invoice-building.ts";
import type { InvoiceSnapshot } from "./invoice-snapshot.ts";
import { splitByLargestRemainder, sum } from "./rounding.ts";

/**
 * The whole legal content of a credit note (EN 16931, type 381). It names the invoice it corrects (VAT
 * directive art. 219) and repeats its seller, buyer, language and supply date as they were frozen there, so
 * that what is corrected and what corrects it speak of the same transaction.
 */
export const buildCreditNoteSnapshot = (
  original: InvoiceSnapshot,
  credit: Credit,
  issued: { readonly number: string; readonly issueDate: string; readonly reason: string },
): InvoiceSnapshot => ({
  ...original,
  kind: "credit_note",
  number: issued.number,
  issueDate: issued.issueDate,
  original: { number: original.number, issueDate: original.issueDate },
  reason: issued.reason,
  lines: credit.lines,
  discounts: creditedDiscounts(original, credit),
  taxes: credit.taxes,
  totals: credit.totals,
  mentions: mentionsFor(credit.taxes),
});

/** The named discounts, as far as the credited lines had a share of them; they add up to the lines' shares. */
const creditedDiscounts = (original: InvoiceSnapshot, credit: Credit): InvoiceSnapshot["discounts"] => {
  const shares = splitByLargestRemainder(
    sum(credit.lines.map((line) => line.discountMinor)),
    original.discounts.map((discount) => discount.amountMinor),
  );
  return original.discounts.flatMap(({ label }, index) => {
    const amountMinor = shares[index] ?? 0;
    return amountMinor === 0 ? [] : [{ label, amountMinor }];
  });
};
