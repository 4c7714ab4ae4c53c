import { currencyCodes, currencyDigits } from "@billpost/domain/currency";
import { describe, expect, test } from "vitest";
import { formats } from "./format.ts";

describe("money", () => {
  test.each([
    ["en", "EUR", 123_456, "€1,234.56"],
    ["en", "JPY", 123_456, "¥123,456"],
    ["en", "KWD", 1_234_567, "KWD\u00A01,234.567"],
    ["de", "EUR", 123_456, "1.234,56\u00A0€"],
    ["fr", "EUR", 123_456, "1\u202F234,56\u00A0€"],
    ["es", "EUR", 1_234_567, "12.345,67\u00A0€"],
    ["ja", "JPY", 123_456, "￥123,456"],
    ["de-CH", "CHF", 123_456, "CHF\u00A01'234.56"],
    ["de-AT", "EUR", 123_456, "€\u00A01.234,56"],
    ["en-IN", "INR", 12_345_678, "₹1,23,456.78"],
  ])("in %s, %s: %i is %s", (locale, currency, minor, expected) => {
    expect(formats(locale, currency).money(minor)).toBe(expected);
  });

  test("has the digits of ISO 4217 in every currency, also where Intl has others", () => {
    const disagreeing = currencyCodes.filter((currency) => {
      const digits = currencyDigits(currency);
      const { amount, money } = formats("en", currency);
      const expected = digits === 0 ? "7" : `7.${"0".repeat(digits)}`;
      expect(amount(7 * 10 ** digits)).toBe(expected);
      expect(money(7 * 10 ** digits).replace(/^[^\d]+/, "")).toBe(expected);
      return (
        new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
          .maximumFractionDigits !== digits
      );
    });
    expect(disagreeing).toContain("IQD");
  });

  test("is exact beyond what a float holds", () => {
    expect(formats("en", "EUR").amount(Number.MAX_SAFE_INTEGER)).toBe("90,071,992,547,409.91");
  });

  test("has a true minus sign, and none for nothing", () => {
    expect(formats("en", "EUR").deduction(500)).toBe("−5.00");
    expect(formats("de", "EUR").deduction(0)).toBe("0,00");
  });
});

test("rates keep their decimals", () => {
  const { rate } = formats("en", "EUR");
  expect([190_000, 99_750, 0, 1, 5_500].map(rate)).toEqual(["19%", "9.975%", "0%", "0.0001%", "0.55%"]);
  expect(formats("de", "EUR").rate(99_750)).toBe("9,975\u00A0%");
});

test("dates are calendar dates, the same in every time zone", () => {
  expect(formats("en", "EUR").date("2026-01-01")).toBe("January 1, 2026");
  expect(formats("fr", "EUR").date("2026-08-31")).toBe("31 août 2026");
});
