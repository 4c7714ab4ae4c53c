import { mulDiv, million, multiply, splitByLargestRemainder, sum } from "./rounding.ts";
import type { TaxCategory, TaxGroup } from "./tax.ts";

/** One line to price. Its rate counts only in the standard category; the others are not taxed. */
export interface LineToPrice {
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly priceIncludesTax: boolean;
  readonly taxCategory: TaxCategory;
  readonly taxRatePpm: number;
  readonly exemptionReason: string | null;
}

/** What a line comes to, in minor units: before discount, its discount share, and without tax (BT-131). */
interface PricedLine {
  readonly totalMinor: number;
  readonly discountMinor: number;
  readonly netMinor: number;
  readonly taxRatePpm: number;
}

export interface Pricing {
  /** In the order of the lines given. */
  readonly lines: readonly PricedLine[];
  readonly taxes: readonly TaxGroup[];
  /** BT-109 */
  readonly netMinor: number;
  /** BT-110 */
  readonly taxMinor: number;
  /** BT-114: with gross prices the gross wins; this is what net + tax lacks of it. */
  readonly roundingMinor: number;
  /** BT-115: net + tax + rounding. */
  readonly grossMinor: number;
}

/**
 * Prices an order by EN 16931: net amounts per line, one taxable amount per category and rate (BR-S-08),
 * its tax rounded once (BR-CO-17), totals as sums (BR-CO-10, -14, -15). `discountMinor` is taken off the
 * lines' totals as they are priced and split by largest remainder. The result does not depend on the
 * order of the lines. Throws a RangeError when the discount is more than the lines or amounts are too large.
 */
export const priceLines = (input: readonly LineToPrice[], discountMinor = 0): Pricing => {
  const lines = input.map((line) => ({
    ...line,
    taxRatePpm: line.taxCategory === "standard" ? line.taxRatePpm : 0,
    totalMinor: multiply(line.quantity, line.unitPriceMinor),
  }));
  if (discountMinor < 0 || discountMinor > sum(lines.map((line) => line.totalMinor)))
    throw new RangeError("a discount is between zero and the sum of the lines");

  // Ties of the split are settled by what the lines are, not by where they stand.
  const order = lines.map((_, index) => index).toSorted((a, b) => compareLines(lines[a], lines[b]) || a - b);
  const sorted = order.map((index) => lines[index] as (typeof lines)[number]);
  const discounts = splitByLargestRemainder(
    discountMinor,
    sorted.map((line) => line.totalMinor),
  );
  const priced = sorted.map((line, index) => ({
    ...line,
    discountMinor: discounts[index] ?? 0,
    amountMinor: line.totalMinor - (discounts[index] ?? 0),
    netMinor: 0,
  }));

  const taxes: TaxGroup[] = [];
  let roundingMinor = 0;
  for (const members of groupBy(priced, groupKey).values()) {
    const { taxCategory, taxRatePpm, exemptionReason } = members[0] as (typeof priced)[number];
    const gross = members.filter((line) => line.priceIncludesTax);
    const net = members.filter((line) => !line.priceIncludesTax);
    const grossAmount = sum(gross.map((line) => line.amountMinor));
    const netOfGross = mulDiv(grossAmount, million, million + taxRatePpm);
    const shares = splitByLargestRemainder(
      netOfGross,
      gross.map((line) => line.amountMinor),
    );
    gross.forEach((line, index) => {
      line.netMinor = shares[index] ?? 0;
    });
    for (const line of net) line.netMinor = line.amountMinor;
    const netAmount = sum(net.map((line) => line.netMinor));
    const taxableMinor = netOfGross + netAmount;
    const taxMinor = mulDiv(taxableMinor, taxRatePpm, million);
    const wanted = grossAmount + netAmount + mulDiv(netAmount, taxRatePpm, million);
    if (gross.length > 0) roundingMinor += wanted - taxableMinor - taxMinor;
    taxes.push({ category: taxCategory, ratePpm: taxRatePpm, taxableMinor, taxMinor, exemptionReason });
  }
  const netMinor = sum(taxes.map((group) => group.taxableMinor));
  const taxMinor = sum(taxes.map((group) => group.taxMinor));
  const result: PricedLine[] = [];
  priced.forEach((line, index) => {
    const { totalMinor, discountMinor: share, netMinor: lineNet, taxRatePpm } = line;
    result[order[index] as number] = { totalMinor, discountMinor: share, netMinor: lineNet, taxRatePpm };
  });
  return {
    lines: result,
    taxes,
    netMinor,
    taxMinor,
    roundingMinor,
    grossMinor: sum([netMinor, taxMinor, roundingMinor]),
  };
};

type Sortable = LineToPrice & { readonly totalMinor: number };

/** Lines of one group are taxed together. Exempt lines stay apart by their reason, which is printed. */
const groupKey = (line: LineToPrice) =>
  `${categoryRank[line.taxCategory]}/${String(line.taxRatePpm).padStart(7, "0")}/${line.exemptionReason ?? ""}`;

const categoryRank: Record<TaxCategory, number> = { standard: 0, zero: 1, exempt: 2, reverse_charge: 3 };

const compareLines = (a: Sortable | undefined, b: Sortable | undefined): number => {
  if (!a || !b) return 0;
  const [keyA, keyB] = [groupKey(a), groupKey(b)];
  if (keyA !== keyB) return keyA < keyB ? -1 : 1;
  return (
    Number(a.priceIncludesTax) - Number(b.priceIncludesTax) ||
    a.totalMinor - b.totalMinor ||
    a.quantity - b.quantity
  );
};

const groupBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
};
