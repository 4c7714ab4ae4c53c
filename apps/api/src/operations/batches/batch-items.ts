import { Readable } from "node:stream";
import { type BatchItem, exportItems, type ItemFilter } from "@billpost/db/batches/items";
import { minorToDecimal } from "@billpost/domain/currency";
import type { Context } from "../../context.ts";
import { presentItem } from "../../schemas/batch-items.ts";
import { csvRow } from "../export-invoices.ts";
import { requireBatch } from "./read-batches.ts";

/** Every item of a client's batch, as text that is written while it is read. */
export const streamItems = async (
  context: Context,
  id: number,
  filter: ItemFilter,
  format: "csv" | "ndjson",
): Promise<Readable> => {
  await requireBatch(context, id);
  const items = exportItems(context.db, id, filter);
  return Readable.from(format === "csv" ? csvLines(items) : jsonLines(items));
};

async function* jsonLines(items: AsyncIterable<BatchItem>): AsyncGenerator<string> {
  for await (const item of items) yield `${JSON.stringify(presentItem(item))}\n`;
}

const columns = [
  "position",
  "order_id",
  "external_ref",
  "outcome",
  "reason",
  "detail",
  "invoice_number",
  "credit_note_number",
  "new_invoice_number",
  "revision",
  "delivery_state",
  "currency",
  "old_subtotal",
  "old_tax",
  "old_total",
  "new_subtotal",
  "new_tax",
  "new_total",
  "difference",
] as const;

async function* csvLines(items: AsyncIterable<BatchItem>): AsyncGenerator<string> {
  yield csvRow(columns);
  for await (const item of items) {
    const decimal = (minor: number | null) => (minor === null ? "" : minorToDecimal(minor, item.currency));
    const { oldGrossMinor, newGrossMinor } = item;
    const difference =
      oldGrossMinor === null || newGrossMinor === null ? null : newGrossMinor - oldGrossMinor;
    yield csvRow([
      String(item.position),
      item.orderId,
      item.externalRef ?? "",
      item.state,
      item.reason ?? "",
      item.detail ?? "",
      item.invoiceNumber ?? "",
      item.creditNoteNumber ?? "",
      item.newInvoiceNumber ?? "",
      item.revision === null ? "" : String(item.revision),
      item.deliveryState ?? "",
      item.currency,
      decimal(item.oldNetMinor),
      decimal(item.oldTaxMinor),
      decimal(oldGrossMinor),
      decimal(item.newNetMinor),
      decimal(item.newTaxMinor),
      decimal(newGrossMinor),
      decimal(difference),
    ]);
  }
}
