/** Millionths: tax rates are in parts per million, so 19 % is 190,000 and 9.975 % is 99,750. */
export const million = 1_000_000;

/**
 * `value × numerator ÷ denominator`, rounded once, half away from zero (EN 16931 rounds half up; on the
 * negative side that means away from zero, which `Math.round` does not do). Exact: in BigInt where a number may not be.
 */
export const mulDiv = (value: number, numerator: number, denominator: number): number => {
  const small = Math.abs(value * numerator) * 2 + denominator;
  // A part of a minor unit is nobody's: BigInt refuses it, and so must this.
  const whole = Number.isInteger(value) && Number.isInteger(numerator) && Number.isInteger(denominator);
  if (whole && denominator > 0 && Number.isSafeInteger(small)) {
    const rounded = (small - (small % (denominator * 2))) / (denominator * 2);
    // Never -0, which BigInt does not know either.
    return value < 0 !== numerator < 0 ? 0 - rounded : rounded;
  }
  const product = BigInt(value) * BigInt(numerator);
  const divisor = BigInt(denominator);
  const negative = product < 0n !== divisor < 0n;
  const absProduct = product < 0n ? -product : product;
  const absDivisor = divisor < 0n ? -divisor : divisor;
  const rounded = (absProduct * 2n + absDivisor) / (absDivisor * 2n);
  return toSafe(negative ? -rounded : rounded);
};

/** `quantity × price` in minor units; throws a RangeError beyond what a number holds exactly, and for fractions. */
export const multiply = (quantity: number, priceMinor: number): number => {
  const product = quantity * priceMinor;
  // A product beyond what is exact is rounded to something that is not safe either.
  const exact = Number.isInteger(quantity) && Number.isInteger(priceMinor) && Number.isSafeInteger(product);
  return exact ? product + 0 : toSafe(BigInt(quantity) * BigInt(priceMinor));
};

/** Sum of minor units; throws a RangeError beyond what a number holds exactly. */
export const sum = (amounts: readonly number[]): number => {
  let total = 0;
  for (const amount of amounts) total += amount;
  if (!Number.isSafeInteger(total)) throw new RangeError("amount too large");
  return total;
};

/**
 * Splits `total` over `weights` so that the parts add up to it exactly: each gets its floor, the units left
 * over go to the largest remainders, ties to the larger weight, then to the earlier place. Weights are
 * not negative; with all weights zero the first part takes it all.
 */
export const splitByLargestRemainder = (total: number, weights: readonly number[]): number[] => {
  // Most orders have no discount and no price with tax.
  if (total === 0) return weights.map(() => 0);
  const sign = total < 0 ? -1 : 1;
  const amount = BigInt(Math.abs(total));
  const weightSum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (weightSum === 0n) return weights.map((_, index) => (index === 0 ? total : 0));
  const shares = weights.map((weight, index) => {
    const exact = amount * BigInt(weight);
    return { index, weight, floor: Number(exact / weightSum), remainder: exact % weightSum };
  });
  let left = Number(amount) - shares.reduce((all, share) => all + share.floor, 0);
  const parts = shares.map((share) => share.floor);
  const byRemainder = shares.toSorted(
    (a, b) =>
      (b.remainder > a.remainder ? 1 : b.remainder < a.remainder ? -1 : 0) ||
      b.weight - a.weight ||
      a.index - b.index,
  );
  for (const share of byRemainder) {
    if (left === 0) break;
    parts[share.index] = share.floor + 1;
    left -= 1;
  }
  return parts.map((part) => part * sign || 0);
};

const toSafe = (value: bigint): number => {
  const result = Number(value);
  if (!Number.isSafeInteger(result)) throw new RangeError("amount too large");
  return result;
};
