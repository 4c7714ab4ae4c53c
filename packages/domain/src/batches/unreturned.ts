import { creditLines, remainingToCredit } from "../credit.ts";
import type { InvoiceableOrder } from "../invoice-building.ts";
import { discountsOf } from "./corrected-invoice.ts";
import { correctAmounts } from "./correction.ts";

/**
 * What of an order is to be invoiced when some of it came back (`returned`, by line number) before it had an
 * invoice: an invoice names what was supplied and stays (articles 90 and 226 (6) and (8) of the EU VAT directive).
 * It comes to exactly the order's total less what a credit note of the returned goods would give back. Undefined when
 * nothing stays: there is nothing to invoice.
 */
export const withoutReturned = <Order extends InvoiceableOrder>(
  order: Order,
  returned: ReadonlyMap<number, number>,
): Order | undefined => {
  const kept = remainingToCredit(order.lines, returned);
  if (kept.length === 0) return undefined;
  if ([...returned.values()].every((quantity) => quantity === 0)) return order;
  const { subtotalMinor: netMinor, taxMinor, roundingMinor, totalMinor: grossMinor } = order;
  const whole = {
    lines: order.lines,
    taxes: order.taxes,
    totals: { netMinor, taxMinor, roundingMinor, grossMinor },
  };
  const { lines, taxes, totals } = correctAmounts(creditLines(whole, returned, kept), new Map());
  return {
    ...order,
    lines,
    discounts: discountsOf(order, lines),
    taxes,
    subtotalMinor: totals.netMinor,
    taxMinor: totals.taxMinor,
    roundingMinor: totals.roundingMinor,
    totalMinor: totals.grossMinor,
  };
};
