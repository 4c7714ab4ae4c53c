import type { Address } from "@billpost/domain/address";
import { countryCodes } from "@billpost/domain/country";
import { fieldOf, type Form } from "./forms.ts";

const regionNames = new Intl.DisplayNames(["en"], { type: "region" });

/** A country's English name; a code that is none stays as it is. */
export const countryName = (code: string): string =>
  countryCodes.includes(code) ? (regionNames.of(code) ?? code) : code;

const named = [...countryCodes]
  .map((code) => ({ code, name: regionNames.of(code) ?? code }))
  .toSorted((a, b) => a.name.localeCompare(b.name));

/** The countries of a form, with the chosen one marked. */
export const countries = (chosen: string | undefined) =>
  named.map((country) => ({ ...country, chosen: country.code === chosen }));

/** A field that may be left empty; null then. */
export const readText = (form: Form, name: string): string | null => fieldOf(form, name) ?? null;

/** The address of a form; null when every field of it is empty. */
export const readAddress = (form: Form): Partial<Address> | null => {
  const parts = ["line1", "line2", "postalCode", "city", "region", "countryCode"] as const;
  const address = Object.fromEntries(
    parts.flatMap((part) => {
      const text = fieldOf(form, part);
      return text === undefined ? [] : [[part, text]];
    }),
  );
  return Object.keys(address).length === 0 ? null : address;
};
