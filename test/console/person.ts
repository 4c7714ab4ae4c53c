import axe from "axe-core";
import type { Browser, BrowserContext, KeyInput, Page } from "puppeteer";
import { ask, clickOn, fillIn, goTo, loaded, seen, waitOn } from "./live-page.ts";

/** Somebody with a browser of their own. What a page must never do is noted, and told by `misdeeds`. */
export interface Person {
  readonly page: Page;
  /** Violations of the policy, errors of scripts, dialogs, and requests to elsewhere. */
  readonly misdeeds: readonly string[];
  goto(path: string): Promise<void>;
  /** Waits until the page says something. */
  reads(words: string | RegExp): Promise<void>;
  /** Waits until it says it no more. */
  readsNo(words: string): Promise<void>;
  /** Waits until the page has something that can be seen. */
  sees(selector: string): Promise<void>;
  /** Waits until the page is loaded and has nothing of the kind. */
  lacks(selector: string): Promise<void>;
  /** Waits until an expression holds, and gives its value. */
  waitsFor<T>(what: string, script: string): Promise<T>;
  /** Presses the button or follows the link of this text. */
  press(words: string): Promise<void>;
  /** Clicks on the first that can be seen. */
  click(selector: string): Promise<void>;
  /** Presses keys, one after the other, on the page as a whole. */
  keys(...keys: readonly KeyInput[]): Promise<void>;
  /** Writes into a field, or chooses in a list. */
  fill(selector: string, text: string): Promise<void>;
  /** What axe finds serious or critical on the page; `rules`: by these alone. */
  barriers(rules?: readonly string[]): Promise<readonly string[]>;
  leave(): Promise<void>;
}

/** An expression for whether the page says something. */
const sayings = (words: string | RegExp) =>
  typeof words === "string"
    ? `(document.body?.innerText ?? "").includes(${JSON.stringify(words)})`
    : `new RegExp(${JSON.stringify(words.source)}, ${JSON.stringify(words.flags)}).test(document.body?.innerText ?? "")`;

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

  const axeOnce = (rules?: readonly string[]) => {
    const only = rules ? `runOnly: ${JSON.stringify(rules)}, ` : "";
    return ask<readonly string[] | null>(
      page,
      `"axe" in window ? axe.run(document, { ${only}resultTypes: ["violations"] }).then((r) => r.violations.filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ") + " " + (n.failureSummary || "")).slice(0, 3).join(" | "))) : null`,
    );
  };
  return {
    page,
    misdeeds,
    goto: (path) => goTo(page, `${url}${path}`),
    reads: async (words) => waitOn(page, `the words ${String(words)}`, sayings(words)),
    readsNo: async (words) => waitOn(page, `no words ${words}`, `${loaded} && !${sayings(words)}`),
    sees: async (selector) => waitOn(page, `${selector} to be seen`, `${seen(selector)} !== undefined`),
    lacks: async (selector) =>
      waitOn(
        page,
        `no ${selector}`,
        `${loaded} && document.querySelector(${JSON.stringify(selector)}) === null`,
      ),
    waitsFor: (what, script) => waitOn(page, what, script),
    press: (words) =>
      clickOn(
        page,
        `what is called ${words}`,
        `[...document.querySelectorAll("dialog[open] :is(a, button, summary)"), ...document.querySelectorAll("a, button, summary")].find((e) => e.innerText.trim() === ${JSON.stringify(words)} && e.checkVisibility())`,
      ),
    click: (selector) => clickOn(page, selector, seen(selector)),
    keys: async (...keys) => {
      await waitOn(page, "the page to be loaded", loaded);
      for (const key of keys) await page.keyboard.press(key);
    },
    fill: (selector, value) => fillIn(page, selector, value),
    barriers: async (rules) => {
      // A page that changes while it is looked at may be seen half old, half new. What is wrong stays wrong.
      for (let looks = 1; ; looks += 1) {
        const found = await axeOnce(rules);
        if (found === null) await ask(page, `(() => { ${axe.source}; return true; })()`);
        else if (found.length === 0 || looks >= 5) return found;
      }
    },
    leave: () => context.close(),
  };
};

/** Signs in by the form. */
export const signInAs = async (person: Person, key: string, path = "/console/orders"): Promise<void> => {
  await person.goto(path);
  await person.fill("#key", key);
  await person.press("Sign in");
  await person.waitsFor("to be signed in", `${loaded} && document.querySelector("header.top") !== null`);
};
