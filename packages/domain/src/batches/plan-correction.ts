import { type Credit, creditLines, remainingToCredit } from "../credit.ts";
import { type InvoiceProfile, missingForInvoice } from "../invoice-building.ts";
import type { InvoiceSnapshot } from "../invoice-snapshot.ts";
import { type BuyerChange, changeBuyer } from "./corrected-invoice.ts";
import { correctAmounts, type CorrectedAmounts, type Correction, rateChanges } from "./correction.ts";

/** An invoice that is to be corrected, and how much of it was given back. */
export interface Correctable {
  readonly original: InvoiceSnapshot;
  /** Quantities by line number. */
  readonly credited: ReadonlyMap<number, number>;
  /** Product ids by line number. */
  readonly productOf: ReadonlyMap<number, number>;
}

/** What is to be put right. */
export interface CorrectionWish {
  readonly corrections?: readonly Correction[] | undefined;
  readonly billingDetails?: BuyerChange | undefined;
}

/** What a correction comes to, or why there is none to make. */
export type PlannedCorrection =
  | {
      readonly outcome: "correct";
      readonly credit: Credit;
      readonly quantities: readonly { readonly lineNumber: number; readonly quantity: number }[];
      readonly amounts: CorrectedAmounts;
      readonly buyer: InvoiceSnapshot["buyer"];
    }
  | {
      readonly outcome: "skip";
      readonly reason: "fully_credited" | "nothing_to_correct" | "incomplete";
      readonly detail?: string;
    };

/** Judges and computes a correction: a credit note of all that remains, and an invoice of the same at the right rates. */
export const planCorrection = (
  { original, credited, productOf }: Correctable,
  { corrections = [], billingDetails }: CorrectionWish,
  profile: InvoiceProfile,
): PlannedCorrection => {
  const quantities = remainingToCredit(original.lines, credited);
  if (quantities.length === 0) return { outcome: "skip", reason: "fully_credited" };
  const credit = creditLines(original, credited, quantities);
  const changes = rateChanges(credit.lines, productOf, corrections);
  const buyer = changeBuyer(original.buyer, billingDetails);
  const sameBuyer = JSON.stringify(sorted(buyer)) === JSON.stringify(sorted(original.buyer));
  if (changes.size === 0 && sameBuyer) return { outcome: "skip", reason: "nothing_to_correct" };
  const amounts = correctAmounts(credit, changes);
  const missing = missingForInvoice(profile, { buyer, lines: amounts.lines }, original.seller);
  if (missing.length > 0) return { outcome: "skip", reason: "incomplete", detail: missing.join(", ") };
  return { outcome: "correct", credit, quantities, amounts, buyer };
};

/** The same whatever order its members were written in. */
const sorted = ({ name, address, vatId }: InvoiceSnapshot["buyer"]) => [
  name,
  vatId,
  address && Object.entries(address).toSorted(([a], [b]) => (a < b ? -1 : 1)),
];
