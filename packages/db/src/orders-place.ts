import type { BillingDetails, OrderDiscount } from "./schema.ts";
import type { Address } from "@billpost/domain/address";
import type { StockTaken } from "@billpost/domain/allocation";
import { DomainError } from "@billpost/domain/domain-error";
import type { Pricing } from "@billpost/domain/pricing";
import type { TaxCategory } from "@billpost/domain/tax";
import { sql } from "kysely";
import type { Actor } from "./audit.ts";
import type { Trx } from "./connection.ts";

/** A customer as an order copies it. */
export interface BuyerToOrder {
  readonly id: number;
  readonly clientId: number;
  readonly name: string;
  readonly email: string;
  readonly address: Address | null;
  readonly vatId: string | null;
  readonly locale: string;
  readonly erasedAt: Date | null;
}

/** Customers by id, in id order, kept from being erased until the transaction ends. */
export const holdBuyers = async (trx: Trx, ids: readonly number[]): Promise<readonly BuyerToOrder[]> => {
  const { rows } = await sql<BuyerToOrder>`/*prepared*/
    select id, name, email, address, vat_id as "vatId", locale, erased_at as "erasedAt", client_id as "clientId"
    from customers where id = any(${ids}::bigint[]) order by id for key share`.execute(trx);
  return rows;
};

export interface ProductToOrder {
  readonly id: number;
  readonly sku: string;
  readonly name: string;
  readonly unit: string;
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly priceIncludesTax: boolean;
  readonly taxCategory: TaxCategory;
  readonly taxRatePpm: number | null;
  readonly exemptionReason: string | null;
  readonly tracksStock: boolean;
  readonly stock: number;
  readonly archived: boolean;
}

const productColumns = sql`id, sku, name, unit, unit_price_minor as "unitPriceMinor", currency,
  price_includes_tax as "priceIncludesTax", tax_category as "taxCategory", tax_rate_ppm as "taxRatePpm",
  tax_exemption_reason as "exemptionReason", tracks_stock as "tracksStock", inventory_quantity as stock,
  archived_at is not null as archived`;

/**
 * The products of an order, in id order. Those that track stock are locked until the transaction ends, always
 * in id order, so that two orders of the same products never wait for each other in a circle. Services and
 * shipping are not locked: they stand on too many orders. Whether a product tracks its stock never changes.
 */
export const lockProductsToOrder = async (
  trx: Trx,
  productIds: readonly number[],
): Promise<Map<number, ProductToOrder>> => {
  const ids = [...new Set(productIds)];
  const { rows } = await sql<ProductToOrder>`/*prepared*/
    with stocked as materialized (
      select ${productColumns} from products
      where id = any(${ids}::bigint[]) and tracks_stock order by id for no key update
    )
    select * from stocked
    union all
    select ${productColumns} from products where id = any(${ids}::bigint[]) and not tracks_stock`.execute(
    trx,
  );
  return new Map(rows.map((row) => [row.id, row]));
};

export interface OrderReference {
  readonly clientId: number;
  readonly externalRef: string;
}

/** The orders that have these references. */
export const findByReferences = async (
  trx: Trx,
  references: readonly OrderReference[],
): Promise<(OrderReference & { readonly orderId: string })[]> => {
  if (references.length === 0) return [];
  const { rows } = await sql<OrderReference & { orderId: string }>`/*prepared*/
    select client_id as "clientId", external_ref as "externalRef", order_id as "orderId" from orders
    where (client_id, external_ref) in (select * from unnest(
      ${references.map(({ clientId }) => clientId)}::bigint[],
      ${references.map(({ externalRef }) => externalRef)}::text[]))`.execute(trx);
  return rows;
};

export interface NewOrderLine {
  readonly lineNumber: number;
  readonly product: ProductToOrder;
  readonly quantity: number;
  readonly totalMinor: number;
  readonly discountMinor: number;
  readonly netMinor: number;
  readonly taxRatePpm: number;
}

export interface NewOrder {
  readonly clientId: number;
  readonly customerId: number;
  readonly customerName: string;
  readonly customerEmail: string;
  readonly billing: BillingDetails;
  readonly locale: string;
  readonly currency: string;
  readonly pricing: Omit<Pricing, "lines">;
  readonly discounts: readonly OrderDiscount[];
  readonly lines: readonly NewOrderLine[];
  /** From the locked stock. */
  readonly taken: readonly StockTaken[];
  readonly externalRef: string | null;
  readonly purchaseOrder: string | null;
  readonly actor: Actor;
  readonly requestId: string;
}

export interface PlacedOrder {
  readonly id: number;
  readonly orderId: string;
  readonly createdAt: Date;
}

/**
 * Writes orders with their lines, stock movements, stock and audit rows in one statement, whose text does not
 * depend on how many there are. The products are locked and `taken` is what their stock allows. Answers in the
 * order given. `timeZone` decides the year in an order's number. Throws `external_ref_taken` when another
 * transaction was quicker with the same reference.
 */
export const insertOrders = async (
  trx: Trx,
  orders: readonly NewOrder[],
  timeZone: string,
): Promise<PlacedOrder[]> => {
  const { rows } = await sql<PlacedOrder>`/*prepared*/
    with input as materialized (
      select nextval('order_number') as id, input.* from json_to_recordset(${headers(orders)}::json) as input (
        place int, client_id bigint, customer_id bigint, customer_name text, customer_email text,
        billing_details jsonb, locale text, currency text, subtotal bigint, tax bigint, rounding bigint,
        total bigint, taxes jsonb, discounts jsonb, external_ref text, purchase_order text, actor text,
        request_id text)
      order by place
    ), placed as (
      insert into orders (id, order_id, client_id, customer_id, customer_name, customer_email, billing_details,
        locale, currency, subtotal_minor, tax_minor, rounding_minor, total_minor, taxes, discounts, external_ref,
        purchase_order, request_id)
      select id, 'ORD-' || to_char(now() at time zone ${timeZone}, 'YYYY') || '-'
          || lpad(id::text, greatest(6, length(id::text)), '0'),
        client_id, customer_id, customer_name, customer_email, billing_details, locale, currency, subtotal, tax,
        rounding, total, taxes, discounts, external_ref, purchase_order, request_id
      from input
      returning id, order_id, created_at
    ), lines as (
      insert into order_items (order_id, line_number, product_id, sku, product_name, unit, quantity,
        unit_price_minor, price_includes_tax, total_minor, discount_minor, net_minor, tax_category, tax_rate_ppm,
        tax_exemption_reason, tracks_stock)
      select input.id, line.line_number, line.product_id, line.sku, line.name, line.unit, line.quantity,
        line.unit_price, line.includes_tax, line.total, line.discount, line.net, line.category, line.rate,
        line.exemption, line.tracks_stock
      from json_to_recordset(${lines(orders)}::json) as line (
        place int, line_number int, product_id bigint, sku text, name text, unit text, quantity bigint,
        unit_price bigint, includes_tax boolean, total bigint, discount bigint, net bigint, category text,
        rate int, exemption text, tracks_stock boolean)
      join input using (place)
    ), movement as materialized (
      select * from json_to_recordset(${movements(orders)}::json)
        as movement (place int, product_id bigint, quantity bigint, resulting bigint)
    ), ledger as (
      insert into stock_movements (product_id, type, quantity, resulting_quantity, order_id, actor)
      select movement.product_id, 'sale', -movement.quantity, movement.resulting, input.id, input.actor
      from movement join input using (place) order by place, product_id
    ), stock as (
      update products set inventory_quantity = inventory_quantity
        - (select sum(quantity)::bigint from movement where movement.product_id = products.id)
      where id = any(${soldProducts(orders)}::bigint[])
    ), audit as (
      insert into audit_events (actor, client_id, action, target_type, target_id, after, request_id)
      select actor, client_id, 'order.placed', 'order', order_id,
        jsonb_build_object('customerId', customer_id, 'currency', currency, 'totalMinor', total), request_id
      from input join placed using (id)
    )
    select placed.id, placed.order_id as "orderId", placed.created_at as "createdAt"
    from placed join input using (id) order by input.place`
    .execute(trx)
    .catch(refuseTakenReference);
  return rows;
};

const refuseTakenReference = (error: unknown): never => {
  if (error instanceof Error && "constraint" in error && error.constraint === "orders_external_ref")
    throw new DomainError("conflict", "external_ref_taken", "Another order has this externalRef.");
  throw error;
};

const headers = (orders: readonly NewOrder[]): string =>
  JSON.stringify(
    orders.map((order, place) => ({
      place,
      client_id: order.clientId,
      customer_id: order.customerId,
      customer_name: order.customerName,
      customer_email: order.customerEmail,
      billing_details: order.billing,
      locale: order.locale,
      currency: order.currency,
      subtotal: order.pricing.netMinor,
      tax: order.pricing.taxMinor,
      rounding: order.pricing.roundingMinor,
      total: order.pricing.grossMinor,
      taxes: order.pricing.taxes,
      discounts: order.discounts,
      external_ref: order.externalRef,
      purchase_order: order.purchaseOrder,
      actor: order.actor,
      request_id: order.requestId,
    })),
  );

const lines = (orders: readonly NewOrder[]): string =>
  JSON.stringify(
    orders.flatMap((order, place) =>
      order.lines.map((line) => ({
        place,
        line_number: line.lineNumber,
        product_id: line.product.id,
        sku: line.product.sku,
        name: line.product.name,
        unit: line.product.unit,
        quantity: line.quantity,
        unit_price: line.product.unitPriceMinor,
        includes_tax: line.product.priceIncludesTax,
        total: line.totalMinor,
        discount: line.discountMinor,
        net: line.netMinor,
        category: line.product.taxCategory,
        rate: line.taxRatePpm,
        exemption: line.product.exemptionReason,
        tracks_stock: line.product.tracksStock,
      })),
    ),
  );

/** An array, whose length the planner sees: joined to `movement` alone it would read all products. */
const soldProducts = (orders: readonly NewOrder[]): number[] => [
  ...new Set(orders.flatMap((order) => order.taken.map(({ productId }) => productId))),
];

const movements = (orders: readonly NewOrder[]): string =>
  JSON.stringify(
    orders.flatMap((order, place) =>
      order.taken.map(({ productId, quantity, resultingQuantity }) => ({
        place,
        product_id: productId,
        quantity,
        resulting: resultingQuantity,
      })),
    ),
  );
