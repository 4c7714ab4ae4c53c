import fc from "fast-check";
import { expect, test } from "vitest";
import { creditLines } from "../credit.ts";
import type { InvoiceableOrder } from "../invoice-building.ts";
import { type LineToPrice, priceLines } from "../pricing.ts";
import { sum } from "../rounding.ts";
import { anyLine } from "../../test/any-line.ts";
import { withoutReturned } from "./unreturned.ts";

const orderOf = (input: readonly LineToPrice[], discountMinor: number): InvoiceableOrder => {
  const pricing = priceLines(input, discountMinor);
  return {
    orderId: "ORD-1",
    externalRef: null,
    purchaseOrder: null,
    supplyDate: "2026-01-31",
    currency: "EUR",
    locale: "en",
    buyer: { name: "John Doe", address: null, vatId: null },
    lines: pricing.lines.map((priced, index) => ({
      ...(input[index] as LineToPrice),
      ...priced,
      lineNumber: index + 1,
      sku: "S",
      name: "N",
      unit: "piece",
    })),
    discounts: discountMinor === 0 ? [] : [{ label: "Sale", amountMinor: discountMinor }],
    taxes: pricing.taxes,
    subtotalMinor: pricing.netMinor,
    taxMinor: pricing.taxMinor,
    roundingMinor: pricing.roundingMinor,
    totalMinor: pricing.grossMinor,
  };
};

const anyOrder = fc
  .tuple(fc.array(anyLine, { minLength: 1, maxLength: 6 }), fc.nat(), fc.infiniteStream(fc.nat(12)))
  .map(([lines, discount, picks]) => {
    const total = sum(lines.map((line) => line.quantity * line.unitPriceMinor));
    const order = orderOf(lines, total === 0 ? 0 : discount % total);
    const returned = new Map(
      order.lines.map((line) => [line.lineNumber, (picks.next().value ?? 0) % (line.quantity + 1)]),
    );
    return { order, returned };
  });

test("what stays and a credit note of what came back add up to the order, and the sums are right", () => {
  fc.assert(
    fc.property(anyOrder, ({ order, returned }) => {
      const kept = withoutReturned(order, returned);
      const back = [...returned].flatMap(([lineNumber, quantity]) =>
        quantity === 0 ? [] : [{ lineNumber, quantity }],
      );
      const { subtotalMinor: netMinor, taxMinor, roundingMinor, totalMinor: grossMinor } = order;
      const whole = {
        lines: order.lines,
        taxes: order.taxes,
        totals: { netMinor, taxMinor, roundingMinor, grossMinor },
      };
      const credit = creditLines(whole, new Map(), back).totals;
      if (!kept) {
        expect(credit.grossMinor).toBe(order.totalMinor);
        return;
      }
      expect(kept.totalMinor + credit.grossMinor).toBe(order.totalMinor);
      expect(kept.subtotalMinor + credit.netMinor).toBe(order.subtotalMinor);
      expect(kept.totalMinor).toBe(kept.subtotalMinor + kept.taxMinor + kept.roundingMinor);
      expect(kept.subtotalMinor).toBe(sum(kept.lines.map((line) => line.netMinor)));
      expect(kept.taxMinor).toBe(sum(kept.taxes.map((group) => group.taxMinor)));
      expect(sum(kept.discounts.map(({ amountMinor }) => amountMinor))).toBe(
        sum(kept.lines.map((line) => line.discountMinor)),
      );
      for (const line of order.lines) {
        const stays = line.quantity - (returned.get(line.lineNumber) ?? 0);
        expect(kept.lines.find(({ lineNumber }) => lineNumber === line.lineNumber)?.quantity ?? 0).toBe(
          stays,
        );
      }
    }),
  );
});

test("an order of which nothing came back is invoiced as it is, and one that came back whole is not", () => {
  const order = orderOf([lineOf(2), lineOf(1)], 100);
  expect(withoutReturned(order, new Map([[1, 0]]))).toBe(order);
  expect(
    withoutReturned(
      order,
      new Map([
        [1, 2],
        [2, 1],
      ]),
    ),
  ).toBeUndefined();
});

const lineOf = (quantity: number): LineToPrice => ({
  quantity,
  unitPriceMinor: 1000,
  priceIncludesTax: false,
  taxCategory: "standard",
  taxRatePpm: 190_000,
  exemptionReason: null,
});
