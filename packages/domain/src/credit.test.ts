import fc from "fast-check";
import { expect, test } from "vitest";
import { type Credit, creditLines, type LineQuantity, remainingToCredit } from "./credit.ts";
import type { InvoiceLine, InvoiceSnapshot } from "./invoice-snapshot.ts";
import { type LineToPrice, priceLines } from "./pricing.ts";

type Invoice = Pick<InvoiceSnapshot, "lines" | "taxes" | "totals">;

const invoiceOf = (input: readonly LineToPrice[], discountMinor = 0): Invoice => {
  const pricing = priceLines(input, discountMinor);
  const lines = pricing.lines.map((priced, index): InvoiceLine => {
    const line = input[index] as LineToPrice;
    return { ...line, ...priced, lineNumber: index + 1, sku: "S", name: "N", unit: "piece" };
  });
  const { taxes, netMinor, taxMinor, roundingMinor, grossMinor } = pricing;
  return { lines, taxes, totals: { netMinor, taxMinor, roundingMinor, grossMinor } };
};

const anyLine = fc.record({
  quantity: fc.integer({ min: 1, max: 12 }),
  unitPriceMinor: fc.integer({ min: 0, max: 5000 }),
  priceIncludesTax: fc.boolean(),
  taxCategory: fc.constantFrom("standard", "zero", "exempt"),
  taxRatePpm: fc.constantFrom(55_000, 99_750, 100_000, 190_000),
  exemptionReason: fc.constantFrom(null, "Art. 135"),
}) satisfies fc.Arbitrary<LineToPrice>;

const anyInvoice = fc.array(anyLine, { minLength: 1, maxLength: 6 }).chain((lines) => {
  const total = lines.reduce((all, { quantity, unitPriceMinor }) => all + quantity * unitPriceMinor, 0);
  return fc.integer({ min: 0, max: total }).map((discount) => invoiceOf(lines, discount));
});

/** Credits everything in random steps. */
const creditInSteps = (invoice: Invoice, picks: readonly number[]): Credit[] => {
  const credited = new Map<number, number>();
  const credits: Credit[] = [];
  let next = 0;
  for (;;) {
    const left = remainingToCredit(invoice.lines, credited);
    if (left.length === 0) return credits;
    const pick = picks[next % picks.length] ?? 0;
    const { lineNumber, quantity } = left[pick % left.length] as LineQuantity;
    const step = [{ lineNumber, quantity: 1 + (pick % quantity) }];
    credits.push(creditLines(invoice, credited, step));
    credited.set(lineNumber, (credited.get(lineNumber) ?? 0) + 1 + (pick % quantity));
    next += 1;
  }
};

const total = (credits: readonly Credit[], pick: (credit: Credit) => number) =>
  credits.reduce((all, credit) => all + pick(credit), 0);

test("three lines of 0.15 at 10 %, credited one by one, return the 0.05 of tax that was charged", () => {
  const line: LineToPrice = {
    quantity: 1,
    unitPriceMinor: 15,
    priceIncludesTax: false,
    taxCategory: "standard",
    taxRatePpm: 100_000,
    exemptionReason: null,
  };
  const credits = creditInSteps(invoiceOf([line, line, line]), [0]);
  expect(credits).toHaveLength(3);
  expect(total(credits, (credit) => credit.totals.taxMinor)).toBe(5);
});

test("crediting in any number of steps returns exactly what was charged", () => {
  fc.assert(
    fc.property(anyInvoice, fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }), (invoice, picks) => {
      const credits = creditInSteps(invoice, picks);
      for (const key of ["netMinor", "taxMinor", "roundingMinor", "grossMinor"] as const)
        expect(total(credits, (credit) => credit.totals[key])).toBe(invoice.totals[key]);
    }),
  );
});

test("every credit note agrees with itself: lines, taxes and totals", () => {
  fc.assert(
    fc.property(anyInvoice, fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }), (invoice, picks) => {
      for (const { lines, taxes, totals } of creditInSteps(invoice, picks)) {
        expect(lines.reduce((all, line) => all + line.netMinor, 0)).toBe(totals.netMinor);
        expect(taxes.reduce((all, group) => all + group.taxableMinor, 0)).toBe(totals.netMinor);
        expect(taxes.reduce((all, group) => all + group.taxMinor, 0)).toBe(totals.taxMinor);
        expect(totals.netMinor + totals.taxMinor + totals.roundingMinor).toBe(totals.grossMinor);
      }
    }),
  );
});

test("a whole credit is the invoice itself", () => {
  fc.assert(
    fc.property(anyInvoice, (invoice) => {
      const credit = creditLines(invoice, new Map(), remainingToCredit(invoice.lines, new Map()));
      expect(credit).toEqual({ lines: invoice.lines, taxes: invoice.taxes, totals: invoice.totals });
    }),
  );
});

test("more than remains, or a line that is not there, is refused", () => {
  const invoice = invoiceOf([
    {
      quantity: 2,
      unitPriceMinor: 5,
      priceIncludesTax: false,
      taxCategory: "zero",
      taxRatePpm: 0,
      exemptionReason: null,
    },
  ]);
  expect(() => creditLines(invoice, new Map([[1, 1]]), [{ lineNumber: 1, quantity: 2 }])).toThrow(RangeError);
  expect(() => creditLines(invoice, new Map(), [{ lineNumber: 2, quantity: 1 }])).toThrow(RangeError);
});
