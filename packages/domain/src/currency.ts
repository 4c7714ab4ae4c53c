/**
 * ISO 4217 active currencies by their number of decimals ("minor unit" column of list one, as amended to
 * amendment 179). Pinned here because Node's Intl disagrees with the standard for several live currencies.
 * Fund codes, metals and testing codes are left out: nobody is invoiced in them.
 */
const codesByDigits: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
  2:
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY " +
    "COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF " +
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR " +
    "MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG " +
    "SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST " +
    "XCD XCG YER ZAR ZMW ZWG",
  3: "BHD IQD JOD KWD LYD OMR TND",
};

const digitsByCode: ReadonlyMap<string, number> = new Map(
  Object.entries(codesByDigits).flatMap(([digits, codes]) =>
    codes.split(" ").map((code): [string, number] => [code, Number(digits)]),
  ),
);

/** Every currency an order can be placed in, sorted. */
export const currencyCodes: readonly string[] = [...digitsByCode.keys()].toSorted();

/** Whether `code` is an ISO 4217 currency this system can charge in. */
export const isCurrency = (code: string): boolean => digitsByCode.has(code);

/** Decimals of a currency by ISO 4217: 0, 2 or 3. Throws a RangeError for an unknown code. */
export const currencyDigits = (code: string): number => {
  const digits = digitsByCode.get(code);
  if (digits === undefined) throw new RangeError(`unknown ISO 4217 currency ${JSON.stringify(code)}`);
  return digits;
};

/** The largest amount the system accepts, in minor units: sums of thousands of them stay exact. */
export const maxAmountMinor = 10 ** 12;

/** Writes minor units as a plain decimal with the currency's digits: `minorToDecimal(4398, "EUR")` is `"43.98"`. */
export const minorToDecimal = (minor: number, code: string): string => {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${minor} is not a whole number of minor units`);
  const digits = currencyDigits(code);
  const text = String(Math.abs(minor)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const sign = minor < 0 ? "-" : "";
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${text.slice(-digits)}`;
};

/**
 * Minor units as the JSON number of major units that the API speaks: 4398 EUR is 43.98. Division rounds to the
 * double nearest to the exact quotient, which is the one that reading the decimal gives.
 */
export const minorToNumber = (minor: number, code: string): number => {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${minor} is not a whole number of minor units`);
  return minor / 10 ** currencyDigits(code);
};

/**
 * Reads a JSON number of major units. Answers undefined when it has more digits than the currency, or is
 * too large to be exact: it is parsed as the shortest decimal that names it, never multiplied as a float.
 */
export const numberToMinor = (major: number, code: string): number | undefined => {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(major));
  if (!match) return undefined;
  const [, sign = "", whole = "", fraction = ""] = match;
  const digits = currencyDigits(code);
  if (fraction.length > digits) return undefined;
  const minor = Number(whole + fraction.padEnd(digits, "0"));
  if (minor > maxAmountMinor) return undefined;
  return sign && minor !== 0 ? -minor : minor;
};
