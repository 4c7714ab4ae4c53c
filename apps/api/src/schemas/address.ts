import type { Address } from "@billpost/domain/address";
import { countryCodes } from "@billpost/domain/country";
import { Type } from "typebox";
import { lineOf } from "./values.ts";

/** A postal address, as sent and as answered. */
export const AddressSchema = Type.Object(
  {
    line1: lineOf(200, "Street and number, or a post office box.", "1 Market Street"),
    line2: Type.Optional(lineOf(200, "Building, floor, care of.", "Floor 3")),
    postalCode: Type.Optional(lineOf(20, "As the country writes it.", "94105")),
    city: lineOf(100, "Town or city.", "San Francisco"),
    region: Type.Optional(lineOf(100, "State, province or prefecture.", "CA")),
    countryCode: Type.Enum([...countryCodes], {
      description: "ISO 3166-1 alpha-2, in capitals.",
      examples: ["US"],
    }),
  },
  { title: "Address", additionalProperties: false, description: "A postal address." },
);

/** An address as answered: what is absent stays absent. */
export const presentAddress = (address: Address) => ({
  line1: address.line1,
  ...(address.line2 === undefined ? {} : { line2: address.line2 }),
  ...(address.postalCode === undefined ? {} : { postalCode: address.postalCode }),
  city: address.city,
  ...(address.region === undefined ? {} : { region: address.region }),
  countryCode: address.countryCode,
});
