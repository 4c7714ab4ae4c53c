/** What follows the prefix in a VAT number of each EU member and Northern Ireland (VIES, "structure of the number"). */
const euFormats: Readonly<Record<string, string>> = {
  AT: "U\\d{8}",
  BE: "[01]\\d{9}",
  BG: "\\d{9,10}",
  CY: "\\d{8}[A-Z]",
  CZ: "\\d{8,10}",
  DE: "\\d{9}",
  DK: "\\d{8}",
  EE: "\\d{9}",
  EL: "\\d{9}",
  ES: "[A-Z0-9]\\d{7}[A-Z0-9]",
  FI: "\\d{8}",
  FR: "[A-HJ-NP-Z0-9]{2}\\d{9}",
  HR: "\\d{11}",
  HU: "\\d{8}",
  IE: "\\d[A-Z0-9+*]\\d{5}[A-Z]{1,2}",
  IT: "\\d{11}",
  LT: "(?:\\d{9}|\\d{12})",
  LU: "\\d{8}",
  LV: "\\d{11}",
  MT: "\\d{8}",
  NL: "[A-Z0-9+*]{10}\\d{2}",
  PL: "\\d{10}",
  PT: "\\d{9}",
  RO: "\\d{2,10}",
  SE: "\\d{10}01",
  SI: "\\d{8}",
  SK: "\\d{10}",
  XI: "(?:\\d{9}|\\d{12}|GD\\d{3}|HA\\d{3})",
};

const otherFormats: Readonly<Record<string, string>> = {
  GB: "GB(?:\\d{9}|\\d{12}|GD\\d{3}|HA\\d{3})",
  CH: "CHE\\d{9}(?:MWST|TVA|IVA)?",
  LI: "CHE\\d{9}(?:MWST|TVA|IVA)?",
  NO: "(?:NO)?\\d{9}(?:MVA)?",
};

const eu = new RegExp(
  `^(?:${Object.entries(euFormats)
    .map(([prefix, rest]) => prefix + rest)
    .join("|")})$`,
);
const prefixOfCountry: Readonly<Record<string, string>> = { GR: "EL" };

/**
 * Whether a VAT id can be one for a buyer in this country. In the EU, the United Kingdom, Switzerland,
 * Liechtenstein and Norway its form is checked (a business may be registered in another member state than
 * its address); elsewhere, or without a country, anything that has a digit. Spaces, dots and dashes do not
 * count. Whether it is in force only the tax office knows.
 */
export const isVatId = (vatId: string, countryCode: string | undefined): boolean => {
  const id = vatId.replaceAll(/[ .-]/g, "").toUpperCase();
  if (!/^[A-Z0-9+*/]{2,30}$/.test(id) || !/\d/.test(id)) return false;
  if (!countryCode) return true;
  const own = otherFormats[countryCode];
  if (own) return new RegExp(`^${own}$`).test(id) || eu.test(id);
  const inEu = Object.hasOwn(euFormats, prefixOfCountry[countryCode] ?? countryCode);
  return inEu ? eu.test(id) : true;
};
