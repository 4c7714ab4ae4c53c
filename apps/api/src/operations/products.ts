import { recordAudit } from "@billpost/db/audit";
import {
  type CatalogueRow,
  findProduct,
  findProductIdBySku,
  insertProduct,
  lockProduct,
  type Product,
  setArchived,
  updateProduct,
} from "@billpost/db/products";
import { moveStock } from "@billpost/db/stock";
import { isCurrency, minorToNumber, numberToMinor } from "@billpost/domain/currency";
import type { DomainError } from "@billpost/domain/domain-error";
import { percentToPpm, ppmToPercent } from "@billpost/domain/tax-rate";
import type { Static } from "typebox";
import type { Context } from "../context.ts";
import { requireMatch } from "../http/etag.ts";
import { write } from "../http/idempotency.ts";
import { type FieldError, refusal } from "../http/problems.ts";
import {
  type NewProductSchema,
  presentProduct,
  type ProductChangesSchema,
  tagOfProduct,
} from "../schemas/products.ts";

export type NewProductInput = Static<typeof NewProductSchema>;
export type ProductChangesInput = Static<typeof ProductChangesSchema>;

/** Adds a product to the catalogue; its stock is the ledger's first receipt. 409 when the SKU is taken. */
export const createProduct = (context: Context, input: NewProductInput) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId, business } = context;
    const { tracksStock = true, stock = 0 } = input;
    if (!tracksStock && stock > 0)
      throw invalid("/stock", "not_allowed", "a product that does not track stock has none");
    const made = await insertProduct(trx, {
      ...toRow({ ...newProduct, currency: business.currency, ...input }),
      tracks_stock: tracksStock,
    });
    if (!made) throw skuTaken(input.sku, await findProductIdBySku(trx, input.sku));
    if (stock > 0)
      await moveStock(trx, [{ productId: made.id, quantity: stock }], { type: "receipt", actor });
    const product = { ...made, stock };
    await recordAudit(trx, {
      actor,
      clientId,
      action: "product.created",
      targetType: "product",
      targetId: product.id,
      after: { ...catalogueData(product), tracksStock, stock },
      requestId,
    });
    return {
      status: 201,
      headers: { location: `/api/products/${product.id}`, etag: tagOfProduct(product, business.taxRatePpm) },
      body: presentProduct(product, business.taxRatePpm),
    };
  });

/** Changes a product's catalogue data. 412 when it was changed since `ifMatch` was read. */
export const changeProduct = (
  { db, actor, clientId, requestId }: Context,
  id: number,
  ifMatch: string | undefined,
  changes: ProductChangesInput,
): Promise<Product> =>
  db.transaction().execute(async (trx) => {
    const product = await lockProduct(trx, id);
    if (!product) throw refusal("product_not_found", "No such product.");
    requireMatch(ifMatch, product.version);
    if (changes.currency !== undefined && changes.unitPrice === undefined)
      throw invalid("/unitPrice", "missing", "is missing: a new currency needs a price in it");
    const before = catalogueData(product);
    const after = toRow(withoutMisfits({ ...before, ...changes }, changes));
    const holder = await findProductIdBySku(trx, after.sku);
    if (holder !== undefined && holder !== id) throw skuTaken(after.sku, holder);
    const changed = await updateProduct(trx, id, after);
    if (!changed) throw skuTaken(after.sku, undefined);
    await recordAudit(trx, {
      actor,
      clientId,
      action: "product.changed",
      targetType: "product",
      targetId: id,
      ...difference(before, catalogueData(changed)),
      requestId,
    });
    return changed;
  });

/** Takes a product out of the catalogue, or back into it; a second time changes nothing. */
export const archiveProduct = (context: Context, id: number, archived: boolean) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId, business } = context;
    let product = await lockProduct(trx, id);
    if (!product) throw refusal("product_not_found", "No such product.");
    if ((product.archivedAt !== null) !== archived) {
      product = await setArchived(trx, id, archived);
      await recordAudit(trx, {
        actor,
        clientId,
        action: archived ? "product.archived" : "product.unarchived",
        targetType: "product",
        targetId: id,
        before: { archived: !archived },
        after: { archived },
        requestId,
      });
    }
    return {
      status: 200,
      headers: { etag: tagOfProduct(product, business.taxRatePpm) },
      body: presentProduct(product, business.taxRatePpm),
    };
  });

/** Reads a product. */
export const readProduct = async ({ db }: Context, id: number): Promise<Product> => {
  const product = await findProduct(db, id);
  if (!product) throw refusal("product_not_found", "No such product.");
  return product;
};

type CatalogueData = Required<ProductChangesInput>;

const newProduct = {
  description: "",
  priceIncludesTax: false,
  taxCategory: "standard",
  taxRatePercent: null,
  taxExemptionReason: null,
  unit: "piece",
} as const;

/** What PATCH can change, as the API speaks of it; for the audit too. */
const catalogueData = (product: Product): CatalogueData => ({
  sku: product.sku,
  name: product.name,
  description: product.description,
  unitPrice: minorToNumber(product.unitPriceMinor, product.currency),
  currency: product.currency,
  priceIncludesTax: product.priceIncludesTax,
  taxCategory: product.taxCategory,
  taxRatePercent: product.taxRatePpm === null ? null : ppmToPercent(product.taxRatePpm),
  taxExemptionReason: product.taxExemptionReason,
  unit: product.unit,
});

/** A new tax category takes the rate or reason of the old one along only when it can have one. */
const withoutMisfits = (data: CatalogueData, changes: ProductChangesInput): CatalogueData => ({
  ...data,
  ...(data.taxCategory !== "standard" && changes.taxRatePercent === undefined
    ? { taxRatePercent: null }
    : {}),
  ...(data.taxCategory !== "exempt" && changes.taxExemptionReason === undefined
    ? { taxExemptionReason: null }
    : {}),
});

/** Judges what the schema alone cannot, and turns it into a row. */
const toRow = (data: CatalogueData): CatalogueRow => {
  const { currency, taxCategory, taxRatePercent, taxExemptionReason } = data;
  if (!isCurrency(currency))
    throw refusal("unsupported_currency", `${currency} is not an ISO 4217 currency.`, {
      errors: [fieldError("/currency", "not_allowed", "is not an ISO 4217 currency")],
    });
  const unitPriceMinor = numberToMinor(data.unitPrice, currency);
  if (unitPriceMinor === undefined)
    throw refusal("too_many_decimals", `unitPrice has more decimals than ${currency}, or is too large.`, {
      errors: [fieldError("/unitPrice", "too_many_decimals", `more decimals than ${currency}, or too large`)],
    });
  const taxRatePpm = taxRatePercent === null ? null : percentToPpm(taxRatePercent);
  if (taxRatePpm === undefined)
    throw invalid("/taxRatePercent", "too_many_decimals", "has more than 4 decimals");
  if (taxCategory !== "standard" && taxRatePpm)
    throw invalid("/taxRatePercent", "not_allowed", `is only for the tax category standard`);
  if (taxCategory === "exempt" && taxExemptionReason === null)
    throw invalid("/taxExemptionReason", "missing", "is missing: an exempt product states why");
  if (taxCategory !== "exempt" && taxExemptionReason !== null)
    throw invalid("/taxExemptionReason", "not_allowed", "is only for the tax category exempt");
  return {
    sku: data.sku,
    name: data.name,
    description: data.description,
    unit_price_minor: unitPriceMinor,
    currency,
    price_includes_tax: data.priceIncludesTax,
    tax_category: taxCategory,
    tax_rate_ppm: taxCategory === "standard" ? taxRatePpm : null,
    tax_exemption_reason: taxExemptionReason,
    unit: data.unit,
  };
};

/** What an audit row says of a change: only the members that differ. */
const difference = (before: CatalogueData, after: CatalogueData) => {
  const names = (Object.keys(after) as (keyof CatalogueData)[]).filter(
    (name) => before[name] !== after[name],
  );
  const pick = (data: CatalogueData) => Object.fromEntries(names.map((name) => [name, data[name]]));
  return { before: pick(before), after: pick(after) };
};

const fieldError = (pointer: string, code: string, detail: string): FieldError => ({
  in: "body",
  pointer,
  code,
  detail,
});

const invalid = (pointer: string, code: string, detail: string): DomainError =>
  refusal("validation_failed", `${pointer.slice(1)} ${detail}.`, {
    errors: [fieldError(pointer, code, detail)],
  });

const skuTaken = (sku: string, productId: number | undefined): DomainError =>
  refusal("sku_taken", `Another product has the SKU ${sku}.`, productId === undefined ? {} : { productId });
