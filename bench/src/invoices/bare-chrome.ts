import { fileURLToPath } from "node:url";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { loadTemplates } from "@billpost/invoice-templates/templates";
import { launchBrowser, type LaunchedBrowser } from "@billpost/pdf/browser";
import { findChrome } from "@billpost/pdf/chrome-binary";
import { withClient } from "./waiting-orders.ts";

type Browser = LaunchedBrowser["browser"];

const cacheDir = fileURLToPath(new URL("../../../.billpost/chrome", import.meta.url));

/** As many documents at once as the worker's pages, which is its default. */
export const pageCount = 2;

/** A Chrome as the worker starts it, and nothing else of the worker. */
export const startBareChrome = async (): Promise<LaunchedBrowser> =>
  launchBrowser({
    chrome: await findChrome({ cacheDir, searchPath: process.env["PATH"] }),
    profileRoot: `${cacheDir}/profiles`,
    sandbox: "auto",
    timeoutMs: 30_000,
    log: { info: () => {}, warn: () => {} },
  });

/** The HTML of invoices that were issued in this run, each as one whole document. */
export const wholeDocuments = async (databaseUrl: string): Promise<readonly string[]> => {
  const { renderInvoiceHtml } = loadTemplates();
  const snapshots = await withClient(databaseUrl, (client) =>
    client.query<{ snapshot: string }>("select snapshot from invoices order by id limit 100"),
  );
  return snapshots.rows.map(({ snapshot }) => {
    const html = renderInvoiceHtml(JSON.parse(snapshot) as InvoiceSnapshot);
    return `<!doctype html><html lang="${html.lang}"><head><meta charset="utf-8"><title>${html.title}</title>
<style>${html.stylesheet}</style><style>${html.pageStyle}</style></head><body>${html.body}</body></html>`;
  });
};

/** How long each render took, in ms, and how many a second they were together. */
export interface Renders {
  readonly perSecond: number;
  readonly latencies: readonly number[];
}

export interface RenderLoad {
  readonly pages: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Sets one whole document after the other in pages that stay, over Chrome's protocol, and prints each. */
export const printWholeDocuments = (
  browser: Browser,
  documents: readonly string[],
  load: RenderLoad,
): Promise<Renders> =>
  sideBySide(documents, load, async () => {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setJavaScriptEnabled(false);
    const session = await page.createCDPSession();
    const { frameTree } = await session.send("Page.getFrameTree");
    return {
      print: async (html) => {
        await session.send("Page.setDocumentContent", { frameId: frameTree.frame.id, html });
        await session.send("Runtime.evaluate", { expression: "document.fonts.ready", awaitPromise: true });
        await session.send("Page.printToPDF", { printBackground: true, preferCSSPageSize: true });
      },
      close: () => context.close(),
    };
  });

/** What tutorials show: a new page for each PDF, by puppeteer. */
export const printAsTutorialsDo = (
  browser: Browser,
  documents: readonly string[],
  load: RenderLoad,
): Promise<Renders> =>
  sideBySide(documents, load, async () => ({
    print: async (html) => {
      const page = await browser.newPage();
      await page.setContent(html);
      await page.pdf({ printBackground: true, preferCSSPageSize: true });
      await page.close();
    },
    close: async () => {},
  }));

interface Printer {
  print(html: string): Promise<void>;
  close(): Promise<void>;
}

const sideBySide = async (
  documents: readonly string[],
  { pages, seconds, signal }: RenderLoad,
  open: () => Promise<Printer>,
): Promise<Renders> => {
  const printers = await Promise.all(Array.from({ length: pages }, open));
  let next = 0;
  const document = () => documents[next++ % documents.length] ?? "";
  // The first ones load code and fonts.
  await Promise.all(printers.map((printer) => printer.print(document())));
  const latencies: number[] = [];
  const started = performance.now();
  await Promise.all(
    printers.map(async (printer) => {
      while (performance.now() - started < seconds * 1000 && !signal.aborted) {
        const before = performance.now();
        await printer.print(document());
        latencies.push(performance.now() - before);
      }
    }),
  );
  const perSecond = (latencies.length * 1000) / (performance.now() - started);
  await Promise.all(printers.map((printer) => printer.close()));
  return { perSecond, latencies };
};
