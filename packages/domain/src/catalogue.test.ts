import fc from "fast-check";
import { expect, test } from "vitest";
import { countryCodes, isCountry } from "./country.ts";
import { isEmail } from "./email.ts";
import { percentToPpm, ppmToPercent } from "./tax-rate.ts";
import { isVatId } from "./vat-id.ts";

test("the countries are the 249 assigned codes, sorted, once each", () => {
  expect(countryCodes).toHaveLength(249);
  expect(countryCodes).toEqual([...new Set(countryCodes)].toSorted());
  expect(["DE", "JP", "SS"].every(isCountry)).toBe(true);
  expect(["de", "UK", "EU", "XX", "AN", ""].some(isCountry)).toBe(false);
});

test("an email is one plain address", () => {
  const good = ["a@b.co", "john.doe+x@mail.example.com", "o'neil@xn--bcher-kva.example", "1@1.xn--p1ai"];
  expect(good.filter((email) => !isEmail(email))).toEqual([]);
});

test("an email cannot name a second recipient, a header or a group", () => {
  const bad = [
    "c@b.co\r\nBcc: evil@x.co",
    "c@b.co\n",
    "c@b.co, evil@x.co",
    "c@b.co;evil@x.co",
    "g: evil@x.co;",
    '"evil@x.co x"@b.co',
    '"a"@b.co',
    "a(comment)@b.co",
    "Evil <evil@x.co>",
    "<evil@x.co>",
    "a@b@c.co",
    "a@[127.0.0.1]",
    "a@localhost",
    "a@b..co",
    ".a@b.co",
    "a.@b.co",
    "a..b@b.co",
    "a@-b.co",
    "a@b-.co",
    "a@b.c",
    "a@b.1",
    " a@b.co",
    "a b@b.co",
    "ä@b.co",
    "a@bücher.example",
    "a\u0000@b.co",
    "",
    "@b.co",
    `${"a".repeat(65)}@b.co`,
    `a@${"b".repeat(64)}.co`,
    `a@${"b.".repeat(130)}co`,
  ];
  expect(bad.filter(isEmail)).toEqual([]);
});

test("every address a mail library can be asked to write holds no separator", () => {
  const character = fc.constantFrom(...' ,;:<>()"[]\\\r\n\t\0\u2028@.-aä'.split(""));
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 8 }), fc.nat(10), (noise, place) => {
      const text = `john@doe.co`.slice(0, place) + noise + `john@doe.co`.slice(place);
      expect(isEmail(text) && /[\s,;:<>()"[\]\\\p{Cc}]/u.test(text)).toBe(false);
    }),
  );
});

test("a VAT id has the form of the country", () => {
  const good: [string, string | undefined][] = [
    ["DE123456789", "DE"],
    ["de 123 456 789", "DE"],
    ["FR40303265045", "FR"],
    ["EL123456789", "GR"],
    ["ATU12345678", "DE"],
    ["NL123456789B01", "NL"],
    ["CHE-123.456.789 MWST", "CH"],
    ["GB999999973", "GB"],
    ["27AAPFU0939F1ZV", "IN"],
    ["ESA850101XX1", "MX"],
    ["12-3456789", undefined],
  ];
  expect(good.filter(([vatId, country]) => !isVatId(vatId, country))).toEqual([]);
  const bad: [string, string | undefined][] = [
    ["DE12345678", "DE"],
    ["123456789", "DE"],
    ["GR123456789", "GR"],
    ["FR123", "FR"],
    ["CHE123", "CH"],
    ["none", undefined],
    ["<b>1</b>", undefined],
  ];
  expect(bad.filter(([vatId, country]) => isVatId(vatId, country))).toEqual([]);
});

test("a tax rate is read and written exactly, up to four decimals", () => {
  expect([10, 9.975, 0, 100, 5.5001].map(percentToPpm)).toEqual([100_000, 99_750, 0, 1_000_000, 55_001]);
  expect([-1, 100.1, 1.00001, 1e-7, Number.NaN].map(percentToPpm)).toEqual(Array(5).fill(undefined));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (ppm) => percentToPpm(ppmToPercent(ppm)) === ppm),
  );
});
