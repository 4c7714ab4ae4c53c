import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "puppeteer";

/** Somebody with a browser of their own. What a page must never do is noted, and told by `misdeeds`. */
export interface Person {
  readonly page: Page;
  /** Violations of the policy, errors of scripts, dialogs, and requests to elsewhere. */
  readonly misdeeds: readonly string[];
  goto(path: string): Promise<void>;
  /** The page's text, as it is read. */
  text(): Promise<string>;
  /** Waits until the page says something. */
  reads(words: string | RegExp): Promise<void>;
  /** Presses the button or follows the link of this text. */
  press(words: string): Promise<void>;
  fill(selector: string, text: string): Promise<void>;
  /** What axe finds serious or critical on the page as it is; `rules`: by these alone. */
  barriers(rules?: readonly string[]): Promise<readonly string[]>;
  leave(): Promise<void>;
}

const patience = { timeout: 15_000, polling: 50 } as const;

/** Opens the console in a browser that shares nothing with others. */
export const openConsole = async (browser: Browser, url: string): Promise<Person> => {
  const context: BrowserContext = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  const misdeeds: string[] = [];
  page.on("dialog", (dialog) => {
    misdeeds.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => misdeeds.push(`an error: ${String(error)}`));
  page.on("console", (message) => {
    if (/content security policy|refused to/i.test(message.text())) misdeeds.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) misdeeds.push(`a request to ${request.url()}`);
  });

  const text = async () => String(await page.evaluate("document.body.innerText"));
  return {
    page,
    misdeeds,
    goto: async (path) => {
      await page.goto(`${url}${path}`, { waitUntil: "load" });
    },
    text,
    reads: async (words) => {
      const pattern =
        typeof words === "string" ? { text: words } : { source: words.source, flags: words.flags };
      try {
        await page.waitForFunction(
          `((p) => { const t = document.body.innerText; return p.text === undefined ? new RegExp(p.source, p.flags).test(t) : t.includes(p.text); })(${JSON.stringify(pattern)})`,
          patience,
        );
      } catch (error) {
        throw new Error(`the page never said ${String(words)}; it says:\n${await text()}`, { cause: error });
      }
    },
    press: async (words) => {
      const handle = await page.waitForFunction(
        `[...document.querySelectorAll("dialog[open] a, dialog[open] button, dialog[open] summary")].concat([...document.querySelectorAll("a, button, summary")]).find((e) => e.innerText.trim() === ${JSON.stringify(words)} && e.checkVisibility())`,
        patience,
      );
      const element = handle.asElement();
      if (!element) throw new Error(`nothing is called ${words}`);
      await (element as unknown as { click(): Promise<void> }).click();
    },
    fill: async (selector, value) => {
      const field = await page.waitForSelector(selector, { visible: true, timeout: patience.timeout });
      await field?.click({ count: 3 });
      await field?.type(value);
    },
    barriers: async (rules) => {
      if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
      const only = rules ? `runOnly: ${JSON.stringify(rules)}, ` : "";
      const found = (await page.evaluate(
        `axe.run(document, { ${only}resultTypes: ["violations"] }).then((r) => r.violations.filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ") + " " + (n.failureSummary || "")).slice(0, 3).join(" | ")))`,
      )) as readonly string[];
      return found;
    },
    leave: () => context.close(),
  };
};

/** Signs in by the form. */
export const signInAs = async (person: Person, key: string, path = "/console/orders"): Promise<void> => {
  await person.goto(path);
  await person.fill("#key", key);
  await Promise.all([person.page.waitForNavigation(), person.page.click("button[type=submit]")]);
};
