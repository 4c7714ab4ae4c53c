import { type Credit, groupAmounts, type LineAmounts } from "../credit.ts";
import type { InvoiceLine, InvoiceTotals } from "../invoice-snapshot.ts";
import { million, mulDiv, splitByLargestRemainder, sum } from "../rounding.ts";
import type { TaxGroup } from "../tax.ts";

/** The right rate of one line, in parts per million, and what of its amount stays. */
export interface RateChange {
  readonly ratePpm: number;
  readonly keep: "net" | "gross";
}

/** What is wrong with some lines: those that fit all of `match`. */
export interface Correction {
  readonly match: { readonly productIds?: readonly number[]; readonly taxRatePpm?: number };
  readonly set: { readonly taxRatePpm: number };
  readonly keep: "net" | "gross";
}

/** Lines, taxes and totals of the invoice that takes another's place. */
export interface CorrectedAmounts {
  readonly lines: readonly InvoiceLine[];
  readonly taxes: readonly TaxGroup[];
  readonly totals: InvoiceTotals;
}

/**
 * Which lines change, and how: for each line the first correction that fits it. A rate is matched only where tax is
 * charged by one; exempt lines and those of reverse charge are meant only when their product is named. A line that
 * has the right rate already does not change.
 */
export const rateChanges = (
  lines: readonly Pick<InvoiceLine, "lineNumber" | "taxRatePpm" | "taxCategory">[],
  productOf: ReadonlyMap<number, number>,
  corrections: readonly Correction[],
): Map<number, RateChange> => {
  const changes = new Map<number, RateChange>();
  for (const line of lines) {
    const correction = corrections.find(({ match: { productIds, taxRatePpm } }) => {
      const rated = line.taxCategory === "standard" || line.taxCategory === "zero";
      const product = productOf.get(line.lineNumber);
      return (
        (productIds === undefined || (product !== undefined && productIds.includes(product))) &&
        (taxRatePpm === undefined || (rated && line.taxRatePpm === taxRatePpm))
      );
    });
    if (!correction) continue;
    const { taxRatePpm: ratePpm } = correction.set;
    const same = line.taxRatePpm === ratePpm && line.taxCategory === categoryOf(ratePpm);
    if (!same) changes.set(line.lineNumber, { ratePpm, keep: correction.keep });
  }
  return changes;
};

/** EN 16931 BR-S-5: the standard category has a rate above zero; at zero it is the zero-rated one (BR-Z-5). */
const categoryOf = (ratePpm: number): "standard" | "zero" => (ratePpm === 0 ? "zero" : "standard");

/**
 * The amounts of the invoice that takes the place of what a credit note gives back, with other rates on some of its
 * lines (none: the same amounts). `keep: "net"`: a line's net amount stays; `keep: "gross"`: what is paid for it
 * stays, and net and tax are taken out of it anew. Tax is rounded once for each category and rate (EN 16931
 * BR-CO-17). Unless a net is kept, the total is exactly what is given back: what a part of an invoice lacks of its
 * own rounding is the rounding amount (BT-114). Line totals are exact; a unit price that they cannot be divided
 * into is rounded.
 */
export const correctAmounts = (
  remaining: Pick<Credit, "lines" | "taxes" | "totals">,
  changes: ReadonlyMap<number, RateChange>,
): CorrectedAmounts => {
  const grossOf = keptGross(remaining.lines, changes);
  const changed = remaining.lines.map((line) => changeLine(line, changes.get(line.lineNumber), grossOf));
  const lines = netsOfKeptGross(changed, changes);
  const taxes: TaxGroup[] = [];
  let roundingMinor = 0;
  for (const members of groupsOf(lines)) {
    const [{ taxCategory: category, taxRatePpm: ratePpm, exemptionReason }] = members;
    const amounts = groupAmounts(members, ratePpm);
    roundingMinor += amounts.roundingMinor;
    const { taxableMinor, taxMinor } = amounts;
    taxes.push({ category, ratePpm, taxableMinor, taxMinor, exemptionReason });
  }
  const netMinor = sum(taxes.map((group) => group.taxableMinor));
  const taxMinor = sum(taxes.map((group) => group.taxMinor));
  const keepsNet = [...changes.values()].some(({ keep }) => keep === "net");
  if (!keepsNet) roundingMinor += remaining.totals.grossMinor - (netMinor + taxMinor + roundingMinor);
  const grossMinor = sum([netMinor, taxMinor, roundingMinor]);
  return { lines, taxes, totals: { netMinor, taxMinor, roundingMinor, grossMinor } };
};

type Group = [InvoiceLine, ...InvoiceLine[]];

/** The lines by category, rate and reason, as tax is computed and printed, in the order of the first of each. */
const groupsOf = (lines: readonly InvoiceLine[]): Group[] => {
  const groups = Map.groupBy(lines, (line) =>
    JSON.stringify([line.taxCategory, line.taxRatePpm, line.exemptionReason]),
  );
  return [...groups.values()] as Group[];
};

/**
 * What is paid for each line without tax in its price that keeps its gross: what its group's net-priced lines
 * came to with their tax, less what those come to that stay, split by net amount.
 */
const keptGross = (
  lines: readonly InvoiceLine[],
  changes: ReadonlyMap<number, RateChange>,
): ReadonlyMap<number, number> => {
  const grossOf = new Map<number, number>();
  for (const members of groupsOf(lines)) {
    const [{ taxRatePpm }] = members;
    const priced = members.filter((line) => !line.priceIncludesTax);
    const leaving = priced.filter((line) => changes.get(line.lineNumber)?.keep === "gross");
    const staying = priced.filter((line) => !leaving.includes(line));
    const withTax = (some: readonly InvoiceLine[]) => {
      const net = sum(some.map(({ netMinor }) => netMinor));
      return net + mulDiv(net, taxRatePpm, million);
    };
    const shares = splitByLargestRemainder(
      withTax(priced) - withTax(staying),
      leaving.map(({ netMinor }) => netMinor),
    );
    for (const [index, line] of leaving.entries()) grossOf.set(line.lineNumber, shares[index] ?? 0);
  }
  return grossOf;
};

/** A line at its new rate; where its gross is kept, its net is yet to be taken out of it. */
const changeLine = (
  line: InvoiceLine,
  change: RateChange | undefined,
  grossOf: ReadonlyMap<number, number>,
): InvoiceLine => {
  if (!change) return line;
  const rated = {
    ...line,
    taxCategory: categoryOf(change.ratePpm),
    taxRatePpm: change.ratePpm,
    exemptionReason: null,
  };
  if (change.keep === "net") {
    if (!line.priceIncludesTax) return rated;
    const discountMinor = mulDiv(line.discountMinor, million, million + line.taxRatePpm);
    return priced({ ...rated, priceIncludesTax: false, discountMinor }, line.netMinor);
  }
  const gross = grossOf.get(line.lineNumber);
  if (gross === undefined) return rated;
  const discountMinor = mulDiv(line.discountMinor, million + line.taxRatePpm, million);
  return priced({ ...rated, priceIncludesTax: true, discountMinor }, gross);
};

/** The line with this amount after its discount. */
const priced = (line: InvoiceLine, amountMinor: number): InvoiceLine => {
  const totalMinor = amountMinor + line.discountMinor;
  return { ...line, totalMinor, unitPriceMinor: mulDiv(totalMinor, 1, line.quantity) };
};

/** Net amounts of the lines whose gross is kept: of all of one rate together, rounded once, then split. */
const netsOfKeptGross = (
  lines: readonly InvoiceLine[],
  changes: ReadonlyMap<number, RateChange>,
): InvoiceLine[] => {
  const netOf = new Map<number, number>();
  const kept = lines.filter((line) => changes.get(line.lineNumber)?.keep === "gross");
  for (const members of groupsOf(kept)) {
    const [{ taxRatePpm }] = members;
    const amounts = members.map((line) => amountOf(line));
    const net = mulDiv(sum(amounts), million, million + taxRatePpm);
    const shares = splitByLargestRemainder(net, amounts);
    for (const [index, line] of members.entries()) netOf.set(line.lineNumber, shares[index] ?? 0);
  }
  return lines.map((line) => ({ ...line, netMinor: netOf.get(line.lineNumber) ?? line.netMinor }));
};

const amountOf = ({ totalMinor, discountMinor }: Pick<LineAmounts, "totalMinor" | "discountMinor">): number =>
  totalMinor - discountMinor;
