import type { BatchItem } from "@billpost/db/batches/items";
import { minorToNumber } from "@billpost/domain/currency";
import { type Static, Type } from "typebox";
import { OutcomeSchema } from "./batches.ts";
import { instant, nullableString } from "./values.ts";

const AmountsSchema = Type.Union([
  Type.Object({ subtotal: Type.Number(), tax: Type.Number(), total: Type.Number() }),
  Type.Null(),
]);

export const BatchItemSchema = Type.Object(
  {
    position: Type.Integer({ description: "From 1, in the order of numbering." }),
    outcome: OutcomeSchema,
    reason: nullableString("A code: why it was skipped or failed, or what came of it.", "changed_since_plan"),
    detail: nullableString("The same in words."),
    orderId: Type.String({ examples: ["ORD-2026-000001"] }),
    externalRef: nullableString("The order's."),
    invoiceNumber: nullableString("What was selected; null for an order that had none.", "INV-2026-000001"),
    creditNoteNumber: nullableString("Of a `reissue`.", "CN-2026-000001"),
    newInvoiceNumber: nullableString("Of a `reissue` or `issue`.", "INV-2026-000002"),
    revision: Type.Unsafe<number | null>({
      type: ["integer", "null"],
      description: "Of the PDF that is sent again, or of the new one.",
    }),
    deliveryState: nullableString("Of the batch's own message.", "sent"),
    currency: Type.String({ description: "ISO 4217, of all its amounts, which are in major units." }),
    old: Type.Unsafe<Static<typeof AmountsSchema>>({
      ...AmountsSchema,
      description: "Of the document selected; of a correction, what it gives back.",
    }),
    new: Type.Unsafe<Static<typeof AmountsSchema>>({
      ...AmountsSchema,
      description: "Of the document that is made, as planned or as it is.",
    }),
    difference: Type.Unsafe<number | null>({
      type: ["number", "null"],
      description: "New total less old: above 0 is to be claimed, below 0 to be refunded.",
    }),
    changes: Type.Unsafe<readonly string[]>({
      type: "array",
      items: { type: "string" },
      description: "Of `rerender` and `reissue`: lines of text that differ, as `- old` and `+ new`.",
    }),
    jobId: Type.Unsafe<number | null>({
      type: ["integer", "null"],
      description: "The job that carries it out, for operators.",
    }),
    endedAt: nullableString("When it got its outcome."),
  },
  { title: "BatchItem", description: "One invoice or order of a batch." },
);

export type BatchItemReply = Static<typeof BatchItemSchema>;

/** An item as replies and exports show it. */
export const presentItem = (item: BatchItem): BatchItemReply => {
  const amounts = (net: number | null, tax: number | null, gross: number | null) =>
    net === null || tax === null || gross === null
      ? null
      : {
          subtotal: minorToNumber(net, item.currency),
          tax: minorToNumber(tax, item.currency),
          total: minorToNumber(gross, item.currency),
        };
  const { oldGrossMinor, newGrossMinor } = item;
  return {
    position: item.position,
    outcome: item.state,
    reason: item.reason,
    detail: item.detail,
    orderId: item.orderId,
    externalRef: item.externalRef,
    invoiceNumber: item.invoiceNumber,
    creditNoteNumber: item.creditNoteNumber,
    newInvoiceNumber: item.newInvoiceNumber,
    revision: item.revision,
    deliveryState: item.deliveryState,
    currency: item.currency,
    old: amounts(item.oldNetMinor, item.oldTaxMinor, oldGrossMinor),
    new: amounts(item.newNetMinor, item.newTaxMinor, newGrossMinor),
    difference:
      oldGrossMinor === null || newGrossMinor === null
        ? null
        : minorToNumber(newGrossMinor - oldGrossMinor, item.currency),
    changes: item.changes?.text ?? [],
    jobId: item.workItemId,
    endedAt: item.endedAt === null ? null : instant(item.endedAt),
  };
};
