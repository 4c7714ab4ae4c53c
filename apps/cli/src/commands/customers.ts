import type { Command } from "commander";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { given, type ListOptions, listing, pageOf, printList } from "../listing.ts";
import { printFields, printJson, printLine, showInstant } from "../output.ts";

interface CustomerListOptions extends ListOptions {
  readonly email?: string;
  readonly q?: string;
}

export const addCustomerCommands = (program: Command): void => {
  const customers = program.command("customers").description("customers of the key's client");

  listing(customers.command("list").description("list customers"))
    .option("--email <address>", "of this address")
    .option("-q <text>", "whose name or address has this in it")
    .action(async ({ email, q, ...options }: CustomerListOptions) => {
      const query = given({ limit: pageOf(options.limit), email, q });
      await printList(
        connect().each("/api/customers", { params: { query } }),
        options,
        ["ID", "NAME", "EMAIL", "COUNTRY", "LANGUAGE", "CREATED"],
        (customer) => [
          customer.id,
          customer.name,
          customer.email,
          customer.address?.countryCode,
          customer.locale,
          customer.erasedAt === null ? showInstant(customer.createdAt) : "erased",
        ],
      );
    });

  customers
    .command("show")
    .description("one customer, with what keeps invoices or email from them")
    .argument("<id>", "the customer's id", parseId)
    .option("--json", "print JSON")
    .action(async (id: number, { json }: { readonly json?: boolean }) => {
      const billpost = connect();
      const customer = await billpost.get("/api/customers/{id}", { params: { path: { id } } });
      const verdict = await billpost.get("/api/customers/{customerId}/verdict", {
        params: { path: { customerId: id } },
      });
      if (json) return printJson({ ...customer, verdict });
      printLine(verdict.sentence);
      if (verdict.act.name !== "none") printLine(`→ ${verdict.act.sentence}`);
      for (const other of verdict.others) printLine(`  also: ${other.sentence}`);
      printLine();
      const { address } = customer;
      return printFields({
        customer: customer.id,
        name: customer.name,
        email: customer.email,
        address: address
          ? [
              address.line1,
              address.line2,
              address.postalCode,
              address.city,
              address.region,
              address.countryCode,
            ]
              .filter(Boolean)
              .join(", ")
          : null,
        "VAT id": customer.vatId,
        language: customer.locale,
        created: showInstant(customer.createdAt),
        erased: customer.erasedAt && showInstant(customer.erasedAt),
      });
    });
};
