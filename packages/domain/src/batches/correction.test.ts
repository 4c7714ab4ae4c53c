import fc from "fast-check";
import { expect, test } from "vitest";
import { type Credit, creditLines, remainingToCredit } from "../credit.ts";
import type { InvoiceLine } from "../invoice-snapshot.ts";
import { type LineToPrice, priceLines } from "../pricing.ts";
import { million, mulDiv } from "../rounding.ts";
import { anyLine } from "../../test/any-line.ts";
import { correctAmounts, rateChanges, type RateChange } from "./correction.ts";

const invoiceOf = (input: readonly LineToPrice[], discountMinor = 0): Credit => {
  const pricing = priceLines(input, discountMinor);
  const lines = pricing.lines.map((priced, index): InvoiceLine => {
    const line = input[index] as LineToPrice;
    return { ...line, ...priced, lineNumber: index + 1, sku: "S", name: "N", unit: "piece" };
  });
  const { taxes, netMinor, taxMinor, roundingMinor, grossMinor } = pricing;
  return { lines, taxes, totals: { netMinor, taxMinor, roundingMinor, grossMinor } };
};

const rates = fc.constantFrom(0, 55_000, 70_000, 99_750, 190_000);

/** An invoice of which some may be credited already, and what is left of it. */
const anyRemaining = fc
  .tuple(fc.array(anyLine, { minLength: 1, maxLength: 6 }), fc.nat(), fc.infiniteStream(fc.nat(12)))
  .map(([lines, discount, picks]) => {
    const total = lines.reduce((all, line) => all + line.quantity * line.unitPriceMinor, 0);
    const invoice = invoiceOf(lines, total === 0 ? 0 : discount % total);
    const credited = new Map(
      invoice.lines.map((line) => [line.lineNumber, (picks.next().value ?? 0) % line.quantity]),
    );
    return creditLines(invoice, credited, remainingToCredit(invoice.lines, credited));
  });

const changesOf = (remaining: Credit, picks: readonly (number | null)[], keep: "net" | "gross") =>
  new Map(
    remaining.lines.flatMap((line, index): [number, RateChange][] => {
      const ratePpm = picks[index % picks.length];
      return ratePpm === null || ratePpm === undefined || ratePpm === line.taxRatePpm
        ? []
        : [[line.lineNumber, { ratePpm, keep }]];
    }),
  );

const anyPicks = fc.array(fc.option(rates), { minLength: 1, maxLength: 6 });

test("keeping the gross leaves exactly what is paid, whatever was credited before", () => {
  fc.assert(
    fc.property(anyRemaining, anyPicks, (remaining, picks) => {
      const corrected = correctAmounts(remaining, changesOf(remaining, picks, "gross"));
      expect(corrected.totals.grossMinor).toBe(remaining.totals.grossMinor);
    }),
  );
});

test("keeping the net leaves exactly each line's net amount", () => {
  fc.assert(
    fc.property(anyRemaining, anyPicks, (remaining, picks) => {
      const corrected = correctAmounts(remaining, changesOf(remaining, picks, "net"));
      expect(corrected.totals.netMinor).toBe(remaining.totals.netMinor);
      expect(corrected.lines.map(({ netMinor }) => netMinor)).toEqual(
        remaining.lines.map(({ netMinor }) => netMinor),
      );
    }),
  );
});

test("changing no rate changes no amount", () => {
  fc.assert(
    fc.property(anyRemaining, (remaining) => {
      const corrected = correctAmounts(remaining, new Map());
      expect(corrected.lines).toEqual(remaining.lines);
      expect(corrected.totals.grossMinor).toBe(remaining.totals.grossMinor);
    }),
  );
});

const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);

test("the sums of EN 16931 hold: lines, taxable amounts, taxes rounded once for each rate, and the total", () => {
  fc.assert(
    fc.property(anyRemaining, anyPicks, fc.constantFrom("net", "gross"), (remaining, picks, keep) => {
      const { lines, taxes, totals } = correctAmounts(remaining, changesOf(remaining, picks, keep));
      expect(sum(lines.map(({ netMinor }) => netMinor))).toBe(totals.netMinor);
      expect(sum(taxes.map(({ taxableMinor }) => taxableMinor))).toBe(totals.netMinor);
      expect(sum(taxes.map(({ taxMinor }) => taxMinor))).toBe(totals.taxMinor);
      expect(totals.netMinor + totals.taxMinor + totals.roundingMinor).toBe(totals.grossMinor);
      for (const group of taxes)
        expect(group.taxMinor).toBe(mulDiv(group.taxableMinor, group.ratePpm, million));
      for (const line of lines) expect(line.taxCategory === "standard").toBe(line.taxRatePpm > 0);
    }),
  );
});

test("a corrected invoice can be credited in any steps, and gives back exactly what it charged", () => {
  fc.assert(
    fc.property(anyRemaining, anyPicks, fc.constantFrom("net", "gross"), (remaining, picks, keep) => {
      const corrected = correctAmounts(remaining, changesOf(remaining, picks, keep));
      const credited = new Map<number, number>();
      const gross = corrected.lines.flatMap(({ lineNumber, quantity }) =>
        Array.from({ length: quantity }, () => {
          const credit = creditLines(corrected, credited, [{ lineNumber, quantity: 1 }]);
          credited.set(lineNumber, (credited.get(lineNumber) ?? 0) + 1);
          return credit.totals.grossMinor;
        }),
      );
      expect(gross.reduce((all, amount) => all + amount, 0)).toBe(corrected.totals.grossMinor);
    }),
  );
});

const book: LineToPrice = {
  quantity: 3,
  unitPriceMinor: 1000,
  priceIncludesTax: false,
  taxCategory: "standard",
  taxRatePpm: 190_000,
  exemptionReason: null,
};

test("books taxed at 19 % instead of 7 %: with the net kept the customer is refunded, with the gross kept nothing", () => {
  const invoice = invoiceOf([book]);
  expect(invoice.totals.grossMinor).toBe(3570);
  const change = (keep: "net" | "gross") =>
    correctAmounts(invoice, new Map([[1, { ratePpm: 70_000, keep }]])).totals;
  expect(change("net")).toEqual({ netMinor: 3000, taxMinor: 210, roundingMinor: 0, grossMinor: 3210 });
  expect(change("gross")).toEqual({ netMinor: 3336, taxMinor: 234, roundingMinor: 0, grossMinor: 3570 });
});

test("a correction means the lines that fit all of its match; exempt ones only by their product", () => {
  const lines = [
    { lineNumber: 1, taxRatePpm: 190_000, taxCategory: "standard" },
    { lineNumber: 2, taxRatePpm: 190_000, taxCategory: "standard" },
    { lineNumber: 3, taxRatePpm: 0, taxCategory: "exempt" },
    { lineNumber: 4, taxRatePpm: 0, taxCategory: "zero" },
  ] as const;
  const productOf = new Map([1, 2, 3, 4].map((number) => [number, number]));
  const changed = (match: { productIds?: number[]; taxRatePpm?: number }, taxRatePpm = 70_000) => [
    ...rateChanges(lines, productOf, [{ match, set: { taxRatePpm }, keep: "net" }]).keys(),
  ];
  expect(changed({ taxRatePpm: 190_000 })).toEqual([1, 2]);
  expect(changed({ taxRatePpm: 190_000, productIds: [2, 3] })).toEqual([2]);
  expect(changed({ taxRatePpm: 0 })).toEqual([4]);
  expect(changed({ productIds: [3] })).toEqual([3]);
  expect(changed({ productIds: [1, 2] }, 190_000)).toEqual([]);
});
