import { withoutReturned } from "@billpost/domain/batches/unreturned";
import type { InvoiceableOrder } from "@billpost/domain/invoice-building";
import { dateInZone } from "@billpost/domain/invoice-numbering";
import type { Selectable } from "kysely";
import type { Db } from "./connection.ts";
import type { Database } from "./schema.ts";

export type OrderRow = Selectable<Database["orders"]>;
type ItemRow = Selectable<Database["order_items"]>;

/**
 * Orders as their invoices say them, by id. Undefined where there is nothing to say: what came back of an order that is
 * invoiced elsewhere has no credit note here, so it is not invoiced either. Of any other order it has one, which follows.
 */
export const loadInvoiceable = async (
  db: Db,
  orderIds: readonly number[],
  timeZone: string,
): Promise<{ readonly row: OrderRow; readonly order: InvoiceableOrder | undefined }[]> => {
  const rows = await db
    .selectFrom("orders")
    .selectAll()
    .where("id", "in", [...orderIds, 0])
    .orderBy("id")
    .execute();
  const items = await db
    .selectFrom("order_items")
    .selectAll()
    .where("order_id", "in", [...orderIds, 0])
    .orderBy("order_id")
    .orderBy("line_number")
    .execute();
  const byOrder = Map.groupBy(items, (item) => item.order_id);
  return rows.map((row) => {
    const ordered = byOrder.get(row.id) ?? [];
    const order = asOrdered(row, ordered, timeZone);
    return { row, order: row.invoicing === "external" ? withoutReturned(order, returnedOf(ordered)) : order };
  });
};

const returnedOf = (items: readonly ItemRow[]): Map<number, number> =>
  new Map(items.map((item) => [item.line_number, item.returned_quantity]));

const asOrdered = (row: OrderRow, items: readonly ItemRow[], timeZone: string): InvoiceableOrder => ({
  orderId: row.order_id,
  externalRef: row.external_ref,
  purchaseOrder: row.purchase_order,
  supplyDate: row.supply_date ?? dateInZone(row.created_at, timeZone),
  currency: row.currency,
  locale: row.locale,
  buyer: {
    name: row.billing_details.name,
    address: row.billing_details.address,
    vatId: row.billing_details.vatId,
  },
  lines: items.map((item) => ({
    lineNumber: item.line_number,
    sku: item.sku,
    name: item.product_name,
    quantity: item.quantity,
    unit: item.unit,
    unitPriceMinor: item.unit_price_minor,
    priceIncludesTax: item.price_includes_tax,
    totalMinor: item.total_minor,
    discountMinor: item.discount_minor,
    netMinor: item.net_minor,
    taxCategory: item.tax_category,
    taxRatePpm: item.tax_rate_ppm,
    exemptionReason: item.tax_exemption_reason,
  })),
  discounts: row.discounts,
  taxes: row.taxes,
  subtotalMinor: row.subtotal_minor,
  taxMinor: row.tax_minor,
  roundingMinor: row.rounding_minor,
  totalMinor: row.total_minor,
});
