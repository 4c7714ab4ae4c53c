import type { TaxCategory } from "@billpost/domain/tax";
import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";
import { isUniqueViolation } from "./unique-violation.ts";

/** A product of the catalogue, which all clients share. */
export interface Product {
  readonly id: number;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly priceIncludesTax: boolean;
  readonly taxCategory: TaxCategory;
  /** Parts per million; null: the configured rate. */
  readonly taxRatePpm: number | null;
  readonly taxExemptionReason: string | null;
  readonly unit: string;
  readonly tracksStock: boolean;
  readonly stock: number;
  readonly archivedAt: Date | null;
  /** Grows with each change of the catalogue's data; a movement of stock is none. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const columns = [
  "id",
  "sku",
  "name",
  "description",
  "unit_price_minor as unitPriceMinor",
  "currency",
  "price_includes_tax as priceIncludesTax",
  "tax_category as taxCategory",
  "tax_rate_ppm as taxRatePpm",
  "tax_exemption_reason as taxExemptionReason",
  "unit",
  "tracks_stock as tracksStock",
  "inventory_quantity as stock",
  "archived_at as archivedAt",
  "version",
  "created_at as createdAt",
  "updated_at as updatedAt",
] as const;

/** What may be changed: not the stock, which only moves, nor whether it is tracked. */
export interface CatalogueRow {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly unit_price_minor: number;
  readonly currency: string;
  readonly price_includes_tax: boolean;
  readonly tax_category: TaxCategory;
  readonly tax_rate_ppm: number | null;
  readonly tax_exemption_reason: string | null;
  readonly unit: string;
}

/** Makes a product without stock; undefined when the SKU is taken. */
export const insertProduct = (
  trx: Trx,
  product: CatalogueRow & { readonly tracks_stock: boolean },
): Promise<Product | undefined> =>
  trx
    .insertInto("products")
    .values(product)
    .onConflict((conflict) => conflict.column("sku").doNothing())
    .returning(columns)
    .executeTakeFirst();

export const findProduct = (db: Db, id: number): Promise<Product | undefined> =>
  db.selectFrom("products").select(columns).where("id", "=", id).executeTakeFirst();

/** Locks a product until the transaction ends, as every movement of its stock does. */
export const lockProduct = (trx: Trx, id: number): Promise<Product | undefined> =>
  trx.selectFrom("products").select(columns).where("id", "=", id).forUpdate().executeTakeFirst();

/** The id of the product that has this SKU. */
export const findProductIdBySku = async (db: Db, sku: string): Promise<number | undefined> =>
  (await db.selectFrom("products").select("id").where("sku", "=", sku).executeTakeFirst())?.id;

export interface ProductFilter {
  readonly sku?: string | undefined;
  /** Found in the SKU, name or description, in any case. */
  readonly text?: string | undefined;
  readonly archived?: boolean | undefined;
  /** Products that track stock and have at most this much. */
  readonly stockAtMost?: number | undefined;
}

/** Products by id, from after `afterId`. */
export const listProducts = (
  db: Db,
  { sku, text, archived, stockAtMost }: ProductFilter,
  { afterId = 0, limit }: { afterId?: number | undefined; limit: number },
): Promise<Product[]> => {
  let query = db.selectFrom("products").select(columns).where("id", ">", afterId);
  if (sku !== undefined) query = query.where("sku", "=", sku);
  if (archived !== undefined) query = query.where("archived_at", archived ? "is not" : "is", null);
  if (stockAtMost !== undefined)
    query = query.where("tracks_stock", "=", true).where("inventory_quantity", "<=", stockAtMost);
  if (text !== undefined) {
    const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    query = query.where((eb) =>
      eb.or([eb("sku", "ilike", pattern), eb("name", "ilike", pattern), eb("description", "ilike", pattern)]),
    );
  }
  return query.orderBy("id").limit(limit).execute();
};

const changed = { version: sql<number>`version + 1`, updated_at: sql<Date>`now()` };

/** Rewrites a locked product; undefined when the SKU is another's, and then the transaction is lost. */
export const updateProduct = async (
  trx: Trx,
  id: number,
  row: CatalogueRow,
): Promise<Product | undefined> => {
  try {
    return await trx
      .updateTable("products")
      .set({ ...row, ...changed })
      .where("id", "=", id)
      .returning(columns)
      .executeTakeFirstOrThrow();
  } catch (error) {
    if (isUniqueViolation(error, "products_sku_key")) return undefined;
    throw error;
  }
};

/** Takes a locked product out of the catalogue, or back into it. */
export const setArchived = (trx: Trx, id: number, archived: boolean): Promise<Product> =>
  trx
    .updateTable("products")
    .set({ archived_at: archived ? sql<Date>`now()` : null, ...changed })
    .where("id", "=", id)
    .returning(columns)
    .executeTakeFirstOrThrow();
