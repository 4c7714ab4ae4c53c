import type { BillingDetails, OrderDiscount } from "./schema.ts";
import type { Address } from "@billpost/domain/address";
import type { StockTaken } from "@billpost/domain/allocation";
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

/** Products as they are now, without a lock: for orders that take nothing from the stock. */
export const readProductsToOrder = async (
  trx: Trx,
  productIds: readonly number[],
): Promise<Map<number, ProductToOrder>> => {
  const ids = [...new Set(productIds)];
  const { rows } = await sql<ProductToOrder>`
    select ${productColumns} from products where id = any(${ids}::bigint[])`.execute(trx);
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
