import type { HTTPRequest } from "puppeteer";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { developmentKey } from "../apps/api/test/api.ts";
import { type Desk, openDesk } from "./console/desk.ts";
import { everyPage } from "./console/every-page.ts";
import { type Person, signInAs } from "./console/person.ts";

let desk: Desk;
let operator: Person;

beforeAll(async () => {
  desk = await openDesk();
  operator = await desk.open();
  await signInAs(operator, developmentKey);
});
afterAll(() => desk.close());
afterEach(() => {
  if (desk.misdeeds().length > 0) throw new Error(desk.misdeeds().join("\n"));
});

test("where there is nothing yet, every list says what it is for, or what would fill it", async () => {
  const lists = [
    "orders",
    "invoices",
    "jobs?q=nobody@x.example",
    "failures",
    "bounced",
    "suppressed",
    "batches",
  ];
  for (const page of ["", ...lists, "bulk-operations", "search?q=nobody@x.example", "audit?actor=nobody"]) {
    await operator.goto(`/console/${page}`.replace(/\/$/, ""));
    const words = `[...document.querySelectorAll("main .empty p")].map((e) => e.innerText).join()`;
    expect(await operator.waitsFor<string>(`${page} to explain`, words), page).toMatch(/\w.{20}/);
  }
});

// Colours on their way from one theme to the other are those of neither.
const inTheme = (value: "light" | "dark") =>
  operator.page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value },
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);

/** The address of every page, about somebody whose name and email are as long as they may be. */
const pages = async (): Promise<readonly string[]> => {
  const { api } = desk.all;
  const email = `${"e".repeat(60)}@${"long-".repeat(11)}x.${"d".repeat(60)}.example`;
  const customer = await desk.customer(
    `${"W".repeat(120)} \u0639\u0628\u062f \u0627\u0644\u0644\u0647`,
    email,
  );
  desk.all.ses.next("reject");
  const failed = await desk.order(customer);
  await desk.until(failed, "failed");
  const order = await desk.order(customer);
  await desk.until(order, "sent");
  const get = async (path: string) => (await api.call("GET", path)).body;
  const post = async (path: string, body: object) => (await api.call("POST", path, { body })).body;
  const [{ invoices }, jobs, proof] = await Promise.all([
    get(`/api/orders/${failed}`),
    get(`/api/jobs?orderId=${failed}&task=deliver-invoice`),
    post("/api/reconciliations", {}),
    post("/api/batches", { kind: "rerender", reason: "W".repeat(200), selection: { orderIds: [order] } }),
  ]);
  const job = jobs.data[0].id;
  await post("/api/bulk-operations", { action: "run-now", ids: [job], reason: "W".repeat(200) });
  return everyPage({ job, order: failed, invoice: invoices[0].number, customer, proof: proof.id });
};

test("no page has a barrier that axe calls serious, in light or in dark, and none is wider than a phone", async () => {
  const wide = { width: 1280, height: 900 };
  for (const path of await pages()) {
    await inTheme("light");
    await operator.goto(path);
    expect(await operator.barriers(), path).toEqual([]);
    // Themes differ in nothing but colours.
    await inTheme("dark");
    expect(await operator.barriers(["color-contrast"]), `${path} in dark`).toEqual([]);
    await operator.page.setViewport({ width: 375, height: 800 });
    await operator.waitsFor(
      `${path} to fit a phone`,
      `innerWidth === 375 && document.documentElement.scrollWidth <= 375`,
    );
    await operator.page.setViewport(wide);
  }
  const stranger = await desk.open();
  await stranger.goto("/console/sign-in");
  expect(await stranger.barriers()).toEqual([]);
  await stranger.leave();
}, 120_000);

test("the theme is chosen by hand and kept, times say their instant in UTC, and what is copied is the whole of it", async () => {
  const orderId = await desk.order(await desk.customer("Cora Copy", "cora@copy.example"));
  await desk.until(orderId, "sent");
  await operator.goto(`/console/orders/${orderId}`);
  await inTheme("light");
  const background = () =>
    operator.waitsFor<string>("a colour", "getComputedStyle(document.documentElement).backgroundColor");
  const light = await background();
  await operator.click(".me summary");
  await operator.press("Dark");
  await operator.waitsFor("dark", `document.documentElement.dataset.theme === "dark"`);
  const dark = await background();
  expect(dark).not.toBe(light);
  await operator.goto("/console/orders");
  expect(await background()).toBe(dark);
  await operator.click(".me summary");
  await operator.press("As the system");
  await operator.waitsFor(
    "light again",
    `getComputedStyle(document.documentElement).backgroundColor === ${JSON.stringify(light)}`,
  );

  const times = await operator.waitsFor<readonly (readonly [string, string, string])[]>(
    "times",
    `[...document.querySelectorAll("main time[data-ago]")].map((e) => [e.innerText, e.title, e.dateTime])`,
  );
  expect(times.length).toBeGreaterThan(0);
  for (const [text, title, instant] of times) {
    expect(text).toMatch(/^(just now|now|\d+ (s|min|h|d) ago)$/);
    expect(title).toBe(`${instant.slice(0, 19).replace("T", " ")} UTC`);
  }

  await operator.page
    .browserContext()
    .overridePermissions(desk.all.api.url, [
      "clipboard-read",
      "clipboard-write",
      "clipboard-sanitized-write",
    ]);
  await operator.page.bringToFront();
  await operator.goto(`/console/orders/${orderId}`);
  await operator.click("button[aria-label='Copy the email address']");
  await operator.sees("button[aria-label='Copied']");
  expect(await operator.waitsFor("the clipboard", "navigator.clipboard.readText()")).toBe(
    "cora@copy.example",
  );
});

test("what is on its way when somebody selects a row does not change the page, which says that it changed", async () => {
  desk.all.ses.next("reject");
  const id = await desk.customer("Ray Race", "ray@race.example");
  await desk.until(await desk.order(id), "failed");
  await operator.goto("/console/jobs?state=failed&q=ray@race.example");
  const { page } = operator;
  // The page's own refresh, once there is a second row, is held until the first is selected.
  let held: HTTPRequest | undefined;
  const hold = (request: HTTPRequest) => {
    if (!held && request.headers()["hx-request"] && page.url() === request.url()) held = request;
    else void request.continue().catch(() => undefined);
  };
  await page.setRequestInterception(true);
  page.on("request", hold);
  desk.all.ses.next("reject");
  await desk.until(await desk.order(id), "failed");
  await expect.poll(() => held, { timeout: 20_000 }).toBeDefined();
  await operator.keys("j", "x");
  await operator.reads("Paused: 1 selected");
  await held?.continue();
  await operator.reads("Paused: 1 selected · it changed");
  await page.setRequestInterception(false);
  page.off("request", hold);
  expect(await operator.waitsFor("rows", `document.querySelectorAll("main tbody tr").length`)).toBe(1);
  await operator.keys("Escape");
  await operator.waitsFor("the second row", `document.querySelectorAll("main tbody tr").length === 2`);
});

test("what an act said stays said while its page refreshes itself", async () => {
  await operator.goto("/console/tasks");
  await operator.click("#task-verify-invoice summary");
  await operator.fill("#task-verify-invoice input[name=reason]", "A look");
  await operator.press("Pause verify invoice");
  await operator.reads("Paused verify-invoice.");
  await desk.all.api.call("POST", "/api/tasks/verify-invoice/resume", { body: { reason: "Seen" } });
  await operator.readsNo("verify-invoice is paused");
  expect(await operator.waitsFor("the note", `document.querySelector("main > .note")?.innerText`)).toContain(
    "Paused verify-invoice.",
  );
});

test("a session that ends while somebody writes takes nothing of it: they sign in elsewhere and send it", async () => {
  const key = await desk.all.api.keyOf(1, ["operator"]);
  const writer = await desk.open();
  await signInAs(writer, key);
  const id = await desk.customer("Before", "before@writing.example");
  await writer.goto(`/console/customers/${id}`);
  await writer.fill("#c-name", "After");
  await desk.all.api.db
    .updateTable("api_keys")
    .set({ revoked_at: new Date() })
    .where("prefix", "=", key.split("_")[1] ?? "")
    .execute();
  await writer.reads("Signed out");
  await writer.press("Save the record");
  await writer.reads("What you wrote is still here.");
  // As in another tab.
  const body = JSON.stringify(new URLSearchParams({ key: developmentKey }).toString());
  await writer.waitsFor(
    "to be signed in",
    `fetch("/console/sign-in", { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: ${body} }).then(({ ok }) => ok)`,
  );
  await writer.press("Save the record");
  await writer.reads("it can be sent now, as it stands here");
  await writer.press("Save the record");
  await writer.reads("Saved.");
  expect((await desk.all.api.call("GET", `/api/customers/${id}`)).body.name).toBe("After");
  await writer.leave();
});

test("without scripts the same pages find, tell and act, by links and forms alone", async () => {
  const plain = await desk.open();
  await plain.page.setJavaScriptEnabled(false);
  await signInAs(plain, developmentKey);
  const email = "plain@forms.example";
  desk.all.ses.next("reject");
  const orderId = await desk.order(await desk.customer("Paula Plain", email));
  await desk.until(orderId, "failed");
  await plain.goto(`/console/search?q=${email}`);
  await plain.reads("Nothing was sent, so a retry cannot mail twice.");
  await plain.press("Retry");
  await plain.reads("One mail goes out. It is proven that none did before.");
  await plain.fill("#a-reason", "Told to");
  await plain.click("form.act[action$='/retry'] button[type=submit]");
  await plain.reads("It is tried again.");
  await desk.until(orderId, "sent");
  // Back, and the same form again: what it would do has changed, and nothing is done.
  await plain.goto(`/console/orders/${orderId}`);
  await plain.reads("was sent: SES took it");
  expect(desk.mailsTo(email)).toBe(1);
  await plain.leave();
});
