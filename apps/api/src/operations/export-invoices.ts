import { Readable } from "node:stream";
import { exportInvoices, type ExportedInvoice } from "@billpost/db/invoice-export";
import { minorToDecimal, minorToNumber } from "@billpost/domain/currency";
import { ppmToPercent } from "@billpost/domain/tax-rate";
import type { Context } from "../context.ts";

export type ExportFormat = "csv" | "jsonl";

/** A month (`2026-11`) as its first day and the first day of the next. */
const monthRange = (month: string): readonly [from: string, before: string] => {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const next = number === 12 ? [year + 1, 1] : [year, number + 1];
  return [`${month}-01`, `${String(next[0]).padStart(4, "0")}-${String(next[1]).padStart(2, "0")}-01`];
};

/** Every document that a client issued in a month, as text that is written while it is read. */
export const exportMonth = ({ db, clientId }: Context, month: string, format: ExportFormat): Readable => {
  const invoices = exportInvoices(db, clientId, ...monthRange(month));
  return Readable.from(format === "csv" ? csvLines(invoices) : jsonLines(invoices));
};

const columns = [
  "number",
  "kind",
  "original_number",
  "issue_date",
  "supply_date",
  "order_id",
  "external_ref",
  "customer_id",
  "buyer_name",
  "buyer_country",
  "buyer_vat_id",
  "currency",
  "tax_category",
  "tax_rate_percent",
  "taxable",
  "tax",
  "rounding",
  "total",
] as const;

/**
 * One row for each tax group of a document, so that the columns of amounts can be summed: what belongs to the
 * whole document, its rounding, stands on its first row, and `total` is the row's own. Amounts are those
 * printed; the kind says that a credit note gives them back.
 */
async function* csvLines(invoices: AsyncIterable<ExportedInvoice>): AsyncGenerator<string> {
  yield csvRow(columns);
  for await (const { customerId, snapshot } of invoices) {
    const decimal = (minor: number) => minorToDecimal(minor, snapshot.currency);
    const groups = snapshot.taxes.map((group, index) => {
      const roundingMinor = index === 0 ? snapshot.totals.roundingMinor : 0;
      return csvRow([
        snapshot.number,
        snapshot.kind,
        snapshot.original?.number ?? "",
        snapshot.issueDate,
        snapshot.supplyDate,
        snapshot.orderId,
        snapshot.externalRef ?? "",
        String(customerId),
        snapshot.buyer.name,
        snapshot.buyer.address?.countryCode ?? "",
        snapshot.buyer.vatId ?? "",
        snapshot.currency,
        group.category,
        String(ppmToPercent(group.ratePpm)),
        decimal(group.taxableMinor),
        decimal(group.taxMinor),
        decimal(roundingMinor),
        decimal(group.taxableMinor + group.taxMinor + roundingMinor),
      ]);
    });
    yield groups.join("");
  }
}

/** What a spreadsheet would take for a formula; a plain decimal, such as a negative rounding, is none. */
const formula = /^[=+\-@\t\r\n]/;
const plainDecimal = /^-?\d+(\.\d+)?$/;

/** A row by RFC 4180. A cell that could be a formula gets an apostrophe before it. */
export const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\r\n`;

const csvCell = (text: string): string => {
  const safe = formula.test(text) && !plainDecimal.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

async function* jsonLines(invoices: AsyncIterable<ExportedInvoice>): AsyncGenerator<string> {
  for await (const { customerId, snapshot } of invoices) {
    const money = (minor: number) => minorToNumber(minor, snapshot.currency);
    const { totals } = snapshot;
    yield `${JSON.stringify({
      number: snapshot.number,
      kind: snapshot.kind,
      originalNumber: snapshot.original?.number ?? null,
      issueDate: snapshot.issueDate,
      supplyDate: snapshot.supplyDate,
      orderId: snapshot.orderId,
      externalRef: snapshot.externalRef,
      customerId,
      buyer: snapshot.buyer,
      currency: snapshot.currency,
      taxes: snapshot.taxes.map((group) => ({
        category: group.category,
        ratePercent: ppmToPercent(group.ratePpm),
        taxable: money(group.taxableMinor),
        tax: money(group.taxMinor),
        exemptionReason: group.exemptionReason,
      })),
      subtotal: money(totals.netMinor),
      tax: money(totals.taxMinor),
      rounding: money(totals.roundingMinor),
      total: money(totals.grossMinor),
    })}\n`;
  }
}
