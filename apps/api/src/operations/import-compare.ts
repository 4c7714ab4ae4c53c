import type { Order } from "@billpost/db/orders";
import { minorToNumber } from "@billpost/domain/currency";
import { ppmToPercent } from "@billpost/domain/tax-rate";
import { presentAddress } from "../schemas/address.ts";
import type { ImportedOrder } from "../schemas/order-import.ts";
import { readDiscounts } from "./compose-order.ts";

/** A field in which a line of an import and the order of its reference differ. */
export interface Difference {
  readonly pointer: string;
  readonly existing: unknown;
  readonly given: unknown;
}

/**
 * Where a line differs from the order that has its reference. What the line leaves to the catalogue or to the
 * customer is not compared: those may have changed since. Empty: the line was imported before.
 */
export const differencesOf = (order: Order, line: ImportedOrder): Difference[] => {
  const found: Difference[] = [];
  const compare = (pointer: string, existing: unknown, given: unknown) => {
    if (JSON.stringify(existing) !== JSON.stringify(given)) found.push({ pointer, existing, given });
  };
  compare("/customerId", order.customerId, line.customerId);
  compare("/orderedAt", order.createdAt.toISOString(), new Date(line.orderedAt).toISOString());
  compare("/purchaseOrder", order.purchaseOrder, line.purchaseOrder ?? null);
  compareItems(order, line, compare);
  compareDiscounts(order, line, compare);
  if (line.billingAddress) {
    const { name, address, vatId } = order.billing;
    const given = line.billingAddress;
    const existing: Readonly<Record<string, unknown>> = {
      ...(address ? presentAddress(address) : {}),
      name,
      vatId,
    };
    for (const [field, value] of Object.entries(given))
      compare(`/billingAddress/${field}`, existing[field] ?? null, value);
  }
  return found;
};

type Compare = (pointer: string, existing: unknown, given: unknown) => void;

const compareItems = (order: Order, line: ImportedOrder, compare: Compare): void => {
  compare("/items", order.lines.length, line.items.length);
  if (order.lines.length !== line.items.length) return;
  line.items.forEach((item, index) => {
    const known = order.lines[index];
    if (!known) return;
    compare(`/items/${index}/productId`, known.productId, item.productId);
    compare(`/items/${index}/quantity`, known.quantity, item.quantity);
    if (item.unitPrice !== undefined)
      compare(
        `/items/${index}/unitPrice`,
        minorToNumber(known.unitPriceMinor, order.currency),
        item.unitPrice,
      );
    if (item.taxRatePercent !== undefined)
      compare(`/items/${index}/taxRatePercent`, ppmToPercent(known.taxRatePpm), item.taxRatePercent);
  });
};

const compareDiscounts = (order: Order, line: ImportedOrder, compare: Compare): void => {
  const totalMinor = order.lines.reduce((sum, { totalMinor: its }) => sum + its, 0);
  const given = readDiscounts(line.discounts ?? [], totalMinor, order.currency);
  const plain = (all: readonly { readonly label: string; readonly amountMinor: number }[]) =>
    all.map(({ label, amountMinor }) => ({ label, amount: minorToNumber(amountMinor, order.currency) }));
  compare("/discounts", plain(order.discounts), plain(given));
};
