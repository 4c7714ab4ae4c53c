import { DomainError } from "@billpost/domain/domain-error";
import { sql } from "kysely";
import { booleans, numbers, texts } from "./array-literal.ts";
import type { Trx } from "./connection.ts";
import type { NewOrder } from "./orders-place.ts";

/** What an order is called, from before it is written. */
export interface OrderName {
  readonly id: number;
  readonly orderId: string;
  /** The transaction's time, which the order's row will have. */
  readonly createdAt: Date;
}

/** Names for so many orders of this transaction, ascending. `timeZone` decides the year in them. */
export const nameOrders = async (trx: Trx, count: number, timeZone: string): Promise<OrderName[]> => {
  const { rows } = await sql<OrderName>`/*prepared*/
    select id, 'ORD-' || to_char(now() at time zone ${timeZone}, 'YYYY') || '-'
      || lpad(id::text, greatest(6, length(id::text)), '0') as "orderId", now() as "createdAt"
    from (select nextval('order_number') as id from generate_series(1, ${count}::int)) as named`.execute(trx);
  return rows;
};

/** Names for orders of the past: the year in each is that of its placing, which its row will have as its date. */
export const nameImportedOrders = async (
  trx: Trx,
  placedAt: readonly Date[],
  timeZone: string,
): Promise<OrderName[]> => {
  const { rows } = await sql<OrderName>`
    select id, 'ORD-' || to_char(placed_at at time zone ${timeZone}, 'YYYY') || '-'
      || lpad(id::text, greatest(6, length(id::text)), '0') as "orderId", placed_at as "createdAt"
    from (
      select nextval('order_number') as id, placed_at, place
      from unnest(${placedAt.map((date) => date.toISOString())}::timestamptz[]) with ordinality as given (placed_at, place)
    ) as named order by place`.execute(trx);
  return rows;
};

/** An order with the name it is written under. */
export type NamedOrder = NewOrder & { readonly name: OrderName };

/**
 * Writes orders with their lines, stock movements, stock and audit rows in one statement, whose text does not
 * depend on how many there are: a column is an array, which the server reads several times as fast as JSON.
 * The products are locked and `taken` is what their stock allows. Throws `external_ref_taken` when another
 * transaction was quicker with the same reference.
 */
export const insertOrders = async (
  trx: Trx,
  orders: readonly NamedOrder[],
  action: "order.placed" | "order.imported" = "order.placed",
): Promise<void> => {
  const each = <T>(of: (order: NamedOrder) => T): T[] => orders.map(of);
  const lines = orders.flatMap(({ name: { id }, lines }) => lines.map((line) => ({ ...line, orderKey: id })));
  const line = <T>(of: (line: (typeof lines)[number]) => T): T[] => lines.map(of);
  const taken = orders.flatMap(({ name: { id }, actor, taken }) =>
    taken.map((movement) => ({ ...movement, orderKey: id, actor })),
  );
  const movement = <T>(of: (movement: (typeof taken)[number]) => T): T[] => taken.map(of);
  const sold = new Map<number, number>();
  for (const { productId, quantity } of taken) sold.set(productId, (sold.get(productId) ?? 0) + quantity);
  await sql`/*prepared*/
    with placed as (
      insert into orders (id, order_id, client_id, customer_id, customer_name, customer_email, billing_details,
        locale, currency, subtotal_minor, tax_minor, rounding_minor, total_minor, taxes, discounts, external_ref,
        purchase_order, request_id)
      select * from unnest(${numbers(each(({ name }) => name.id))}::bigint[], ${texts(each(({ name }) => name.orderId))}::text[],
        ${numbers(each(({ clientId }) => clientId))}::bigint[], ${numbers(each(({ customerId }) => customerId))}::bigint[],
        ${texts(each(({ customerName }) => customerName))}::text[], ${texts(each(({ customerEmail }) => customerEmail))}::text[],
        ${texts(each(({ billing }) => JSON.stringify(billing)))}::jsonb[], ${texts(each(({ locale }) => locale))}::text[],
        ${texts(each(({ currency }) => currency))}::text[], ${numbers(each(({ pricing }) => pricing.netMinor))}::bigint[],
        ${numbers(each(({ pricing }) => pricing.taxMinor))}::bigint[], ${numbers(each(({ pricing }) => pricing.roundingMinor))}::bigint[],
        ${numbers(each(({ pricing }) => pricing.grossMinor))}::bigint[], ${texts(each(({ pricing }) => JSON.stringify(pricing.taxes)))}::jsonb[],
        ${texts(each(({ discounts }) => JSON.stringify(discounts)))}::jsonb[], ${texts(each(({ externalRef }) => externalRef))}::text[],
        ${texts(each(({ purchaseOrder }) => purchaseOrder))}::text[], ${texts(each(({ requestId }) => requestId))}::text[])
    ), lines as (
      insert into order_items (order_id, line_number, product_id, sku, product_name, unit, quantity,
        unit_price_minor, price_includes_tax, total_minor, discount_minor, net_minor, tax_category, tax_rate_ppm,
        tax_exemption_reason, tracks_stock)
      select * from unnest(${numbers(line(({ orderKey }) => orderKey))}::bigint[], ${numbers(line(({ lineNumber }) => lineNumber))}::int[],
        ${numbers(line(({ product }) => product.id))}::bigint[], ${texts(line(({ product }) => product.sku))}::text[],
        ${texts(line(({ product }) => product.name))}::text[], ${texts(line(({ product }) => product.unit))}::text[],
        ${numbers(line(({ quantity }) => quantity))}::bigint[], ${numbers(line(({ product }) => product.unitPriceMinor))}::bigint[],
        ${booleans(line(({ product }) => product.priceIncludesTax))}::boolean[], ${numbers(line(({ totalMinor }) => totalMinor))}::bigint[],
        ${numbers(line(({ discountMinor }) => discountMinor))}::bigint[], ${numbers(line(({ netMinor }) => netMinor))}::bigint[],
        ${texts(line(({ product }) => product.taxCategory))}::text[], ${numbers(line(({ taxRatePpm }) => taxRatePpm))}::int[],
        ${texts(line(({ product }) => product.exemptionReason))}::text[], ${booleans(line(({ product }) => product.tracksStock))}::boolean[])
    ), ledger as (
      insert into stock_movements (product_id, type, quantity, resulting_quantity, order_id, actor)
      select product_id, 'sale', -quantity, resulting, order_id, actor
      from unnest(${numbers(movement(({ productId }) => productId))}::bigint[], ${numbers(movement(({ quantity }) => quantity))}::bigint[],
        ${numbers(movement(({ resultingQuantity }) => resultingQuantity))}::bigint[],
        ${numbers(movement(({ orderKey }) => orderKey))}::bigint[], ${texts(movement(({ actor }) => actor))}::text[])
        as movement (product_id, quantity, resulting, order_id, actor)
    ), stock as (
      update products set inventory_quantity = inventory_quantity - sold.quantity
      from unnest(${numbers([...sold.keys()])}::bigint[], ${numbers([...sold.values()])}::bigint[]) as sold (product_id, quantity)
      where products.id = sold.product_id
    )
    insert into audit_events (actor, client_id, action, target_type, target_id, after, request_id)
    select actor, client_id, ${action}::text, 'order', order_id, after, request_id
    from unnest(${texts(each(({ actor }) => actor))}::text[], ${numbers(each(({ clientId }) => clientId))}::bigint[],
      ${texts(each(({ name }) => name.orderId))}::text[],
      ${texts(each(({ customerId, currency, pricing }) => JSON.stringify({ customerId, currency, totalMinor: pricing.grossMinor })))}::jsonb[],
      ${texts(each(({ requestId }) => requestId))}::text[]) as placed (actor, client_id, order_id, after, request_id)`
    .execute(trx)
    .catch(refuseTakenReference);
};

/**
 * Writes orders of the past as `insertOrders` does, with the date in their names. They are invoiced elsewhere until
 * somebody says otherwise. Answers nothing; throws as `insertOrders` does.
 */
export const insertImportedOrders = async (trx: Trx, orders: readonly NamedOrder[]): Promise<void> => {
  await insertOrders(trx, orders, "order.imported");
  await sql`
    update orders set invoicing = 'external', invoice_status = 'external', created_at = given.placed_at
    from unnest(${numbers(orders.map(({ name }) => name.id))}::bigint[],
      ${orders.map(({ name }) => name.createdAt.toISOString())}::timestamptz[]) as given (id, placed_at)
    where orders.id = given.id`.execute(trx);
};

const refuseTakenReference = (error: unknown): never => {
  if (error instanceof Error && "constraint" in error && error.constraint === "orders_external_ref")
    throw new DomainError("conflict", "external_ref_taken", "Another order has this externalRef.");
  throw error;
};
