import fc from "fast-check";
import { expect, test } from "vitest";
import { allocateReturn, quantitiesByProduct, type ReturnableLine } from "./order-return.ts";

const lines: ReturnableLine[] = [
  { lineNumber: 1, productId: 7, quantity: 2, returnedQuantity: 1 },
  { lineNumber: 2, productId: 8, quantity: 5, returnedQuantity: 0 },
  { lineNumber: 3, productId: 7, quantity: 3, returnedQuantity: 0 },
];

test("a product comes back over its lines in order, after what is named by line", () => {
  expect(allocateReturn(lines, [{ productId: 7, quantity: 2 }])).toEqual({
    lines: [
      { lineNumber: 1, quantity: 1 },
      { lineNumber: 3, quantity: 1 },
    ],
  });
  expect(
    allocateReturn(lines, [
      { productId: 7, quantity: 3 },
      { lineNumber: 1, quantity: 1 },
      { productId: 8, quantity: 5 },
    ]),
  ).toEqual({
    lines: [
      { lineNumber: 1, quantity: 1 },
      { lineNumber: 2, quantity: 5 },
      { lineNumber: 3, quantity: 3 },
    ],
  });
});

test("more than was bought and did not come back is refused, with what can", () => {
  expect(
    allocateReturn(lines, [
      { lineNumber: 1, quantity: 2 },
      { lineNumber: 9, quantity: 1 },
      { productId: 8, quantity: 4 },
      { productId: 8, quantity: 2 },
    ]),
  ).toEqual({
    refused: [
      { index: 0, why: "more_than_bought", productId: 7, requested: 2, available: 1 },
      { index: 1, why: "unknown_line", productId: undefined, requested: 1, available: 0 },
      { index: 3, why: "more_than_bought", productId: 8, requested: 2, available: 1 },
    ],
  });
});

test("a return takes exactly what is wanted, and never more of a line than is left", () => {
  const line = fc.record({
    productId: fc.integer({ min: 1, max: 3 }),
    quantity: fc.integer({ min: 1, max: 5 }),
    returned: fc.integer({ min: 0, max: 5 }),
  });
  const want = fc.record({ place: fc.integer({ min: 1, max: 4 }), quantity: fc.integer({ min: 1, max: 4 }) });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), fc.array(want), fc.boolean(), (bought, wanted, byLine) => {
      const order = bought.map(({ productId, quantity, returned }, index) => ({
        lineNumber: index + 1,
        productId,
        quantity,
        returnedQuantity: Math.min(returned, quantity),
      }));
      const wants = wanted.map(({ place, quantity }) =>
        byLine ? { lineNumber: place, quantity } : { productId: place, quantity },
      );
      const result = allocateReturn(order, wants);
      const total = wanted.reduce((sum, { quantity }) => sum + quantity, 0);
      const taken = "lines" in result ? result.lines : [];
      expect("refused" in result ? total : taken.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(
        total,
      );
      for (const { lineNumber, quantity } of taken) {
        const found = order.find((candidate) => candidate.lineNumber === lineNumber);
        expect(quantity).toBeGreaterThan(0);
        expect(quantity).toBeLessThanOrEqual((found?.quantity ?? 0) - (found?.returnedQuantity ?? 0));
      }
    }),
  );
});

test("stock is summed by product, without what tracks none", () => {
  expect(
    quantitiesByProduct([
      { productId: 1, tracksStock: true, quantity: 2 },
      { productId: 2, tracksStock: false, quantity: 5 },
      { productId: 1, tracksStock: true, quantity: 3 },
      { productId: 3, tracksStock: true, quantity: 0 },
    ]),
  ).toEqual([{ productId: 1, quantity: 5 }]);
});
