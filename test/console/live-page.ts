import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "puppeteer";

/**
 * Asking and clicking on pages that change by themselves: they swap parts of their tree, reload, and navigate while a
 * test looks. Whatever is asked here is asked in one round trip and answered by value. Nothing holds a node: one
 * that is found in one round trip and used in the next may be gone by then.
 */

/** How long a page may take to be as it is awaited; a busy machine needs some. */
const patienceMs = 20_000;
const askEveryMs = 25;

/** What Chrome answers when the document that was asked has given way to another. */
const givenWay =
  /Execution context (was destroyed|is not available)|Cannot find (default execution )?context|context with specified id|Inspected target navigated|Promise was collected|frame (was|got) detached|detached Frame|ERR_ABORTED/i;

const gaveWay = (error: unknown): boolean => error instanceof Error && givenWay.test(error.message);

/** One round trip; undefined: the page gave way to another meanwhile. */
const askOnce = async (
  page: Page,
  script: string,
  msLeft: number,
): Promise<{ answer: unknown } | undefined> => {
  const stop = new AbortController();
  try {
    return await Promise.race([
      page.evaluate(script).then((answer) => ({ answer })),
      delay(Math.max(1, msLeft), undefined, { signal: stop.signal }),
    ]);
  } catch (error) {
    if (gaveWay(error)) return undefined;
    throw error;
  } finally {
    stop.abort();
  }
};

/**
 * Asks the page again and again until `script`, an expression, is neither false nor null nor empty, and gives its
 * value. Throws with `what` and the page's words when that takes too long; a script that is wrong throws at once.
 */
export const waitOn = async <T>(page: Page, what: string, script: string): Promise<T> => {
  const end = performance.now() + patienceMs;
  let last: unknown = "the page gave no answer";
  while (performance.now() < end) {
    const told = await askOnce(page, script, end - performance.now());
    if (told?.answer) return told.answer as T;
    if (told) last = told.answer;
    await delay(askEveryMs);
  }
  const words = await askOnce(page, account, 1_000).catch(() => undefined);
  throw new Error(
    `waited in vain for ${what} (last: ${String(last)}) at ${page.url()}, which says:\n${String(words?.answer)}`,
  );
};

/** What a page that is not as it should be tells: its words, and what it asked for lately. */
const account = `(document.body?.innerText ?? "") + "\\nIt asked for: " + [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource").slice(-12)]
  .map((e) => [e.name.replace(location.origin, ""), e.type ?? e.initiatorType, e.responseStatus, Math.round(e.startTime) + "+" + Math.round(e.duration) + " ms"].join(" ")).join(", ")
  + " by " + Math.round(performance.now()) + " ms"`;

/** What the page answers now, whichever page it is by then. */
export const ask = async <T>(page: Page, script: string): Promise<T> =>
  (
    await waitOn<{ answer: T }>(
      page,
      `an answer to ${script}`,
      `Promise.resolve(${script}).then((answer) => ({ answer }))`,
    )
  ).answer;

/** Goes to an address and waits until it is loaded; what the page before had begun does not come between. */
export const goTo = async (page: Page, address: string): Promise<void> => {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      await page.goto(address, { waitUntil: "load" });
      return;
    } catch (error) {
      if (!gaveWay(error) || performance.now() > end) throw error;
      await delay(askEveryMs);
    }
  }
};

/** An expression for the first element that a selector finds and a person sees. */
export const seen = (selector: string): string =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})].find((e) => e.checkVisibility())`;

/** Whether its scripts have run: before that, keys and clicks would be lost on it. */
export const loaded = `document.readyState === "complete"`;

let clicks = 0;

/**
 * Clicks on what `finder`, an expression, finds, as soon as it is there, is enabled, and nothing lies over it. Clicks once:
 * should the answer be lost to the page that the click led to, that page remembers.
 */
export const clickOn = async (page: Page, what: string, finder: string): Promise<void> => {
  clicks += 1;
  const name = JSON.stringify(`clicked-${clicks}`);
  await waitOn(
    page,
    `${what} to be clicked`,
    `(() => {
      if (!(${loaded})) return "";
      if (sessionStorage.getItem(${name})) return true;
      const e = ${finder};
      if (!e || e.disabled) return "";
      e.scrollIntoView({ block: "center", behavior: "instant" });
      const box = e.getClientRects()[0];
      const top = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      if (!top || !e.contains(top)) return "";
      sessionStorage.setItem(${name}, "yes");
      e.focus({ preventScroll: true });
      e.click();
      return true;
    })()`,
  );
};

/** Writes into a field, or chooses in a list, at once, as soon as it is there. */
export const fillIn = async (page: Page, selector: string, value: string): Promise<void> => {
  await waitOn(
    page,
    `${selector} to be filled`,
    `(() => {
      const e = ${loaded} && ${seen(selector)};
      if (!e || e.disabled) return false;
      e.focus({ preventScroll: true });
      e.value = ${JSON.stringify(value)};
      for (const type of ["input", "change"]) e.dispatchEvent(new Event(type, { bubbles: true }));
      return true;
    })()`,
  );
};
