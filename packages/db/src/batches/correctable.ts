import type { Correctable } from "@billpost/domain/batches/plan-correction";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import type { Db } from "../connection.ts";

/** Loads invoices with what a correction of them is computed from, by invoice id. */
export const loadCorrectable = async (
  db: Db,
  invoiceIds: readonly number[],
): Promise<Map<number, Correctable>> => {
  if (invoiceIds.length === 0) return new Map();
  const ids = [...invoiceIds];
  const invoices = await db
    .selectFrom("invoices")
    .select(["id", "order_id", "snapshot"])
    .where("id", "in", ids)
    .execute();
  const credits = await db
    .selectFrom("invoice_line_credits")
    .select(["invoice_id", "line_number", "credited_quantity"])
    .where("invoice_id", "in", ids)
    .where("credited_quantity", ">", 0)
    .execute();
  const items = await db
    .selectFrom("order_items")
    .select(["order_id", "line_number", "product_id"])
    .where(
      "order_id",
      "in",
      invoices.map((invoice) => invoice.order_id),
    )
    .execute();
  const creditsOf = Map.groupBy(credits, (credit) => credit.invoice_id);
  const itemsOf = Map.groupBy(items, (item) => item.order_id);
  return new Map(
    invoices.map((invoice) => [
      invoice.id,
      {
        original: JSON.parse(invoice.snapshot) as InvoiceSnapshot,
        credited: new Map(
          creditsOf.get(invoice.id)?.map((credit) => [credit.line_number, credit.credited_quantity]),
        ),
        productOf: new Map(itemsOf.get(invoice.order_id)?.map((item) => [item.line_number, item.product_id])),
      },
    ]),
  );
};
