import { sql } from "kysely";
import type { Db } from "../connection.ts";
import type { BatchItemState } from "../schema-batches.ts";

/** One item of a batch with all that a script or a bookkeeper wants of it. Amounts in minor units. */
export interface BatchItem {
  readonly position: number;
  readonly state: BatchItemState;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly orderId: string;
  readonly externalRef: string | null;
  readonly currency: string;
  readonly invoiceNumber: string | null;
  readonly creditNoteNumber: string | null;
  readonly newInvoiceNumber: string | null;
  readonly revision: number | null;
  readonly deliveryId: number | null;
  readonly deliveryState: string | null;
  readonly oldNetMinor: number | null;
  readonly oldTaxMinor: number | null;
  readonly oldGrossMinor: number | null;
  readonly newNetMinor: number | null;
  readonly newTaxMinor: number | null;
  readonly newGrossMinor: number | null;
  /** Lines of text that differ. */
  readonly changes: { readonly text: readonly string[] } | null;
  readonly workItemId: number | null;
  readonly endedAt: Date | null;
}

export interface ItemFilter {
  readonly outcome?: BatchItemState | undefined;
  readonly reason?: string | undefined;
}

/** A batch's items by position, from after `afterPosition`. */
export const listItems = async (
  db: Db,
  batchId: number,
  { outcome, reason }: ItemFilter,
  { afterPosition, limit }: { readonly afterPosition: number; readonly limit: number },
): Promise<BatchItem[]> => {
  const { rows } = await sql<BatchItem>`
    select t.position, t.state, t.reason, t.detail, o.order_id as "orderId", o.external_ref as "externalRef", o.currency,
      i.number as "invoiceNumber", c.number as "creditNoteNumber", n.number as "newInvoiceNumber", d.revision,
      t.delivery_id as "deliveryId", m.state as "deliveryState",
      coalesce(t.old_net_minor, i.net_minor) as "oldNetMinor", coalesce(t.old_tax_minor, i.tax_minor) as "oldTaxMinor",
      coalesce(t.old_gross_minor, i.gross_minor) as "oldGrossMinor",
      coalesce(n.net_minor, t.new_net_minor, same.net_minor) as "newNetMinor",
      coalesce(n.tax_minor, t.new_tax_minor, same.tax_minor) as "newTaxMinor",
      coalesce(n.gross_minor, t.new_gross_minor, same.gross_minor) as "newGrossMinor",
      t.changes, t.work_item_id as "workItemId", t.ended_at as "endedAt"
    from batch_items t join batches b on b.id = t.batch_id join orders o on o.id = t.order_id
      left join invoices i on i.id = t.invoice_id
      left join invoices same on same.id = t.invoice_id and b.kind = 'rerender'
      left join invoices c on c.id = t.credit_note_id left join invoices n on n.id = t.new_invoice_id
      left join documents d on d.id = t.document_id left join deliveries m on m.id = t.delivery_id
    where t.batch_id = ${batchId} and t.position > ${afterPosition}
      and (${outcome ?? null}::text is null or t.state = ${outcome ?? null})
      and (${reason ?? null}::text is null or t.reason = ${reason ?? null})
    order by t.position limit ${limit}`.execute(db);
  return rows;
};

/** How many items are read at a time: few enough to hold, many enough to be quick. */
const pageSize = 500;

/**
 * Every item of a batch by position, read in pages, so that a slow reader holds neither a connection nor a
 * snapshot: an item that changes meanwhile shows as it was when its page was read.
 */
export async function* exportItems(
  db: Db,
  batchId: number,
  filter: ItemFilter,
): AsyncGenerator<BatchItem, void, undefined> {
  let afterPosition = 0;
  for (;;) {
    const page = await listItems(db, batchId, filter, { afterPosition, limit: pageSize });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < pageSize) return;
    afterPosition = last.position;
  }
}
