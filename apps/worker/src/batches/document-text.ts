import type { Batch } from "@billpost/db/batches/batch";
import { loadCorrectable } from "@billpost/db/batches/correctable";
import { itemInvoiceId } from "@billpost/db/batches/item-work";
import { buildCorrectedSnapshot } from "@billpost/domain/batches/corrected-invoice";
import { planCorrection } from "@billpost/domain/batches/plan-correction";
import { textDifferences } from "@billpost/domain/invoice-verification";
import type { TaskContext } from "../context.ts";

/**
 * The lines of text in which a corrected invoice will differ from the one it replaces, but for the numbers. Computed
 * before anything is locked; should the invoice change meanwhile, it is not corrected.
 */
export const correctionChanges = async (
  { db, templates, issuing }: TaskContext,
  batch: Batch,
  item: { readonly batchId: number; readonly position: number },
): Promise<string[]> => {
  const invoiceId = await itemInvoiceId(db, item);
  const source = (await loadCorrectable(db, invoiceId === null ? [] : [invoiceId])).get(invoiceId ?? 0);
  const plan = source && planCorrection(source, batch.options, issuing.profile);
  if (!source || plan?.outcome !== "correct") return [];
  const { original } = source;
  const corrected = buildCorrectedSnapshot(original, plan.amounts, plan.buyer, original);
  const [before, after] = [original, corrected].map((snapshot) =>
    htmlText(templates.renderInvoiceHtml(snapshot, { draft: true }).body),
  );
  return textDifferences(before ?? "", after ?? "");
};

/** The words of a template's HTML, a line for each block. Snapshots' own text is escaped in it. */
const htmlText = (html: string): string =>
  html
    .replaceAll(/<svg[\s\S]*?<\/svg>|<img[^>]*>/g, "")
    .replaceAll(/<\/(p|div|h\d|tr|li|dt|dd|section|header|footer|table)>|<br[^>]*>/g, "\n")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&#x([0-9a-f]+);/gi, (_all, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll(/&(amp|lt|gt|quot|nbsp);/g, (_all, name: string) => entities[name] ?? "");

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " };
