import type { Command } from "commander";
import { type ActOptions, acting, agreed } from "../acting.ts";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { given, type ListOptions, listing, pageOf, printList } from "../listing.ts";
import { printFields, printJson, printLine, printTable, say, showInstant, showMoney } from "../output.ts";

interface InvoiceListOptions extends ListOptions {
  readonly order?: string;
  readonly customer?: number;
  readonly kind?: "invoice" | "credit_note";
  readonly state?: "issued" | "partially_credited" | "credited";
  readonly from?: string;
  readonly to?: string;
}

/** `invoices list` and `invoices show`. */
export const addInvoiceReading = (invoices: Command): void => {
  listing(invoices.command("list").description("list invoices and credit notes, newest first"))
    .option("--order <orderId>", "of this order")
    .option("--customer <id>", "of this customer", parseId)
    .option("--kind <kind>", "invoice or credit_note")
    .option("--state <state>", "issued, partially_credited or credited")
    .option("--from <day>", "issued on or after, such as 2026-01-01")
    .option("--to <day>", "issued on or before")
    .action(async ({ order, customer, kind, state, from, to, ...options }: InvoiceListOptions) => {
      const query = given({
        limit: pageOf(options.limit),
        orderId: order,
        customerId: customer,
        kind,
        state,
        issuedFrom: from,
        issuedTo: to,
      });
      await printList(
        connect().each("/api/invoices", { params: { query } }),
        options,
        ["NUMBER", "KIND", "ISSUED", "ORDER", "TOTAL", "STATE", "EMAIL"],
        (invoice) => [
          invoice.number,
          invoice.kind.replace("_", " "),
          invoice.issueDate,
          invoice.orderId,
          showMoney(invoice.total, invoice.currency),
          invoice.state.replace("_", " "),
          invoice.deliveryState,
        ],
        ["KIND", "ISSUED"],
      );
    });

  invoices
    .command("show")
    .description("one invoice or credit note, with its PDFs and emails")
    .argument("<number>", "such as INV-2026-000001")
    .option("--json", "print JSON")
    .action(async (number: string, { json }: { readonly json?: boolean }) => {
      const invoice = await connect().get("/api/invoices/{number}", { params: { path: { number } } });
      if (json) return printJson(invoice);
      printFields({
        number: `${invoice.number} (${invoice.kind.replace("_", " ")}, ${invoice.state.replace("_", " ")})`,
        issued: `${invoice.issueDate}, supplied ${invoice.supplyDate}`,
        order: invoice.orderId,
        buyer: invoice.buyer.name,
        total: `${showMoney(invoice.total, invoice.currency)}, of it ${showMoney(invoice.tax, invoice.currency)} tax`,
        credits: invoice.originalNumber,
        "credited by": invoice.creditNotes.map((note) => note.number).join(", ") || null,
        replaces: invoice.replaces,
        "replaced by": invoice.replacedBy,
        reason: invoice.reason,
        "content's SHA-256": invoice.snapshotSha256,
      });
      printLine();
      printTable(
        ["LINE", "PRODUCT", "QUANTITY", "TAX", "NET"],
        invoice.lines.map((line) => [
          line.lineNumber,
          line.name,
          line.quantity,
          `${line.taxRatePercent} %`,
          showMoney(line.netPrice, invoice.currency),
        ]),
      );
      printLine();
      return printTable(
        ["EMAIL", "TO", "STATE", "WHY", "SENT"],
        invoice.deliveries.map((delivery) => [
          delivery.id,
          delivery.to,
          delivery.state,
          delivery.reason ?? delivery.type,
          showInstant(delivery.sentAt),
        ]),
      );
    });
};

/** `invoices resend`. */
export const addResend = (invoices: Command): void => {
  acting(
    invoices
      .command("resend")
      .description("send the stored PDF once more")
      .argument("<number>", "such as INV-2026-000001")
      .option("--to <address>", "to another address than the order's"),
    "required",
  ).action(
    async (number: string, options: ActOptions & { readonly to?: string; readonly reason: string }) => {
      const { reason, to } = options;
      const what = `send ${number} once more${to === undefined ? "" : ` to ${to}`}`;
      if (!(await agreed(what, options))) return undefined;
      const delivery = await connect().post("/api/invoices/{number}/deliveries", {
        params: { path: { number } },
        body: given({ reason, to }),
      });
      if (options.json) return printJson(delivery);
      return say(`${number} goes to ${delivery.to} (delivery ${delivery.id}).`);
    },
  );
};
