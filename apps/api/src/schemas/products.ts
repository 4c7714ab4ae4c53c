import type { Product } from "@billpost/db/products";
import type { StockMovement } from "@billpost/db/stock";
import { maxStock } from "@billpost/db/stock";
import { minorToNumber } from "@billpost/domain/currency";
import { ppmToPercent } from "@billpost/domain/tax-rate";
import type { TaxCategory } from "@billpost/domain/tax";
import { type Static, Type } from "typebox";
import { versionTag } from "../http/etag.ts";
import { idOf, instant, lineOf, moneyOf, nullableString, textOf } from "./values.ts";

const taxCategories: TaxCategory[] = ["standard", "zero", "exempt", "reverse_charge"];

const input = {
  sku: lineOf(64, "Stock keeping unit; unique in the catalogue.", "WID-A-001"),
  name: lineOf(200, "What invoices call it.", "Widget A"),
  description: textOf(4000, "For people; may have several lines.", "A fine widget."),
  unitPrice: Type.Number({
    minimum: 0,
    maximum: 10 ** 12,
    description: "Price of one unit, in major units of `currency` and with no more decimals than it has.",
    examples: [19.99],
  }),
  currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217.", examples: ["USD"] }),
  priceIncludesTax: Type.Boolean({ description: "Whether `unitPrice` contains the tax.", examples: [false] }),
  taxCategory: Type.Enum(taxCategories, {
    description: "How it is taxed (EN 16931 S, Z, E, AE). Only `standard` is charged tax.",
    examples: ["standard"],
  }),
  taxRatePercent: Type.Unsafe<number | null>({
    type: ["number", "null"],
    minimum: 0,
    maximum: 100,
    description:
      "Tax rate in percent, at most 4 decimals; null or absent: the installation's default rate. Only with `standard`.",
    examples: [10],
  }),
  taxExemptionReason: Type.Union([
    lineOf(
      200,
      "Printed on invoices. Required with `exempt`, which alone has one.",
      "Article 132 of Directive 2006/112/EC",
    ),
    Type.Null(),
  ]),
  unit: lineOf(30, "What one `quantity` is.", "piece"),
};

export const NewProductSchema = Type.Object(
  {
    sku: input.sku,
    name: input.name,
    description: Type.Optional(input.description),
    unitPrice: input.unitPrice,
    currency: Type.Optional(input.currency),
    priceIncludesTax: Type.Optional(input.priceIncludesTax),
    taxCategory: Type.Optional(input.taxCategory),
    taxRatePercent: Type.Optional(input.taxRatePercent),
    taxExemptionReason: Type.Optional(input.taxExemptionReason),
    unit: Type.Optional(input.unit),
    tracksStock: Type.Optional(
      Type.Boolean({
        description: "False for shipping and services, which never run out. Default true; it never changes.",
        examples: [true],
      }),
    ),
    stock: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: maxStock,
        description: "Units there are at the start; the ledger's first receipt. Default 0.",
        examples: [100],
      }),
    ),
  },
  { additionalProperties: false, description: "A new product. `currency` defaults to the installation's." },
);

export const ProductChangesSchema = Type.Partial(Type.Object(input), {
  additionalProperties: false,
  minProperties: 1,
  description:
    "What is to change; the rest stays. Stock is not set but moved. A new `currency` needs a `unitPrice`.",
});

export const ProductSchema = Type.Object(
  {
    id: idOf("The product's id."),
    sku: Type.String(),
    name: Type.String(),
    description: Type.String(),
    unitPrice: moneyOf("Price of one unit.", 19.99),
    currency: Type.String({ description: "ISO 4217.", examples: ["USD"] }),
    priceIncludesTax: Type.Boolean(),
    taxCategory: Type.Enum(taxCategories),
    taxRatePercent: Type.Number({
      description: "The rate that counts, in percent; the default one included.",
    }),
    taxExemptionReason: nullableString("Why it is exempt."),
    unit: Type.String({ description: "What one `quantity` is.", examples: ["piece"] }),
    tracksStock: Type.Boolean(),
    stock: Type.Unsafe<number | null>({
      type: ["integer", "null"],
      description: "Units there are; null when it does not track stock.",
      examples: [100],
    }),
    archived: Type.Boolean({ description: "An archived product can't be ordered." }),
    version: Type.Integer({ description: "Grows with each change; a movement of stock is none." }),
    createdAt: Type.String(),
    updatedAt: Type.String(),
  },
  { title: "Product", description: "A product of the catalogue, which all clients share." },
);

export const NewMovementSchema = Type.Object(
  {
    type: Type.Enum(["receipt", "adjustment"], {
      description: "`receipt`: goods came in. `adjustment`: a count corrected the books; may be negative.",
      examples: ["receipt"],
    }),
    quantity: Type.Integer({
      minimum: -maxStock,
      maximum: maxStock,
      description: "Units that come (positive) or go (negative); not 0.",
      examples: [10],
    }),
    note: Type.Optional(textOf(500, "Why; kept for ever, so name no person.", "Delivery 4711")),
  },
  { additionalProperties: false },
);

export const MovementSchema = Type.Object(
  {
    id: idOf("The movement's id."),
    productId: idOf("The product's id."),
    type: Type.Enum(["receipt", "sale", "cancellation", "return", "adjustment"]),
    quantity: Type.Integer({ description: "Units that came (positive) or went (negative)." }),
    resultingQuantity: Type.Integer({ description: "Units there were after it." }),
    orderId: nullableString(
      "The order it belongs to; null for none, or another client's.",
      "ORD-2026-000001",
    ),
    actor: Type.String({
      description: "Who moved it: `key:` and the key's prefix, or a part of the system.",
    }),
    note: Type.String(),
    createdAt: Type.String(),
  },
  { title: "StockMovement", description: "A row of the stock ledger, which is only ever added to." },
);

/** A product as answered; `defaultRatePpm` counts where it has no rate of its own. */
export const presentProduct = (product: Product, defaultRatePpm: number): Static<typeof ProductSchema> => ({
  id: product.id,
  sku: product.sku,
  name: product.name,
  description: product.description,
  unitPrice: minorToNumber(product.unitPriceMinor, product.currency),
  currency: product.currency,
  priceIncludesTax: product.priceIncludesTax,
  taxCategory: product.taxCategory,
  taxRatePercent: ppmToPercent(effectiveRate(product, defaultRatePpm)),
  taxExemptionReason: product.taxExemptionReason,
  unit: product.unit,
  tracksStock: product.tracksStock,
  stock: product.tracksStock ? product.stock : null,
  archived: product.archivedAt !== null,
  version: product.version,
  createdAt: instant(product.createdAt),
  updatedAt: instant(product.updatedAt),
});

const effectiveRate = ({ taxCategory, taxRatePpm }: Product, defaultRatePpm: number): number =>
  taxCategory === "standard" ? (taxRatePpm ?? defaultRatePpm) : 0;

/** Changes with all that shows in the body; If-Match looks at the version alone. */
export const tagOfProduct = (product: Product, defaultRatePpm: number): string =>
  versionTag(product.version, `${product.stock}-${effectiveRate(product, defaultRatePpm)}`);

/** A ledger row as a client sees it: which order of another client moved the stock is not its business. */
export const presentMovement = (
  movement: StockMovement,
  clientId: number,
): Static<typeof MovementSchema> => ({
  id: movement.id,
  productId: movement.productId,
  type: movement.type,
  quantity: movement.quantity,
  resultingQuantity: movement.resultingQuantity,
  orderId: movement.clientId === clientId ? movement.orderId : null,
  actor: movement.actor,
  note: movement.note,
  createdAt: instant(movement.createdAt),
});
