import { minorToDecimal, currencyDigits } from "@billpost/domain/currency";

/** Writes numbers, money and dates the way a reader of `locale` expects, from exact decimals. */
export interface Formats {
  /** An amount with its currency: `€1,234.50`. */
  readonly money: (minor: number) => string;
  /** An amount alone, for columns: `1,234.50`. */
  readonly amount: (minor: number) => string;
  /** An amount with its sign turned round: discounts print as `−5.00`. */
  readonly deduction: (minor: number) => string;
  readonly quantity: (value: number) => string;
  /** A rate in parts per million: 99750 is `9.975%`. */
  readonly rate: (ppm: number) => string;
  /** A calendar date (YYYY-MM-DD) in words. */
  readonly date: (date: string) => string;
  readonly country: (code: string) => string;
  readonly currencyName: () => string;
  readonly plural: (count: number) => "one" | "other";
}

const known = new Map<string, Formats>();
/** More combinations of locale and currency than these are not in use at once; an order's data can name any. */
const knownAtMost = 100;

/**
 * Formats for one locale and currency. Digits come from ISO 4217, never from Intl, which disagrees for some. They
 * are kept: to make them takes longer than to write an invoice with them.
 */
export const formats = (locale: string, currency: string): Formats => {
  const name = `${locale} ${currency}`;
  const found = known.get(name);
  if (found) return found;
  const made = makeFormats(locale, currency);
  if (known.size >= knownAtMost) known.clear();
  known.set(name, made);
  return made;
};

const makeFormats = (locale: string, currency: string): Formats => {
  const digits = currencyDigits(currency);
  const fixed = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const numbers = new Intl.NumberFormat(locale, fixed);
  const money = new Intl.NumberFormat(locale, { ...fixed, style: "currency", currency });
  const counts = new Intl.NumberFormat(locale);
  const rates = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 4 });
  const days = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  const regions = new Intl.DisplayNames(locale, { type: "region" });
  const currencies = new Intl.DisplayNames(locale, { type: "currency" });
  const plurals = new Intl.PluralRules(locale);
  // Most documents of a day bear its date, and those it is due by.
  const dates = new Map<string, string>();
  const dateInWords = (date: string): string => {
    const known = dates.get(date);
    if (known !== undefined) return known;
    const words = days.format(new Date(`${date}T00:00:00Z`));
    if (dates.size >= knownAtMost) dates.clear();
    dates.set(date, words);
    return words;
  };
  const amount = (minor: number) => withMinus(numbers.format(exact(minorToDecimal(minor, currency))));
  return {
    money: (minor) => withMinus(money.format(exact(minorToDecimal(minor, currency)))),
    amount,
    deduction: (minor) => amount(minor === 0 ? 0 : -minor),
    quantity: (value) => withMinus(counts.format(value)),
    rate: (ppm) => rates.format(exact(`${ppm}e-6`)),
    date: dateInWords,
    country: (code) => regions.of(code) ?? code,
    currencyName: () => currencies.of(currency) ?? currency,
    plural: (count) => (plurals.select(count) === "one" ? "one" : "other"),
  };
};

/** Intl reads decimals from strings without going through a float; the types know only literal ones. */
const exact = (decimal: string): Intl.StringNumericLiteral => decimal as Intl.StringNumericLiteral;

/** The true minus sign is as wide as the figures; a hyphen is not. */
const withMinus = (text: string): string => text.replace("-", "−");
