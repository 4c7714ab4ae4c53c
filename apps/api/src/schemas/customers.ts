import type { Customer } from "@billpost/db/customers";
import { emailPattern, maxEmailLength } from "@billpost/domain/email";
import { type Static, Type } from "typebox";
import { AddressSchema, presentAddress } from "./address.ts";
import { idOf, instant, lineOf, nullableString } from "./values.ts";

/** One address that mail can be sent to; nothing that could name a second one. */
export const EmailSchema = Type.String({
  maxLength: maxEmailLength,
  pattern: emailPattern,
  description: "One plain address (RFC 5322 addr-spec, ASCII): no name, list, group, comment or quotes.",
  examples: ["john.doe@example.com"],
});

const input = {
  name: lineOf(200, "The buyer's full name, as invoices carry it.", "John Doe"),
  email: EmailSchema,
  address: Type.Union([AddressSchema, Type.Null()], { description: "Invoices may need it." }),
  vatId: Type.Union([
    lineOf(40, "VAT id. In the EU, GB, CH, LI and NO its form is checked.", "DE123456789"),
    Type.Null(),
  ]),
  locale: Type.String({
    pattern: "^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?$",
    maxLength: 12,
    description: "BCP 47: language, script, region. Documents are in English where a language is not known.",
    examples: ["en"],
  }),
};

export const NewCustomerSchema = Type.Object(
  {
    name: input.name,
    email: input.email,
    address: Type.Optional(input.address),
    vatId: Type.Optional(input.vatId),
    locale: Type.Optional(input.locale),
  },
  { additionalProperties: false, description: "A new customer. `locale` defaults to `en`." },
);

export const CustomerChangesSchema = Type.Partial(Type.Object(input), {
  additionalProperties: false,
  minProperties: 1,
  description: "What is to change; the rest stays. Orders and invoices keep the data as it was.",
});

export const CustomerSchema = Type.Object(
  {
    id: idOf("The customer's id."),
    name: Type.String(),
    email: Type.String(),
    address: Type.Union([AddressSchema, Type.Null()]),
    vatId: nullableString("VAT id.", "DE123456789"),
    locale: Type.String(),
    version: Type.Integer({ description: "Grows with each change." }),
    erasedAt: nullableString("When the personal data was erased; null: it was not."),
    createdAt: Type.String(),
    updatedAt: Type.String(),
  },
  { title: "Customer", description: "A customer of the client that the key belongs to." },
);

export const presentCustomer = (customer: Customer): Static<typeof CustomerSchema> => ({
  id: customer.id,
  name: customer.name,
  email: customer.email,
  address: customer.address && presentAddress(customer.address),
  vatId: customer.vatId,
  locale: customer.locale,
  version: customer.version,
  erasedAt: customer.erasedAt && instant(customer.erasedAt),
  createdAt: instant(customer.createdAt),
  updatedAt: instant(customer.updatedAt),
});
