import type { InvoiceKind } from "@billpost/domain/invoice-snapshot";
import type { InvoiceState } from "@billpost/domain/invoice-state";
import type { TaxCategory, TaxGroup } from "@billpost/domain/tax";
import { sql } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import type { Db } from "./connection.ts";
import type { BillingDetails, InvoiceStatus, OrderDiscount, OrderStatus } from "./schema.ts";

interface OrderLine {
  readonly lineNumber: number;
  readonly productId: number;
  readonly sku: string;
  readonly productName: string;
  readonly unit: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly priceIncludesTax: boolean;
  readonly totalMinor: number;
  readonly discountMinor: number;
  readonly netMinor: number;
  readonly taxCategory: TaxCategory;
  readonly taxRatePpm: number;
  readonly returnedQuantity: number;
}

/** An invoice or credit note of an order, with the state of its latest delivery. */
interface OrderInvoice {
  readonly number: string;
  readonly kind: InvoiceKind;
  readonly state: InvoiceState;
  readonly deliveryState: string | null;
}

/** An order with all that its reader sees of it. Amounts in minor units of `currency`. */
export interface Order {
  readonly id: number;
  readonly orderId: string;
  readonly customerId: number;
  readonly customerName: string;
  readonly customerEmail: string;
  readonly billing: BillingDetails;
  readonly locale: string;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  readonly subtotalMinor: number;
  readonly taxMinor: number;
  readonly roundingMinor: number;
  readonly totalMinor: number;
  readonly taxes: readonly TaxGroup[];
  readonly discounts: readonly OrderDiscount[];
  readonly status: OrderStatus;
  readonly externalRef: string | null;
  readonly purchaseOrder: string | null;
  readonly invoiceStatus: InvoiceStatus;
  readonly invoiceMissing: readonly string[];
  readonly invoices: readonly OrderInvoice[];
  readonly cancelledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** One statement, so lines, status and invoices are of the same moment. */
const selectOrders = (db: Db) =>
  db.selectFrom("orders").select((eb) => [
    "orders.id",
    "orders.order_id as orderId",
    "orders.customer_id as customerId",
    "orders.customer_name as customerName",
    "orders.customer_email as customerEmail",
    "orders.billing_details as billing",
    "orders.locale",
    "orders.currency",
    "orders.subtotal_minor as subtotalMinor",
    "orders.tax_minor as taxMinor",
    "orders.rounding_minor as roundingMinor",
    "orders.total_minor as totalMinor",
    "orders.taxes",
    "orders.discounts",
    "orders.status",
    "orders.external_ref as externalRef",
    "orders.purchase_order as purchaseOrder",
    "orders.invoice_status as invoiceStatus",
    "orders.invoice_missing as invoiceMissing",
    "orders.cancelled_at as cancelledAt",
    "orders.created_at as createdAt",
    "orders.updated_at as updatedAt",
    jsonArrayFrom(
      eb
        .selectFrom("order_items as line")
        .select([
          "line.line_number as lineNumber",
          "line.product_id as productId",
          "line.sku",
          "line.product_name as productName",
          "line.unit",
          "line.quantity",
          "line.unit_price_minor as unitPriceMinor",
          "line.price_includes_tax as priceIncludesTax",
          "line.total_minor as totalMinor",
          "line.discount_minor as discountMinor",
          "line.net_minor as netMinor",
          "line.tax_category as taxCategory",
          "line.tax_rate_ppm as taxRatePpm",
          "line.returned_quantity as returnedQuantity",
        ])
        .whereRef("line.order_id", "=", "orders.id")
        .orderBy("line.line_number"),
    ).as("lines"),
    jsonArrayFrom(
      eb
        .selectFrom("invoices as invoice")
        .select([
          "invoice.number",
          "invoice.kind",
          stateOfInvoice.as("state"),
          latestDelivery.as("deliveryState"),
        ])
        .whereRef("invoice.order_id", "=", "orders.id")
        .orderBy("invoice.id"),
    ).as("invoices"),
  ]);

/** As `invoiceState` in packages/domain judges it. A credit note has no lines to give back. */
const stateOfInvoice = sql<InvoiceState>`(
  select case
    when coalesce(sum(credit.credited_quantity), 0) = 0 then 'issued'
    when bool_and(credit.credited_quantity = credit.quantity) then 'credited'
    else 'partially_credited' end
  from invoice_line_credits credit where credit.invoice_id = invoice.id)`;

const latestDelivery = sql<string | null>`(
  select delivery.state from delivery_documents document
  join deliveries delivery on delivery.id = document.delivery_id
  where document.invoice_id = invoice.id order by delivery.id desc limit 1)`;

/** A client's order; another client's is not found. */
export const findOrder = (db: Db, clientId: number, orderId: string): Promise<Order | undefined> =>
  selectOrders(db)
    .where("orders.client_id", "=", clientId)
    .where("orders.order_id", "=", orderId)
    .executeTakeFirst();

/** A client's orders that have one of these references. */
export const findOrdersByReference = (
  db: Db,
  clientId: number,
  references: readonly string[],
): Promise<Order[]> =>
  selectOrders(db)
    .where("orders.client_id", "=", clientId)
    .where("orders.external_ref", "=", sql<string>`any(${[...references]}::text[])`)
    .execute();

export interface OrderFilter {
  readonly customerId?: number | undefined;
  readonly status?: OrderStatus | undefined;
  readonly invoiceStatus?: InvoiceStatus | undefined;
  /** Placed at or after. */
  readonly createdFrom?: Date | undefined;
  /** Placed before. */
  readonly createdTo?: Date | undefined;
  readonly externalRef?: string | undefined;
}

const filtered = (db: Db, clientId: number, filter: OrderFilter) => {
  let query = selectOrders(db).where("orders.client_id", "=", clientId);
  if (filter.customerId !== undefined) query = query.where("customer_id", "=", filter.customerId);
  if (filter.status !== undefined) query = query.where("status", "=", filter.status);
  if (filter.invoiceStatus !== undefined) query = query.where("invoice_status", "=", filter.invoiceStatus);
  if (filter.createdFrom !== undefined) query = query.where("created_at", ">=", filter.createdFrom);
  if (filter.createdTo !== undefined) query = query.where("created_at", "<", filter.createdTo);
  if (filter.externalRef !== undefined) query = query.where("external_ref", "=", filter.externalRef);
  return query;
};

/** A client's orders, newest first, from before `beforeId`. */
export const listOrders = (
  db: Db,
  clientId: number,
  filter: OrderFilter,
  { beforeId, limit }: { beforeId?: number | undefined; limit: number },
): Promise<Order[]> => {
  const query = filtered(db, clientId, filter);
  // Only the index on the invoice's state has them in this order, which the planner must take: see 0030_lists.sql.
  const place = filter.invoiceStatus === undefined ? sql<number>`orders.id` : sql<number>`orders.id + 0`;
  return (beforeId === undefined ? query : query.where(place, "<", beforeId))
    .orderBy(place, "desc")
    .limit(limit)
    .execute();
};

/** Microseconds since 1970: what PostgreSQL keeps and a `Date` does not. */
const microsOf = (column: "created_at" | "updated_at") =>
  sql<number>`(extract(epoch from ${sql.ref(`orders.${column}`)}) * 1000000)::bigint`;

/** An instant of microseconds since 1970. */
const instant = (micros: number) => sql`timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond'`;

/**
 * A client's orders, the last placed first, from after the position given: what is wanted by time is found by
 * time, however long ago.
 */
export const listOrdersByTime = (
  db: Db,
  clientId: number,
  filter: OrderFilter,
  { before, limit }: { before?: { readonly micros: number; readonly id: number } | undefined; limit: number },
): Promise<(Order & { readonly createdMicros: number })[]> => {
  const query = filtered(db, clientId, filter).select(microsOf("created_at").as("createdMicros"));
  return (
    before === undefined
      ? query
      : query.where(
          sql<boolean>`(orders.created_at, orders.id) < (${instant(before.micros)}, ${before.id}::bigint)`,
        )
  )
    .orderBy("orders.created_at", "desc")
    .orderBy("orders.id", "desc")
    .limit(limit)
    .execute();
};

/** An order and when exactly it was last changed, in microseconds since 1970. */
export type ChangedOrder = Order & { readonly updatedMicros: number };

/**
 * A client's orders that were changed after an instant, the longest unchanged first, from after the position
 * given. An order that changes while the list is read comes again.
 */
export const listChangedOrders = (
  db: Db,
  clientId: number,
  filter: OrderFilter,
  after: { readonly updatedMicros: number; readonly id: number },
  limit: number,
): Promise<ChangedOrder[]> =>
  filtered(db, clientId, filter)
    .select(microsOf("updated_at").as("updatedMicros"))
    .where(
      sql<boolean>`(orders.updated_at, orders.id) >
        (${instant(after.updatedMicros)}, ${after.id}::bigint)`,
    )
    .orderBy("orders.updated_at")
    .orderBy("orders.id")
    .limit(limit)
    .execute();
