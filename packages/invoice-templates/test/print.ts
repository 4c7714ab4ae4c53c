import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { findChrome } from "@billpost/pdf/chrome-binary";
import { createRenderer, type RenderedPdf } from "@billpost/pdf/renderer";
import { renderInvoiceHtml } from "../src/render.ts";
import type { InvoiceHtml, InvoiceHtmlOptions } from "../src/templates.ts";

export interface Printer {
  readonly print: (snapshot: InvoiceSnapshot, options?: InvoiceHtmlOptions) => Promise<RenderedPdf>;
  readonly printHtml: (html: InvoiceHtml) => Promise<RenderedPdf>;
  readonly close: () => Promise<void>;
}

/** A Chrome that prints documents with the bundled templates. */
export const startPrinter = async (): Promise<Printer> => {
  const profileRoot = await mkdtemp(join(tmpdir(), "billpost-printer-"));
  const cacheDir = join(import.meta.dirname, "../../../.billpost/chrome");
  const chrome = await findChrome({ cacheDir, sources: ["bundled"] }).catch(() => findChrome({ cacheDir }));
  const renderer = await createRenderer({ chrome, timeoutMs: 20_000, profileRoot, sandbox: "auto" });
  return {
    print: (snapshot, options) => renderer.render(renderInvoiceHtml(snapshot, options)),
    printHtml: (html) => renderer.render(html),
    close: async () => {
      await renderer.close();
      await rm(profileRoot, { recursive: true, force: true });
    },
  };
};
