import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { RendererLog } from "./browser.ts";
import { BrowserSupply, type OpenPage } from "./browser-supply.ts";
import type { ChromeBinary } from "./chrome-binary.ts";
import { stabilisePdf } from "./pdf-bytes.ts";
import type { PrintableDocument } from "./print-page.ts";
import { sweepProfiles } from "./profile-folders.ts";
import { RenderFailed } from "./render-failed.ts";

export interface RendererOptions {
  readonly chrome: ChromeBinary;
  /** How many documents are printed side by side, each by a process of its own. Default 2. */
  readonly pages?: number;
  /** How long one render may take once it has a page. */
  readonly timeoutMs: number;
  /** Folder for Chrome's profiles, on this machine (or in this container) alone. */
  readonly profileRoot: string;
  readonly sandbox: "auto" | boolean;
  readonly log?: RendererLog;
  /** A page is replaced after this many documents, and the browser after a hundred times as many. Default 200. */
  readonly rendersPerPage?: number;
}

export interface RenderedPdf {
  readonly pdf: Uint8Array;
  /** SHA-256 of `pdf`, hex. */
  readonly sha256: string;
  readonly pages: number;
  readonly chromeVersion: string;
}

export interface Renderer {
  /**
   * Prints a document. The same document gives the same bytes, whatever the page printed before. Throws
   * RenderFailed, or the signal's reason.
   */
  render(document: PrintableDocument, signal?: AbortSignal): Promise<RenderedPdf>;
  /** The product and its version, such as `HeadlessChrome/153.0.8010.0`. */
  chromeVersion(): string;
  /** Ends Chrome at once and removes its profile; renders still running or waiting fail as `browser_gone`. */
  close(): Promise<void>;
}

/** A place for one render at a time, with the page it keeps warm for the next. */
interface Slot {
  open: OpenPage | undefined;
}

interface Waiter {
  take(slot: Slot): void;
  fail(error: Error): void;
}

/** Starts Chrome and answers a renderer with a fixed number of warm pages. Sweeps what dead processes left. */
export const createRenderer = async (options: RendererOptions): Promise<Renderer> => {
  await sweepProfiles(options.profileRoot);
  const renderer = new PooledRenderer(options);
  await renderer.start();
  return renderer;
};

const crashToldWithinMs = 250;

class PooledRenderer implements Renderer {
  readonly #supply: BrowserSupply;
  readonly #timeoutMs: number;
  readonly #rendersPerPage: number;
  readonly #idle: Slot[];
  readonly #waiting: Waiter[] = [];
  #closed = false;

  constructor(options: RendererOptions) {
    const log = options.log ?? { info: () => undefined, warn: () => undefined };
    const { chrome, profileRoot, sandbox } = options;
    // Puppeteer's own limit is a little longer, so that ours is the one that is met.
    const launch = { chrome, profileRoot, sandbox, timeoutMs: options.timeoutMs + 1000, log };
    this.#supply = new BrowserSupply(launch, (home) => {
      for (const slot of this.#idle) if (slot.open?.home === home) this.#discard(slot);
    });
    this.#timeoutMs = options.timeoutMs;
    this.#rendersPerPage = options.rendersPerPage ?? 200;
    this.#idle = Array.from({ length: options.pages ?? 2 }, () => ({ open: undefined }));
  }

  async start(): Promise<void> {
    await this.#supply.current();
  }

  chromeVersion(): string {
    return this.#supply.version;
  }

  async render(document: PrintableDocument, signal?: AbortSignal): Promise<RenderedPdf> {
    signal?.throwIfAborted();
    const slot = await this.#acquire(document.stylesheet, signal);
    try {
      return await this.#renderIn(slot, document, signal);
    } finally {
      this.#release(slot);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.fail(closedError());
    await this.#supply.close();
  }

  async #renderIn(slot: Slot, document: PrintableDocument, signal?: AbortSignal): Promise<RenderedPdf> {
    const settled = new AbortController();
    const ends = [this.#timeout(settled.signal), ...(signal ? [aborted(signal, settled.signal)] : [])];
    try {
      return await Promise.race([this.#print(slot, document, settled.signal), ...ends]);
    } catch (error) {
      const gone = this.#closed || slot.open?.home.browser.connected === false;
      this.#discard(slot);
      throw gone && !signal?.aborted ? browserGone(error) : error;
    } finally {
      settled.abort();
    }
  }

  async #print(slot: Slot, document: PrintableDocument, settled: AbortSignal): Promise<RenderedPdf> {
    if (slot.open && slot.open.page.printed >= this.#rendersPerPage) this.#discard(slot);
    if (!slot.open) {
      const open = await this.#supply.openPage();
      // Too late: the slot already serves another render.
      if (settled.aborted) {
        void this.#supply.closePage(open);
        throw closedError();
      }
      slot.open = open;
    }
    const { page, home } = slot.open;
    const printed = await Promise.race([page.print(document), page.whenCrashed(settled)]).catch(
      async (error: unknown) => {
        // A call into a page that crashed can fail a moment before the crash itself is told of.
        if (!(error instanceof RenderFailed))
          await Promise.race([page.whenCrashed(settled), delay(crashToldWithinMs)]);
        throw error;
      },
    );
    home.printed += 1;
    if (home.printed >= this.#rendersPerPage * 100) this.#supply.retire(home);
    const { bytes, pages } = stabilisePdf(printed, document.date);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { pdf: bytes, sha256, pages, chromeVersion: home.version };
  }

  #timeout(settled: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const message = `The render took longer than ${this.#timeoutMs} ms`;
      const timer = setTimeout(() => reject(new RenderFailed("timeout", message)), this.#timeoutMs);
      settled.addEventListener("abort", () => clearTimeout(timer), { once: true });
    });
  }

  /** Takes the slot's page away and closes it in its own time: a stuck one needs seconds. */
  #discard(slot: Slot): void {
    if (slot.open) void this.#supply.closePage(slot.open);
    slot.open = undefined;
  }

  /** Prefers the page that has this stylesheet loaded: loading fonts takes longer than printing. */
  #acquire(stylesheet: string, signal?: AbortSignal): Promise<Slot> {
    if (this.#closed) return Promise.reject(closedError());
    const warm = this.#idle.findIndex((slot) => slot.open?.page.stylesheet === stylesheet);
    const [slot] = this.#idle.splice(warm === -1 ? 0 : warm, 1);
    if (slot) return Promise.resolve(slot);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(abortReason(signal));
      };
      const waiter: Waiter = {
        take: (free) => {
          signal?.removeEventListener("abort", leave);
          resolve(free);
        },
        fail: reject,
      };
      this.#waiting.push(waiter);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  #release(slot: Slot): void {
    if (slot.open?.home.retired) this.#discard(slot);
    const next = this.#waiting.shift();
    if (next) next.take(slot);
    else this.#idle.push(slot);
  }
}

const closedError = () => new RenderFailed("browser_gone", "The renderer is closed");

const browserGone = (cause: unknown) =>
  cause instanceof RenderFailed && cause.kind === "browser_gone"
    ? cause
    : new RenderFailed("browser_gone", "Chrome ended during the render", cause);

const abortReason = (signal: AbortSignal | undefined): Error =>
  signal?.reason instanceof Error ? signal.reason : new DOMException("The render was aborted", "AbortError");

const aborted = (signal: AbortSignal, settled: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = () => reject(abortReason(signal));
    // It may have been aborted between the wait for a page and now.
    if (signal.aborted) fail();
    signal.addEventListener("abort", fail, { once: true });
    settled.addEventListener("abort", () => signal.removeEventListener("abort", fail), { once: true });
  });
