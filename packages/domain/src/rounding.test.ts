import fc from "fast-check";
import { expect, test } from "vitest";
import { mulDiv, multiply, splitByLargestRemainder } from "./rounding.ts";

const whole = fc.oneof(
  fc.integer({ min: -10_000, max: 10_000 }),
  fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  fc.maxSafeInteger(),
);

/** The same in BigInt alone; undefined where a number does not hold it exactly. */
const exactly = (rounded: bigint): number | undefined =>
  Number.isSafeInteger(Number(rounded)) ? Number(rounded) : undefined;

const outcome = (work: () => number): number | undefined => {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

test("an amount times a rate is rounded half away from zero, as exact arithmetic has it, however large", () => {
  fc.assert(
    fc.property(whole, whole, fc.integer({ min: 1, max: 2 ** 41 }), (value, numerator, denominator) => {
      const product = BigInt(value) * BigInt(numerator);
      const size = (product < 0n ? -product : product) * 2n + BigInt(denominator);
      const rounded = size / (BigInt(denominator) * 2n);
      expect(outcome(() => mulDiv(value, numerator, denominator))).toBe(
        exactly(product < 0n ? -rounded : rounded),
      );
    }),
    { numRuns: 2_000 },
  );
  expect(mulDiv(-1, 1, 2)).toBe(-1);
  expect(mulDiv(1, 1, 2)).toBe(1);
});

test("a quantity times a price is exact, or refused", () => {
  fc.assert(
    fc.property(whole, whole, (quantity, price) => {
      expect(outcome(() => multiply(quantity, price))).toBe(exactly(BigInt(quantity) * BigInt(price)));
    }),
    { numRuns: 2_000 },
  );
});

test("a fraction of a unit is refused, even where its product would be whole", () => {
  expect(() => mulDiv(1.5, 2, 1)).toThrow(RangeError);
  expect(() => mulDiv(2, 0.5, 1)).toThrow(RangeError);
  expect(() => mulDiv(3, 1, 1.5)).toThrow(RangeError);
  expect(() => multiply(0.5, 2)).toThrow(RangeError);
  expect(() => multiply(2, 0.5)).toThrow(RangeError);
});

test("what is split adds up again, to nothing as well", () => {
  fc.assert(
    fc.property(whole, fc.array(fc.nat(), { minLength: 1, maxLength: 9 }), (total, weights) => {
      const parts = splitByLargestRemainder(total, weights);
      expect(parts.reduce((all, part) => all + BigInt(part), 0n)).toBe(BigInt(total));
    }),
  );
  expect(splitByLargestRemainder(0, [3, 0])).toEqual([0, 0]);
});
