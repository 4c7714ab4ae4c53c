import fc from "fast-check";
import { expect, test } from "vitest";
import { type LineToPrice, priceLines } from "./pricing.ts";

const line = (over: Partial<LineToPrice> = {}): LineToPrice => ({
  quantity: 1,
  unitPriceMinor: 1999,
  priceIncludesTax: false,
  taxCategory: "standard",
  taxRatePpm: 100_000,
  exemptionReason: null,
  ...over,
});

const anyLine = fc.record({
  quantity: fc.integer({ min: 1, max: 10_000 }),
  unitPriceMinor: fc.integer({ min: 0, max: 10_000_000 }),
  priceIncludesTax: fc.boolean(),
  taxCategory: fc.constantFrom("standard", "zero", "exempt", "reverse_charge"),
  taxRatePpm: fc.constantFrom(0, 25_000, 55_000, 70_000, 99_750, 100_000, 190_000, 200_000),
  exemptionReason: fc.constant(null),
}) satisfies fc.Arbitrary<LineToPrice>;

const anyOrder = fc.array(anyLine, { minLength: 1, maxLength: 12 }).chain((lines) => {
  const total = lines.reduce((all, { quantity, unitPriceMinor }) => all + quantity * unitPriceMinor, 0);
  return fc.record({ lines: fc.constant(lines), discount: fc.integer({ min: 0, max: total }) });
});

test("two Widgets at 19.99 with 10 % tax come to 39.98 + 4.00 = 43.98", () => {
  const { netMinor, taxMinor, grossMinor } = priceLines([line({ quantity: 2 })]);
  expect([netMinor, taxMinor, grossMinor]).toEqual([3998, 400, 4398]);
});

test("tax is rounded once per group: three lines of 0.15 at 10 % are taxed 0.05, not 0.06", () => {
  expect(priceLines([1, 2, 3].map(() => line({ unitPriceMinor: 15 }))).taxMinor).toBe(5);
});

test("with gross prices the gross wins, and what net and tax cannot reach is the rounding amount", () => {
  for (let gross = 1; gross <= 1000; gross += 1) {
    const pricing = priceLines([
      line({ unitPriceMinor: gross, priceIncludesTax: true, taxRatePpm: 190_000 }),
    ]);
    expect(pricing.grossMinor).toBe(gross);
    expect(Math.abs(pricing.roundingMinor)).toBeLessThanOrEqual(1);
  }
});

test("sums always agree and no cent is lost", () => {
  fc.assert(
    fc.property(anyOrder, ({ lines, discount }) => {
      const pricing = priceLines(lines, discount);
      const total = (pick: (line: (typeof pricing.lines)[number]) => number) =>
        pricing.lines.reduce((all, priced) => all + pick(priced), 0);
      expect(total((priced) => priced.netMinor)).toBe(pricing.netMinor);
      expect(total((priced) => priced.discountMinor)).toBe(discount);
      expect(pricing.taxes.reduce((all, group) => all + group.taxableMinor, 0)).toBe(pricing.netMinor);
      expect(pricing.netMinor + pricing.taxMinor + pricing.roundingMinor).toBe(pricing.grossMinor);
      for (const priced of pricing.lines) {
        expect(priced.discountMinor).toBeLessThanOrEqual(priced.totalMinor);
        expect(priced.netMinor).toBeGreaterThanOrEqual(0);
      }
      if (lines.every((priced) => priced.priceIncludesTax))
        expect(pricing.grossMinor).toBe(total((priced) => priced.totalMinor) - discount);
    }),
  );
});

test("the totals do not depend on the order of the lines", () => {
  fc.assert(
    fc.property(anyOrder, ({ lines, discount }) => {
      const { lines: _, ...forwards } = priceLines(lines, discount);
      const { lines: __, ...backwards } = priceLines(lines.toReversed(), discount);
      expect(backwards).toEqual(forwards);
    }),
  );
});

test("a discount beyond the lines is refused", () => {
  expect(() => priceLines([line()], 2000)).toThrow(RangeError);
});
