import { documentKey } from "@billpost/db/documents";
import type { DocumentToWrite } from "@billpost/db/documents";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import type { WorkerContext } from "./context.ts";

/** An issued invoice or credit note, as frozen. */
export interface IssuedInvoice {
  readonly invoiceId: number;
  readonly number: string;
  readonly issueDate: string;
  /** Canonical JSON. */
  readonly snapshot: string;
}

export interface RenderedInvoice {
  readonly document: DocumentToWrite;
  readonly bytes: Uint8Array;
}

/** Prints an issued invoice from its frozen snapshot: what the order or the seller became since does not show. */
export const renderInvoice = async (
  { templates, renderer, signal }: Pick<WorkerContext, "templates" | "renderer" | "signal">,
  invoice: IssuedInvoice,
  revision: number,
  locale?: string,
): Promise<RenderedInvoice> => {
  const snapshot = JSON.parse(invoice.snapshot) as InvoiceSnapshot;
  const html = templates.renderInvoiceHtml(snapshot, { locale });
  const { pdf, sha256, pages, chromeVersion } = await renderer.render(html, signal);
  const { invoiceId, number, issueDate } = invoice;
  return {
    bytes: pdf,
    document: {
      invoiceId,
      revision,
      locale: html.lang,
      templateHash: templates.templateHash,
      chromeVersion,
      sha256,
      byteSize: pdf.byteLength,
      pages,
      s3Key: documentKey({ number, issueDate, revision, sha256 }),
    },
  };
};
