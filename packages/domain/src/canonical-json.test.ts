import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

test("the example of RFC 8785, section 3.2.2, gives its bytes", () => {
  const value = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  ) as unknown;
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test("members are sorted by UTF-16 code units, as in the RFC's own example", () => {
  const keys = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "\u00f6"];
  const text = canonicalJson(Object.fromEntries(keys.map((key, index) => [key, index])));
  expect(Object.keys(JSON.parse(text) as object).filter((key) => key !== "1")).toEqual([
    "\r",
    "\u0080",
    "\u00f6",
    "\u20ac",
    "\u{1f600}",
    "\ufb33",
  ]);
});

test("it reads back as the same value, and does not depend on the order of members", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2, stringUnit: "binary" }), (value) => {
      let text: string;
      try {
        text = canonicalJson(value);
      } catch {
        return; // a lone surrogate
      }
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

test("what JSON cannot hold is refused rather than changed", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "\ud800", 1n, () => 1, new Date(0)])
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
});
