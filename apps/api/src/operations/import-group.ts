import type { Trx } from "@billpost/db/connection";
import { databaseNow } from "@billpost/db/database-time";
import { findOrdersByReference, type Order } from "@billpost/db/orders";
import { insertImportedOrders, nameImportedOrders, type OrderName } from "@billpost/db/orders-insert";
import {
  type BuyerToOrder,
  holdBuyers,
  lockProductsToOrder,
  type NewOrder,
  type ProductToOrder,
  readProductsToOrder,
} from "@billpost/db/orders-place";
import { numberToMinor } from "@billpost/domain/currency";
import { DomainError } from "@billpost/domain/domain-error";
import { percentToPpm } from "@billpost/domain/tax-rate";
import type { Context } from "../context.ts";
import { refusal } from "../http/problems.ts";
import type { ImportedOrder } from "../schemas/order-import.ts";
import { composeItems, fieldError, findProducts, invalid, type OrderedItem } from "./compose-order.ts";
import { differencesOf } from "./import-compare.ts";
import { buyerOf, describeOrder, takeStock } from "./place-order.ts";

/** What becomes of a line of an import. */
export type ImportOutcome =
  | { readonly outcome: "imported" | "already_imported"; readonly orderId: string }
  | { readonly refused: DomainError };

interface Facts {
  readonly now: Date;
  readonly buyers: ReadonlyMap<number, BuyerToOrder>;
  readonly existing: ReadonlyMap<string, Order>;
  readonly products: ReadonlyMap<number, ProductToOrder>;
  /** What is left of each product that tracks its stock; the lines before have taken theirs. */
  readonly stock: Map<number, number>;
}

/**
 * Writes orders of the past in one transaction, each judged as if it had come alone: the same rules as for
 * placing one, but with its own date and, where given, its own prices and rates. They are invoiced elsewhere: no
 * work is recorded. No two lines have the same reference. Answers in the order given. Locks: customers by id,
 * products by id where stock is taken.
 */
export const importGroup = (context: Context, lines: readonly ImportedOrder[]): Promise<ImportOutcome[]> =>
  context.db.transaction().execute(async (trx) => {
    const facts = await gatherFacts(trx, context, lines);
    const orders: PastOrder[] = [];
    const decisions = lines.map((line): ImportOutcome | { readonly place: number } => {
      try {
        const judged = judge(context, line, facts);
        return "orderId" in judged ? judged : { place: orders.push(judged) - 1 };
      } catch (error) {
        if (error instanceof DomainError) return { refused: error };
        throw error;
      }
    });
    const named = await write(trx, orders, context.business.timeZone);
    return decisions.map((decision) => {
      if (!("place" in decision)) return decision;
      const order = named[decision.place];
      if (!order) throw new Error("an order was decided on and not written");
      return { outcome: "imported", orderId: order.name.orderId };
    });
  });

type PastOrder = NewOrder & { readonly placedAt: Date };

const write = async (trx: Trx, orders: readonly PastOrder[], timeZone: string) => {
  if (orders.length === 0) return [];
  const names = await nameImportedOrders(
    trx,
    orders.map(({ placedAt }) => placedAt),
    timeZone,
  );
  const named = orders.map((order, index) => ({ ...order, name: names[index] as OrderName }));
  await insertImportedOrders(trx, named);
  return named;
};

const productsOf = (lines: readonly ImportedOrder[]): number[] =>
  lines.flatMap(({ items }) => items.map(({ productId }) => productId));

const gatherFacts = async (
  trx: Trx,
  { clientId }: Context,
  lines: readonly ImportedOrder[],
): Promise<Facts> => {
  const now = await databaseNow(trx);
  const buyers = await holdBuyers(trx, [...new Set(lines.map(({ customerId }) => customerId))]);
  const existing = await findOrdersByReference(
    trx,
    clientId,
    lines.map(({ externalRef }) => externalRef),
  );
  const taking = productsOf(lines.filter(({ takeStock: takes }) => takes));
  const locked =
    taking.length > 0 ? await lockProductsToOrder(trx, taking) : new Map<number, ProductToOrder>();
  const read = await readProductsToOrder(trx, productsOf(lines));
  return {
    now,
    buyers: new Map(buyers.map((buyer) => [buyer.id, buyer])),
    existing: new Map(existing.map((order) => [order.externalRef ?? "", order])),
    products: new Map([...read, ...locked]),
    stock: new Map(
      [...locked.values()].flatMap(({ id, tracksStock, stock }): [number, number][] =>
        tracksStock ? [[id, stock]] : [],
      ),
    ),
  };
};

const judge = (
  context: Context,
  line: ImportedOrder,
  facts: Facts,
): PastOrder | { readonly outcome: "already_imported"; readonly orderId: string } => {
  const known = facts.existing.get(line.externalRef);
  if (known) return sameAs(known, line);
  const placedAt = new Date(line.orderedAt);
  if (placedAt > facts.now || placedAt.getUTCFullYear() < 1970)
    throw invalid(fieldError("/orderedAt", "out_of_range", "must be in the past, and after 1970"));
  const buyer = buyerOf(facts.buyers.get(line.customerId), context.clientId);
  const composed = composeItems(
    itemsOf(line, facts.products),
    line.discounts ?? [],
    context.business.taxRatePpm,
  );
  const order = describeOrder(context, line, buyer, composed);
  // Last of all checks: what is taken from the stock here is taken from the lines that follow.
  const taken = line.takeStock ? takeStock(facts.stock, composed) : [];
  return { ...order, taken, placedAt };
};

const sameAs = (order: Order, line: ImportedOrder) => {
  const differences = differencesOf(order, line);
  if (differences.length > 0)
    throw refusal("external_ref_taken", `The order ${order.orderId} has this externalRef and is another.`, {
      orderId: order.orderId,
      differences,
    });
  return { outcome: "already_imported" as const, orderId: order.orderId };
};

/** The products as they were sold then. What takes no stock gives none back: the order does not track it. */
const itemsOf = (line: ImportedOrder, products: ReadonlyMap<number, ProductToOrder>): OrderedItem[] =>
  findProducts(line.items, products, { past: true }).map(({ product, quantity }, index) => {
    const { unitPrice, taxRatePercent } = line.items[index] ?? {};
    return {
      quantity,
      product: {
        ...product,
        ...(unitPrice === undefined ? {} : { unitPriceMinor: priceThen(unitPrice, product, index) }),
        ...(taxRatePercent === undefined ? {} : { taxRatePpm: rateThen(taxRatePercent, product, index) }),
        tracksStock: product.tracksStock && line.takeStock === true,
      },
    };
  });

const priceThen = (unitPrice: number, { currency }: ProductToOrder, index: number): number => {
  const minor = numberToMinor(unitPrice, currency);
  if (minor !== undefined) return minor;
  throw refusal("too_many_decimals", `${currency} has fewer decimals, or the amount is too large.`, {
    errors: [fieldError(`/items/${index}/unitPrice`, "too_many_decimals", "not an amount of the currency")],
  });
};

const rateThen = (percent: number, { taxCategory }: ProductToOrder, index: number): number => {
  const ppm = percentToPpm(percent);
  const pointer = `/items/${index}/taxRatePercent`;
  if (ppm === undefined)
    throw invalid(fieldError(pointer, "wrong_format", "must have at most four decimals"));
  if (taxCategory !== "standard" && ppm !== 0)
    throw invalid(fieldError(pointer, "not_allowed", `the product is not taxed (${taxCategory})`));
  return ppm;
};
