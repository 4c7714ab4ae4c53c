import { currencyCodes } from "@billpost/domain/currency";
import { describe, expect, test } from "vitest";
import { snapshotOf, specimens } from "../test/snapshots.ts";
import { FontLibrary, hanStyleOf } from "./fonts.ts";
import { formats } from "./format.ts";
import { loadTemplates } from "./templates.ts";
import { renderInvoiceHtml } from "./render.ts";
import { textOf } from "./visible-text.ts";

const fonts = new FontLibrary();
const missing = (text: string) => String.fromCodePoint(...fonts.choose(text, "JP").missing);

describe("the bundled fonts", () => {
  const { languages } = loadTemplates();

  test.each(languages)("draw every number, currency, country and date in %s", (locale) => {
    const written = currencyCodes.flatMap((currency) => {
      const format = formats(locale, currency);
      return [format.money(-123_456_789), format.amount(1), format.currencyName(), format.rate(99_750)];
    });
    const months = Array.from({ length: 12 }, (_, month) => `2026-${String(month + 1).padStart(2, "0")}-28`);
    const { date, country } = formats(locale, "EUR");
    const countries = "AT BE BR CH CN DE ES FR GB GR IN IT JP KR MX NO PL SE TR UA US ZA"
      .split(" ")
      .map(country);
    expect(missing([...written, ...months.map(date), ...countries].join(""))).toBe("");
  });

  test("draw the scripts that names are written in", () => {
    expect(missing(textOf(specimens))).toBe("");
    expect(missing("Ωμέγα Ђорђе Жаңа ابجد אבגד ไทย हिन्दी বাংলা தமிழ் తెలుగు ગુજરાતી ਪੰਜਾਬੀ ಕನ್ನಡ മലയാളം")).toBe("");
    expect(
      missing("සිංහල ქართული Հայերեն አማርኛ ភាសាខ្មែរ ລາວ မြန်မာ 日本語 简体 繁體 한국어 ０１２ ｶﾅ ㎡ ㈱"),
    ).toBe("");
    expect(
      missing("½ ² ³ µ Ω ° ℃ № ™ ® © ≥ ≤ ≠ × ÷ − ± ∞ → ✓ ★ ♥ ☕ 🎁 👍🏽 👩‍💻 🇩🇪 ₹ ₽ ₺ ₿ \u202F\u00A0"),
    ).toBe("");
  });

  test("spell out a character that none of them has: nothing vanishes", () => {
    const { body } = renderInvoiceHtml(snapshotOf([{ name: "Tablet 𒀀𒁀 deluxe", price: 100 }]));
    expect(body).toContain("Tablet [U+12000][U+12040] deluxe");
  });
});

const sheet = (name: string, locale?: string) => {
  const specimen = specimens[name];
  if (!specimen) throw new Error(`no specimen ${name}`);
  return renderInvoiceHtml(specimen, { locale }).stylesheet;
};

describe("a document's stylesheet", () => {
  test("is the same for documents of one script, so that a page keeps its fonts", () => {
    expect(new Set(["typical", "60-lines", "credit-note", "discounts"].map((name) => sheet(name))).size).toBe(
      1,
    );
    expect(sheet("typical", "de")).toBe(sheet("typical", "es"));
  });

  test("holds only the fonts that its text needs", () => {
    expect(sheet("typical").length).toBeLessThan(80_000);
    expect(sheet("typical")).not.toContain("Noto");
    expect(sheet("right-to-left")).toContain("Noto Sans Arabic");
    expect(sheet("typical", "ja").length).toBeLessThan(1_000_000);
  });

  test("loads nothing from elsewhere", () => {
    expect(sheet("scripts", "ja")).not.toMatch(/url\((?!data:)/);
  });
});

describe("Han characters", () => {
  test.each([
    ["ja", "直", undefined, "JP"],
    ["zh-TW", "直", "CN", "TW"],
    ["zh", "直", undefined, "CN"],
    ["ko", "直", undefined, "KR"],
    ["en", "直のお茶", "CN", "JP"],
    ["de", "直 한국", "CN", "KR"],
    ["en", "直", "JP", "JP"],
    ["en", "直", "HK", "TW"],
    ["en", "直", undefined, "CN"],
  ])("of a document in %s with %s for %s are drawn as in %s", (locale, text, country, style) => {
    expect(hanStyleOf(locale, text, country)).toBe(style);
  });
});
