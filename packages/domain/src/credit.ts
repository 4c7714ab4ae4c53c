import type { InvoiceLine, InvoiceSnapshot, InvoiceTotals } from "./invoice-snapshot.ts";
import { million, mulDiv, sum } from "./rounding.ts";
import type { TaxGroup } from "./tax.ts";

/** A quantity of one invoice line. */
export interface LineQuantity {
  readonly lineNumber: number;
  readonly quantity: number;
}

/** What a credit note gives back: lines, taxes and totals, all positive. */
export interface Credit {
  readonly lines: readonly InvoiceLine[];
  readonly taxes: readonly TaxGroup[];
  readonly totals: InvoiceTotals;
}

type Creditable = Pick<InvoiceSnapshot, "lines" | "taxes" | "totals">;

/**
 * The amounts of a credit note for `quantities`, when `credited` was given back before (by line number).
 * Each step gives the difference between two cumulative amounts, each rounded once, so that crediting in
 * any number of steps returns exactly what was charged: one by one, three lines of 0.15 at 10 % return 0.05
 * of tax, not 0.06. Throws a RangeError for an unknown line, or more than remains of it.
 */
export const creditLines = (
  invoice: Creditable,
  credited: ReadonlyMap<number, number>,
  quantities: readonly LineQuantity[],
): Credit => {
  const after = new Map(credited);
  for (const { lineNumber, quantity } of quantities) {
    const line = invoice.lines.find((candidate) => candidate.lineNumber === lineNumber);
    const total = (after.get(lineNumber) ?? 0) + quantity;
    if (!line || quantity <= 0 || total > line.quantity)
      throw new RangeError(`line ${lineNumber} has not ${quantity} left to credit`);
    after.set(lineNumber, total);
  }
  const from = cumulative(invoice, credited);
  const to = cumulative(invoice, after);
  const lines = invoice.lines.flatMap((line, index) => {
    const quantity = (after.get(line.lineNumber) ?? 0) - (credited.get(line.lineNumber) ?? 0);
    const before = from.lines[index];
    const now = to.lines[index];
    if (quantity === 0 || !before || !now) return [];
    return [
      {
        ...line,
        quantity,
        totalMinor: now.totalMinor - before.totalMinor,
        discountMinor: now.discountMinor - before.discountMinor,
        netMinor: now.netMinor - before.netMinor,
      },
    ];
  });
  const taxes = invoice.taxes.flatMap((group, index) => {
    const before = from.taxes[index];
    const now = to.taxes[index];
    const touched = lines.some((line) => inGroup(line, group));
    if (!before || !now || !touched) return [];
    return [
      {
        ...group,
        taxableMinor: now.taxableMinor - before.taxableMinor,
        taxMinor: now.taxMinor - before.taxMinor,
      },
    ];
  });
  return {
    lines,
    taxes,
    totals: {
      netMinor: to.totals.netMinor - from.totals.netMinor,
      taxMinor: to.totals.taxMinor - from.totals.taxMinor,
      roundingMinor: to.totals.roundingMinor - from.totals.roundingMinor,
      grossMinor: to.totals.grossMinor - from.totals.grossMinor,
    },
  };
};

/** What is left to credit of each line that has something left. */
export const remainingToCredit = (
  lines: readonly Pick<InvoiceLine, "lineNumber" | "quantity">[],
  credited: ReadonlyMap<number, number>,
): LineQuantity[] =>
  lines
    .map(({ lineNumber, quantity }) => ({ lineNumber, quantity: quantity - (credited.get(lineNumber) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);

/** The amounts of an invoice of which `credited` of each line was given back. At the full quantities: the invoice's own. */
const cumulative = (invoice: Creditable, credited: ReadonlyMap<number, number>) => {
  const lines = invoice.lines.map((line) => {
    const quantity = credited.get(line.lineNumber) ?? 0;
    return {
      line,
      quantity,
      totalMinor: mulDiv(line.totalMinor, quantity, line.quantity),
      discountMinor: mulDiv(line.discountMinor, quantity, line.quantity),
      netMinor: mulDiv(line.netMinor, quantity, line.quantity),
    };
  });
  // A corrected invoice may carry a rounding of its own, which goes back with the last of it.
  if (lines.every(({ line, quantity }) => quantity === line.quantity))
    return { lines, taxes: invoice.taxes, totals: invoice.totals };
  const taxes = invoice.taxes.map((group) =>
    groupAmounts(
      lines
        .filter(({ line }) => inGroup(line, group))
        .map(({ line, ...amounts }) => ({ ...amounts, priceIncludesTax: line.priceIncludesTax })),
      group.ratePpm,
    ),
  );
  const netMinor = sum(taxes.map((group) => group.taxableMinor));
  const taxMinor = sum(taxes.map((group) => group.taxMinor));
  const roundingMinor = sum(taxes.map((group) => group.roundingMinor));
  return {
    lines,
    taxes,
    totals: { netMinor, taxMinor, roundingMinor, grossMinor: netMinor + taxMinor + roundingMinor },
  };
};

/** Amounts of one line, in minor units, as far as its group's are made of them. */
export interface LineAmounts {
  readonly priceIncludesTax: boolean;
  readonly totalMinor: number;
  readonly discountMinor: number;
  readonly netMinor: number;
}

/** The amounts of the lines of one category and rate. With gross prices the gross wins, in a part as in the whole. */
export const groupAmounts = (members: readonly LineAmounts[], ratePpm: number) => {
  const gross = members.filter(({ priceIncludesTax }) => priceIncludesTax);
  const net = members.filter(({ priceIncludesTax }) => !priceIncludesTax);
  const taxableMinor = sum(members.map(({ netMinor }) => netMinor));
  const taxMinor = mulDiv(taxableMinor, ratePpm, million);
  const grossTax =
    sum(gross.map(({ totalMinor, discountMinor }) => totalMinor - discountMinor)) -
    sum(gross.map(({ netMinor }) => netMinor));
  const netTax = mulDiv(sum(net.map(({ netMinor }) => netMinor)), ratePpm, million);
  return { taxableMinor, taxMinor, roundingMinor: gross.length > 0 ? grossTax + netTax - taxMinor : 0 };
};

const inGroup = (line: InvoiceLine, group: TaxGroup): boolean =>
  line.taxCategory === group.category &&
  line.taxRatePpm === group.ratePpm &&
  line.exemptionReason === group.exemptionReason;
