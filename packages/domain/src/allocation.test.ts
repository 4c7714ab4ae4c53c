import fc from "fast-check";
import { expect, test } from "vitest";
import { allocate, type Demand } from "./allocation.ts";

const anyLines: fc.Arbitrary<Demand[]> = fc.array(
  fc.record({ productId: fc.integer({ min: 1, max: 4 }), quantity: fc.integer({ min: 1, max: 30 }) }),
  { maxLength: 8 },
);
/** Product 4 never tracks its stock. */
const anyStock = fc
  .array(fc.integer({ min: 0, max: 60 }), { minLength: 3, maxLength: 3 })
  .map((quantities) => new Map(quantities.map((quantity, index): [number, number] => [index + 1, quantity])));

const wanted = (lines: readonly Demand[], productId: number): number =>
  lines.reduce((all, line) => all + (line.productId === productId ? line.quantity : 0), 0);

test("a product on several lines is taken once, for the sum", () => {
  const stock = new Map([[1, 10]]);
  const lines = [
    { productId: 1, quantity: 4 },
    { productId: 1, quantity: 5 },
  ];
  expect(allocate(stock, lines)).toEqual({
    taken: [{ productId: 1, quantity: 9, resultingQuantity: 1 }],
    shortages: [],
  });
  expect(stock.get(1)).toBe(1);
});

test("a line that lacks stock is told what the lines before it left", () => {
  const stock = new Map([[1, 10]]);
  const lines = [
    { productId: 1, quantity: 8 },
    { productId: 1, quantity: 3 },
    { productId: 1, quantity: 2 },
  ];
  expect(allocate(stock, lines).shortages).toEqual([{ line: 1, productId: 1, quantity: 3, available: 2 }]);
  expect(stock.get(1)).toBe(10);
});

test("all lines are served or none, stock never goes below zero, and what does not track it is never short", () => {
  fc.assert(
    fc.property(anyStock, anyLines, (stock, lines) => {
      const before = new Map(stock);
      const { taken, shortages } = allocate(stock, lines);
      const fits = [...before].every(([productId, quantity]) => wanted(lines, productId) <= quantity);
      expect(shortages.length === 0).toBe(fits);
      if (!fits) {
        expect(stock).toEqual(before);
        expect(taken).toEqual([]);
        return;
      }
      for (const [productId, quantity] of before) {
        expect(stock.get(productId)).toBe(quantity - wanted(lines, productId));
        expect(stock.get(productId)).toBeGreaterThanOrEqual(0);
      }
      expect(taken.map(({ productId }) => productId)).toEqual(
        [...before.keys()].filter((productId) => wanted(lines, productId) > 0),
      );
      for (const { productId, quantity, resultingQuantity } of taken) {
        expect(quantity).toBe(wanted(lines, productId));
        expect(resultingQuantity).toBe(stock.get(productId));
      }
    }),
  );
});

test("orders allocated one after the other from the same stock never take more than there is", () => {
  fc.assert(
    fc.property(anyStock, fc.array(anyLines, { maxLength: 6 }), (stock, orders) => {
      const before = new Map(stock);
      const served = orders.filter((lines) => allocate(stock, lines).shortages.length === 0);
      for (const [productId, quantity] of before)
        expect(stock.get(productId)).toBe(quantity - wanted(served.flat(), productId));
    }),
  );
});
