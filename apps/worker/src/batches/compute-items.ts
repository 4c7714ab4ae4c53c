import type { Batch } from "@billpost/db/batches/batch";
import { loadCorrectable } from "@billpost/db/batches/correctable";
import type { ComputedItem } from "@billpost/db/batches/plan";
import type { Trx } from "@billpost/db/connection";
import { invoiceTotals, missingOfOrders } from "@billpost/db/invoices";
import { planCorrection } from "@billpost/domain/batches/plan-correction";
import type { TaskContext } from "../context.ts";

interface ItemToCompute {
  readonly position: number;
  readonly orderId: number;
  readonly invoiceId: number | null;
}

/** What each of a step's items comes to: the amounts of a correction, or why there is nothing to make. */
export const computeItems = (
  trx: Trx,
  context: TaskContext,
  batch: Batch,
  items: readonly ItemToCompute[],
): Promise<ComputedItem[]> =>
  batch.kind === "reissue" ? corrections(trx, context, batch, items) : invoices(trx, context, items);

const corrections = async (
  trx: Trx,
  { issuing }: TaskContext,
  batch: Batch,
  items: readonly ItemToCompute[],
): Promise<ComputedItem[]> => {
  const sources = await loadCorrectable(
    trx,
    items.flatMap(({ invoiceId }) => (invoiceId === null ? [] : [invoiceId])),
  );
  return items.flatMap(({ position, invoiceId }): ComputedItem[] => {
    const source = sources.get(invoiceId ?? 0);
    if (!source) return [];
    const plan = planCorrection(source, batch.options, issuing.profile);
    if (plan.outcome === "skip") return [{ position, skip: plan.reason, detail: plan.detail }];
    return [{ position, old: plan.credit.totals, new: plan.amounts.totals }];
  });
};

const invoices = async (
  trx: Trx,
  { issuing }: TaskContext,
  items: readonly ItemToCompute[],
): Promise<ComputedItem[]> => {
  const ids = items.map(({ orderId }) => orderId);
  const [missing, totals] = [
    await missingOfOrders(trx, ids, issuing),
    await invoiceTotals(trx, ids, issuing),
  ];
  return items.map(({ position, orderId }) => {
    const lacks = missing.get(orderId);
    return lacks
      ? { position, skip: "incomplete", detail: lacks.join(", ") }
      : { position, new: totals.get(orderId) };
  });
};
