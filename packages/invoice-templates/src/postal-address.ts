import type { Address } from "@billpost/domain/address";

/** Countries that write the postal code before the city are the rule; these write it after. */
const regionThenCode = new Set([
  "US",
  "CA",
  "AU",
  "NZ",
  "IN",
  "PR",
  "TH",
  "PH",
  "ID",
  "PK",
  "BD",
  "BR",
  "SG",
  "TW",
  "HK",
]);
const codeOnItsOwn = new Set(["GB", "IE", "JE", "GG", "IM", "ZA", "EG", "NG", "KE"]);

/** The lines of an address as its country writes them, without the addressee, the country last. */
export const addressLines = (address: Address, countryName: string): readonly string[] => {
  const { line1, line2, city, region, postalCode, countryCode } = address;
  const street = [line1, line2];
  const lines = (): readonly (string | undefined)[] => {
    if (regionThenCode.has(countryCode)) {
      return [...street, joined(", ", city, joined(" ", region, postalCode)), countryName];
    }
    if (codeOnItsOwn.has(countryCode)) return [...street, city, region, postalCode, countryName];
    return [...street, joined(" ", postalCode, city), region, countryName];
  };
  return lines().filter((line) => line !== undefined && line !== "") as readonly string[];
};

const joined = (separator: string, ...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== "").join(separator);
