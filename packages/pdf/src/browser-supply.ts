import { type LaunchedBrowser, launchBrowser, type LaunchOptions } from "./browser.ts";
import { PrintPage } from "./print-page.ts";
import { RenderFailed } from "./render-failed.ts";

/** A page and the browser it lives in. */
export interface OpenPage {
  readonly page: PrintPage;
  readonly home: Home;
}

/** A running browser. A retired one gets no new pages and ends with its last one. */
export interface Home extends LaunchedBrowser {
  /** Pages open or being opened. */
  pages: number;
  printed: number;
  retired: boolean;
}

/** Keeps one browser running, and replaces it when it dies, hangs or has served its time. */
export class BrowserSupply {
  readonly #options: LaunchOptions;
  readonly #onRetired: (home: Home) => void;
  readonly #running = new Set<Home>();
  #current: Promise<Home> | undefined;
  #version = "";
  #closed = false;

  constructor(options: LaunchOptions, onRetired: (home: Home) => void) {
    this.#options = options;
    this.#onRetired = onRetired;
  }

  get version(): string {
    return this.#version;
  }

  /** The browser for new pages, started when there is none. */
  current(): Promise<Home> {
    if (this.#closed) return Promise.reject(new RenderFailed("browser_gone", "The renderer is closed"));
    this.#current ??= this.#launch();
    return this.#current;
  }

  async openPage(): Promise<OpenPage> {
    const home = await this.current();
    home.pages += 1;
    try {
      return { page: await PrintPage.open(home.browser), home };
    } catch (error) {
      this.#left(home);
      throw error;
    }
  }

  /** Closes a page. A renderer that is too stuck to close takes its whole browser with it. */
  async closePage({ page, home }: OpenPage): Promise<void> {
    if (home.browser.connected && !(await closesSoon(page))) this.retire(home);
    this.#left(home);
  }

  retire(home: Home): void {
    if (home.retired) return;
    home.retired = true;
    this.#current = undefined;
    this.#onRetired(home);
    if (home.pages === 0) this.#end(home);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#current?.catch(() => undefined);
    await Promise.all([...this.#running].map((home) => home.close()));
  }

  async #launch(): Promise<Home> {
    try {
      const launched = await launchBrowser(this.#options);
      const home: Home = { ...launched, pages: 0, printed: 0, retired: false };
      this.#version = launched.version;
      this.#running.add(home);
      launched.browser.once("disconnected", () => {
        if (this.#closed || home.retired) return;
        this.#options.log.warn(
          { chrome: launched.version },
          "Chrome is gone; the next render starts another",
        );
        this.retire(home);
      });
      return home;
    } catch (error) {
      this.#current = undefined;
      throw new RenderFailed("browser_gone", "Chrome could not be started", error);
    }
  }

  #left(home: Home): void {
    home.pages -= 1;
    if (home.retired && home.pages === 0) this.#end(home);
  }

  #end(home: Home): void {
    const warn = (error: unknown) =>
      this.#options.log.warn({ error }, "Chrome's profile could not be removed");
    void home
      .close()
      .catch(warn)
      .then(() => this.#running.delete(home));
  }
}

const closesSoon = async (page: PrintPage): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), 3000);
  });
  const closed = page.close().then(
    () => true,
    () => false,
  );
  return Promise.race([closed, limit]).finally(() => clearTimeout(timer));
};
