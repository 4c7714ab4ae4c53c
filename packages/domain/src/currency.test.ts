import fc from "fast-check";
import { expect, test } from "vitest";
import {
  currencyCodes,
  currencyDigits,
  maxAmountMinor,
  minorToDecimal,
  minorToNumber,
  numberToMinor,
} from "./currency.ts";

test("the digits are those of ISO 4217", () => {
  expect(["EUR", "JPY", "TND", "ISK", "CLP", "IQD"].map(currencyDigits)).toEqual([2, 0, 3, 0, 0, 3]);
  expect(() => currencyDigits("XXX")).toThrow(RangeError);
});

test("amounts are written with the currency's digits", () => {
  expect(minorToDecimal(4, "EUR")).toBe("0.04");
  expect(minorToDecimal(-1, "TND")).toBe("-0.001");
  expect(minorToDecimal(500, "JPY")).toBe("500");
});

test("every amount survives the way to JSON and back", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -maxAmountMinor, max: maxAmountMinor }),
      fc.constantFrom(...currencyCodes),
      (minor, code) => {
        expect(numberToMinor(minorToNumber(minor, code), code)).toBe(minor);
      },
    ),
  );
});

test("more digits than the currency has, or an amount too large to be exact, is refused", () => {
  expect(numberToMinor(19.999, "EUR")).toBeUndefined();
  expect(numberToMinor(0.5, "JPY")).toBeUndefined();
  expect(numberToMinor(1e-7, "EUR")).toBeUndefined();
  expect(numberToMinor(1e21, "EUR")).toBeUndefined();
  expect(numberToMinor(19.99, "EUR")).toBe(1999);
});
