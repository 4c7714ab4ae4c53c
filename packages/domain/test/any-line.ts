import fc from "fast-check";
import type { LineToPrice } from "../src/pricing.ts";

/** A line of an order, of few or many, with tax in its price or not. */
export const anyLine = fc.record({
  quantity: fc.integer({ min: 1, max: 12 }),
  unitPriceMinor: fc.integer({ min: 0, max: 5000 }),
  priceIncludesTax: fc.boolean(),
  taxCategory: fc.constantFrom("standard", "zero", "exempt"),
  taxRatePpm: fc.constantFrom(55_000, 99_750, 190_000),
  exemptionReason: fc.constantFrom(null, "Art. 135"),
}) satisfies fc.Arbitrary<LineToPrice>;
