import { Writable } from "node:stream";
import type { Browser, BrowserContext, CDPSession, Page } from "puppeteer";
import { RenderFailed } from "./render-failed.ts";

/** What Chrome prints. `stylesheet` should be the same for many documents: a page keeps it, and its fonts, loaded. */
export interface PrintableDocument {
  /** CSS with its fonts as data: URLs. */
  readonly stylesheet: string;
  /** CSS of this document alone, such as the text of its page margins. */
  readonly pageStyle?: string;
  /** The HTML inside `<body>`. */
  readonly body: string;
  readonly title: string;
  /** BCP 47 */
  readonly lang: string;
  /** Calendar date (YYYY-MM-DD) that the PDF carries as its date of creation. */
  readonly date: string;
}

/**
 * Everything a document may load is inside it. Scripts are off by emulation too; this also stops frames,
 * stylesheets, prefetches and images from elsewhere.
 */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'";

/** Nobody looks at the page: only print lays it out and paints it. */
const shell = `<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>-</title><style></style><style></style>
<style>@media screen{body{display:none}}</style></head><body></body></html>`;

/**
 * Runs once in a new page and answers the object whose methods are called later. It keeps hold of the nodes
 * and of the built-in functions it needs: an element with a name such as `body` would stand before the real one.
 */
const prepareScript = `(() => {
  const create = Document.prototype.createElement.bind(document);
  const fonts = document.fonts;
  const root = document.documentElement;
  const [title] = root.getElementsByTagName("title");
  const [sheet, pageSheet] = root.getElementsByTagName("style");
  let body = root.getElementsByTagName("body")[0];
  const active = "base,embed,form,frame,frameset,iframe,link,meta,object,portal,script,noscript";
  return {
    async style(stylesheet) {
      sheet.textContent = stylesheet;
      await Promise.all([...fonts].map((font) => font.load().catch(() => undefined)));
      return [...fonts].filter((font) => font.status !== "loaded").map((font) => font.family + " " + font.weight);
    },
    async fill(html, name, lang, pageStyle) {
      const parsed = create("template");
      parsed.innerHTML = html;
      for (const element of parsed.content.querySelectorAll(active)) element.remove();
      const next = create("body");
      next.append(parsed.content);
      root.replaceChild(next, body);
      body = next;
      root.lang = lang;
      title.textContent = name;
      pageSheet.textContent = pageStyle;
      const images = [...next.getElementsByTagName("img")];
      await Promise.all(images.map((image) => image.decode().catch(() => undefined)));
      await fonts.ready;
    },
    present: () => document.documentElement === root && root.contains(body),
  };
})()`;

/** One page that prints documents one after the other: no scripts, no network, no files. */
export class PrintPage {
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly #session: CDPSession;
  /** What Chrome is told, whatever page it is about. */
  readonly #pipe: Writable | undefined;
  readonly #document: string;
  #stylesheet: string | undefined;
  #crashed: Error | undefined;
  /** How many documents it has printed. */
  printed = 0;

  private constructor(context: BrowserContext, page: Page, session: CDPSession, document: string) {
    this.#context = context;
    this.#page = page;
    this.#session = session;
    const pipe = page.browser().process()?.stdio[3];
    this.#pipe = pipe instanceof Writable ? pipe : undefined;
    this.#document = document;
    page.on("error", (error) => {
      this.#crashed = error;
    });
  }

  /** Opens a page in a context of its own, so that it shares its process with no other page. */
  static async open(browser: Browser): Promise<PrintPage> {
    const context = await browser.createBrowserContext();
    try {
      const page = await context.newPage();
      await page.setJavaScriptEnabled(false);
      await page.setOfflineMode(true);
      const session = await page.createCDPSession();
      const { frameTree } = await session.send("Page.getFrameTree");
      await session.send("Page.setDocumentContent", { frameId: frameTree.frame.id, html: shell });
      const { result } = await session.send("Runtime.evaluate", { expression: prepareScript });
      if (result.objectId === undefined) throw new Error("the page did not become ready");
      return new PrintPage(context, page, session, result.objectId);
    } catch (error) {
      await context.close().catch(() => undefined);
      throw error;
    }
  }

  get stylesheet(): string | undefined {
    return this.#stylesheet;
  }

  /** Prints a document as Chrome makes it, dates and all. Hangs when the renderer crashed: see `whenCrashed`. */
  async print(document: PrintableDocument): Promise<Uint8Array> {
    this.printed += 1;
    if (this.#stylesheet !== document.stylesheet) {
      this.#stylesheet = undefined;
      const missing = await this.#call("style", document.stylesheet);
      if (Array.isArray(missing) && missing.length > 0)
        throw new Error(`fonts do not load: ${missing.join(", ")}`);
      this.#stylesheet = document.stylesheet;
    }
    await this.#call("fill", document.body, document.title, document.lang, document.pageStyle ?? "");
    const { data } = await this.#atOnce(() =>
      this.#session.send("Page.printToPDF", {
        printBackground: true,
        preferCSSPageSize: true,
        generateTaggedPDF: true,
        generateDocumentOutline: false,
      }),
    );
    const present = await this.#call("present").catch(() => false);
    if (present !== true) throw new RenderFailed("left_document", "The document made its page go elsewhere");
    return Buffer.from(data, "base64");
  }

  /** Rejects when the page's renderer process dies; Chrome itself leaves every call unanswered then. */
  whenCrashed(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const fail = (error: Error) => reject(new RenderFailed("crashed", "Chrome's renderer crashed", error));
      if (this.#crashed) fail(this.#crashed);
      this.#page.once("error", fail);
      signal.addEventListener("abort", () => this.#page.off("error", fail), { once: true });
    });
  }

  /** Closes the page and ends its renderer process. */
  close(): Promise<void> {
    return this.#context.close();
  }

  async #call(method: string, ...values: readonly string[]): Promise<unknown> {
    const { result, exceptionDetails } = await this.#atOnce(() =>
      this.#session.send("Runtime.callFunctionOn", {
        objectId: this.#document,
        functionDeclaration: `function (...values) { return this.${method}(...values); }`,
        arguments: values.map((value) => ({ value })),
        awaitPromise: true,
        returnByValue: true,
      }),
    );
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** Puppeteer writes a message and its end one after the other; together they are one call to the system. */
  #atOnce<T>(send: () => Promise<T>): Promise<T> {
    this.#pipe?.cork();
    try {
      return send();
    } finally {
      this.#pipe?.uncork();
    }
  }
}
