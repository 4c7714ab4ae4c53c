import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { developmentKey } from "../apps/api/test/api.ts";
import { type Desk, openDesk } from "./console/desk.ts";
import { type Person, signInAs } from "./console/person.ts";
import type { Running } from "./src/invoicing/running.ts";
import { waitFor } from "./src/wait-for.ts";

let desk: Desk;
let all: Running;
let operator: Person;

beforeAll(async () => {
  desk = await openDesk();
  ({ all } = desk);
  operator = await desk.open();
  await signInAs(operator, developmentKey);
});
afterAll(() => desk.close());
// Whatever a test is about: no page breaks its policy, runs what it should not, or asks elsewhere.
afterEach(() => {
  if (desk.misdeeds().length > 0) throw new Error(desk.misdeeds().join("\n"));
});

const hostile = `{{constructor}}<img src=x onerror=alert(1)>"'><script>alert(2)</script>`;

test("hostile names are shown as text on every page that has them", async () => {
  const id = await desk.customer(hostile, "hostile@example.com", { address: null });
  const orderId = await desk.order(id);
  await desk.until(orderId, "blocked");
  await all.api.call("POST", "/api/products", {
    body: { sku: "<b>SKU</b>", name: hostile, unitPrice: 1, description: hostile },
  });
  for (const path of [
    "/console/orders",
    `/console/orders/${orderId}`,
    "/console/customers",
    `/console/customers/${id}`,
    "/console/jobs",
    "/console/products",
    "/console/search?q=hostile@example.com",
    `/console/search?q=${encodeURIComponent(hostile)}`,
    `/console/jobs?q=${encodeURIComponent(hostile)}`,
  ]) {
    await operator.goto(path);
    await operator.waitsFor(
      `the name as text on ${path}`,
      `document.querySelector("main").innerHTML.includes("&lt;img src=x onerror=alert(1)&gt;")`,
    );
    await operator.lacks("main img, main script");
  }
  expect(operator.misdeeds).toEqual([]);
});

test("what keeps a customer from an invoice is found by the email alone, and put right, with one email", async () => {
  const id = await desk.customer("Marta Kowalska", "marta@sklep.example", { address: null });
  const orderId = await desk.order(id);
  await desk.until(orderId, "blocked");
  await operator.goto("/console");
  await operator.keys("/");
  await operator.waitsFor("the search to be written in", `document.activeElement?.id === "search"`);
  await operator.page.keyboard.type("marta@sklep.example");
  await operator.keys("Enter");
  await operator.reads("Search: marta@sklep.example");
  await operator.press(orderId);
  // The page opens with why.
  await operator.reads(/has no invoice.*address/i);
  await operator.fill("#billing-line1", "ul. Prosta 51");
  await operator.fill("#billing-city", "Warszawa");
  await operator.fill("#billing-country", "PL");
  await operator.press("Save, and try again");
  await operator.reads("Saved. The invoice is being made.");
  // Nobody loads the page again: it shows the invoice and its email as they come.
  await operator.reads(/INV-\d{4}-\d+/);
  await operator.reads("sent");
  expect(desk.mailsTo("marta@sklep.example")).toBe(1);
});

/** Finds the job of an order's delivery by the customer's email, as an operator would. */
const openJob = async (person: Person, email: string, state: string) => {
  await person.goto(`/console/search?q=${email}`);
  await person.reads(state);
  await person.click(
    `tr:has(.icon use[href="#i-${state === "failed" ? "cross" : "question"}"]) th a[href^="/console/jobs/"]`,
  );
  await person.reads("Timeline");
};

test("a failed email is found by the customer's email, its reason read, the retry previewed, and seen to go through", async () => {
  const id = await desk.customer("Anneliese Brandt", "brandt@werkstatt.example");
  all.ses.next("reject");
  const orderId = await desk.order(id);
  await desk.until(orderId, "failed");
  await openJob(operator, "brandt@werkstatt.example", "failed");
  await operator.reads(/SES answered 400/);
  await operator.keys("r");
  await operator.reads("The PDF exists: rendering is skipped; no mail was sent so far: one will be.");
  await operator.reads("It is proven that none did before.");
  await operator.waitsFor("to be asked why", `document.activeElement?.id === "a-reason"`);
  await operator.keys("Enter");
  await operator.reads("It is tried again.");
  await operator.reads("It is done.");
  expect(desk.mailsTo("brandt@werkstatt.example")).toBe(1);
});

test("an ambiguous delivery is settled on the operator's word, without another email", async () => {
  const id = await desk.customer("Cécile Moreau", "cecile@moreau.example");
  all.ses.next("reset_after");
  const orderId = await desk.order(id);
  await desk.until(orderId, "ambiguous");
  await openJob(operator, "cecile@moreau.example", "ambiguous");
  await operator.press("Settle");
  await operator.reads("It counts as sent, on your word: no mail will be sent.");
  await operator.press("Send it again");
  await operator.reads("a retry may send it twice");
  await operator.press("It was sent");
  await operator.reads("no mail will be sent.");
  await operator.fill("#a-reason", "The customer has it");
  await operator.click("dialog[open] button[type=submit]");
  await operator.reads("Settled.");
  await desk.until(orderId, "sent");
  expect(desk.mailsTo("cecile@moreau.example")).toBe(1);
});

test("of two operators who act on one job, the second is told that it changed, and nothing is done twice", async () => {
  const id = await desk.customer("Kenji Tanaka", "kenji@tanaka.example");
  all.ses.next("reject");
  const orderId = await desk.order(id);
  await desk.until(orderId, "failed");
  const colleague = await desk.open();
  await signInAs(colleague, await all.api.keyOf(1, ["operator"]));
  for (const person of [operator, colleague]) {
    await openJob(person, "kenji@tanaka.example", "failed");
    await person.press("Retry");
    await person.reads("one will be.");
  }
  await operator.click("dialog[open] button[type=submit]");
  await operator.reads("It is tried again.");
  await desk.until(orderId, "sent");
  await colleague.click("dialog[open] button[type=submit]");
  await colleague.reads("It has changed since you looked");
  await colleague.press("Look again at what it would do now");
  await colleague.sees("dialog[open] .preview.refused");
  await colleague.reads("no mail will be sent");
  await colleague.lacks("dialog[open] button[type=submit]");
  expect(desk.mailsTo("kenji@tanaka.example")).toBe(1);
  await colleague.leave();
});

test("a key that may only look sees everything and is offered nothing that acts", async () => {
  const id = await desk.customer("Looked At", "looked@at.example");
  all.ses.next("reject");
  const orderId = await desk.order(id);
  await desk.until(orderId, "failed");
  const looker = await desk.open();
  await signInAs(looker, await all.api.keyOf(1, ["operator:read"]));
  await looker.reads("Read-only");
  await openJob(looker, "looked@at.example", "failed");
  await looker.lacks("main .acts a, main form, main [data-key=r]");
  const { data } = (await all.api.call("GET", `/api/jobs?orderId=${orderId}&state=failed`)).body;
  await looker.goto(`/console/jobs/${data[0].id}/acts/retry`);
  await looker.reads("Your key may only look.");
  await looker.goto("/console/tasks");
  await looker.sees("#stage-deliver-invoice-send");
  await looker.lacks("main form");
  expect(await desk.inState([orderId], "failed")).toBe(1);
  await looker.leave();
});

test("a stage is paused and resumed with a reason, every page tells of it, and what waited goes on", async () => {
  const id = await desk.customer("Paused", "paused@example.com");
  await operator.goto("/console/tasks");
  const pause = async (verb: string, reason: string) => {
    await operator.click("#stage-deliver-invoice-send summary");
    await operator.fill("#stage-deliver-invoice-send input[name=reason]", reason);
    await operator.press(`${verb} send`);
  };
  await pause("Pause", "SES has an outage");
  await operator.reads("send of deliver-invoice is paused: SES has an outage");
  const orderId = await desk.heldOrder(id, "stored");
  await operator.goto("/console/customers");
  await operator.reads("SES has an outage");
  await operator.goto("/console/tasks");
  await pause("Resume", "SES is back");
  await operator.reads("Resumed send of deliver-invoice.");
  await operator.readsNo("SES has an outage");
  await desk.until(orderId, "sent");
  expect(await desk.inState([orderId], "sent")).toBe(1);
});

test("jobs that failed alike are retried together: a few first, and no more of them when those fail again", async () => {
  const id = await desk.customer("Many", "many@example.com");
  all.ses.usually("reject");
  const orders: string[] = [];
  for (let count = 1; count <= 6; count += 1) orders.push(await desk.order(id));
  await Promise.all(orders.map((orderId) => desk.until(orderId, "failed")));

  const retryAll = async (reason: string) => {
    await operator.goto("/console/failures");
    await operator.reads("send, permanent");
    await operator.click('tr:has(a[href*="permanent"]) a[data-key=r]');
    await operator.reads(/of \d+ jobs would be changed/);
    await operator.fill("#b-canary", "2");
    await operator.fill("#b-reason", reason);
    await operator.click("main form.act button[type=submit]");
    await operator.reads("bulk operation");
  };
  await retryAll("It may be over");
  await operator.reads(/Stopped: \d of \d jobs failed again/);
  await operator.reads("Never acted on");
  await waitFor("all to have failed", async () => (await desk.inState(orders, "failed")) === 6);

  all.ses.usually("accept");
  await retryAll("The sender is verified now");
  await Promise.all(orders.map((orderId) => desk.until(orderId, "sent")));
  // The page follows by itself.
  await operator.reads("done");
  expect(desk.mailsTo("many@example.com")).toBe(6);
});

test("selected rows keep the page as it is, which it says, and are acted on together", async () => {
  const id = await desk.customer("Selected", "selected@example.com");
  all.ses.next("reject", "reject");
  const orders = [await desk.order(id), await desk.order(id)];
  await Promise.all(orders.map((orderId) => desk.until(orderId, "failed")));
  await operator.goto("/console/jobs?state=failed&q=selected@example.com");
  await operator.keys("j", "x", "j", "x");
  await operator.reads("Paused: 2 selected");
  await operator.reads("2 selected");
  await desk.until(await desk.order(await desk.customer("Noise", "noise@example.com")), "sent");
  await operator.reads("it changed");
  await operator.keys("r");
  await operator.reads("2 of 2 jobs would be changed.");
  await operator.fill("#b-reason", "The address was verified");
  await operator.click("main form.act button[type=submit]");
  await Promise.all(orders.map((orderId) => desk.until(orderId, "sent")));
  expect(await desk.inState(orders, "sent")).toBe(2);
});

test("a bulk operation is stopped by hand, and what it did not reach stays as it was", async () => {
  const id = await desk.customer("Stopped", "stopped@example.com");
  all.ses.next("reject", "reject", "reject");
  const orders = [await desk.order(id), await desk.order(id), await desk.order(id)];
  await Promise.all(orders.map((orderId) => desk.until(orderId, "failed")));
  // The first one is held by SES, so that the operation waits for what comes of it.
  all.ses.next("hold");
  await operator.goto("/console/jobs?state=failed&q=stopped@example.com");
  await operator.press("Act on all that match");
  await operator.reads("3 of 3 jobs would be changed.");
  await operator.fill("#b-canary", "1");
  await operator.fill("#b-reason", "One first");
  await operator.click("main form.act button[type=submit]");
  await operator.reads("waits for what comes of them");
  await waitFor("the first one to be held", () => all.ses.held === 1);
  await operator.press("Stop");
  await operator.fill("#stop input[name=reason]", "Not now");
  await operator.press("Stop it");
  await operator.reads("It acts on no further jobs.");
  await operator.reads("Stopped: Not now");
  all.ses.release();
  await waitFor("the first one to be sent", async () => (await desk.inState(orders, "sent")) === 1);
  expect(await desk.inState(orders, "failed")).toBe(2);
});

test("an invoice opens with what became of its email, and shows its PDF in the page, or a link where the browser has no viewer", async () => {
  const orderId = await desk.order(await desk.customer("Shown", "shown@example.com"));
  await desk.until(orderId, "sent");
  const { body } = await all.api.call("GET", `/api/orders/${orderId}`);
  const path = `/console/invoices/${body.invoices[0].number}`;
  const reader = await desk.open();
  // Chrome without a window has no viewer; this says that it has, so that the frame is loaded.
  await reader.page.evaluateOnNewDocument(
    "Object.defineProperty(Navigator.prototype, 'pdfViewerEnabled', { get: () => !location.hash, configurable: true })",
  );
  await signInAs(reader, developmentKey);
  const [pdf] = await Promise.all([
    reader.page.waitForResponse(
      (response) => response.url().endsWith(`${path}/pdf`) && response.frame() !== reader.page.mainFrame(),
    ),
    reader.goto(path),
  ]);
  expect(pdf.status()).toBe(200);
  expect(pdf.headers()).toMatchObject({
    "content-type": "application/pdf",
    "content-disposition": expect.stringMatching(/^inline; filename="INV-[\d-]+\.pdf"$/),
    "content-security-policy": expect.stringMatching(
      /^default-src 'none'.*object-src 'self'.*frame-ancestors 'self'/,
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
  });
  await reader.reads("was sent: SES took it");
  await reader.sees("iframe.paper");
  await reader.readsNo("This browser shows no PDF in a page");
  await reader.goto("/console");
  await reader.goto(`${path}#no-viewer`);
  await reader.reads("This browser shows no PDF in a page");
  await reader.lacks("iframe.paper:not([hidden])");
  await reader.sees(`#no-viewer a[href="${path}/pdf"]`);
  // An impatient double click is one more email, not two.
  await reader.goto(path);
  await reader.fill("#r-reason", "Lost among unwanted mail");
  const answers = await reader.waitsFor<readonly string[]>(
    "the form to be sent twice",
    `(() => {
      const form = document.querySelector("form[action$='/resend']");
      const send = () => fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
      return Promise.all([send(), send()]).then((replies) => replies.map(({ type }) => type));
    })()`,
  );
  expect(answers).toContain("opaqueredirect");
  await waitFor("the second email", () => desk.mailsTo("shown@example.com") === 2);
  const jobs = await all.api.call("GET", `/api/jobs?orderId=${orderId}&task=deliver-invoice`);
  expect(jobs.body.data).toHaveLength(2);
  await reader.leave();
});

test("the keyboard searches, moves, selects and helps, and the address holds the view over a reload", async () => {
  for (const name of ["Keys", "Other"])
    await desk.until(await desk.order(await desk.customer(name, `${name}@example.com`)), "sent");
  await operator.goto("/console/jobs?state=done&task=deliver-invoice");
  const currentRow = (which = "true") =>
    operator.waitsFor<string>(
      "a row to be the current one",
      `(() => { const id = document.querySelector("tr[data-current]")?.id; return id && (${which}) && id; })()`,
    );
  await operator.keys("j");
  const first = await currentRow();
  await operator.keys("j");
  const second = await currentRow(`id !== ${JSON.stringify(first)}`);
  await operator.keys("k");
  expect(await currentRow(`id !== ${JSON.stringify(second)}`)).toBe(first);
  // What comes meanwhile moves nobody.
  await desk.until(await desk.order(await desk.customer("Newest", "newest@example.com")), "sent");
  await operator.reads("newest@example.com");
  expect(await currentRow()).toBe(first);
  await operator.keys("x");
  await operator.reads("Paused: 1 selected");
  await operator.keys("Escape");
  await operator.reads("Live");
  await operator.keys("?");
  await operator.reads("Next row, row before");
  await operator.keys("Escape");
  await operator.readsNo("Next row, row before");
  await operator.goto(await operator.waitsFor("an address", "location.pathname + location.search"));
  await operator.waitsFor(
    "the filter to be as the address says",
    `location.search === "?state=done&task=deliver-invoice" && document.querySelector("select[name=state]").value === "done"`,
  );
  await operator.keys("/");
  await operator.waitsFor("the search to be written in", `document.activeElement?.id === "search"`);
});

test("what somebody has opened stays open and as it is, however much changes meanwhile", async () => {
  await operator.goto("/console/tasks");
  await operator.reads("Live");
  await operator.click("#stage-deliver-invoice-send summary");
  await operator.reads("Paused: a question is open");
  await desk.until(await desk.order(await desk.customer("Meanwhile", "meanwhile@example.com")), "sent");
  await operator.reads("Paused: a question is open · it changed");
  await operator.sees("#stage-deliver-invoice-send details[open]");
  await operator.click("#stage-deliver-invoice-send summary");
  await operator.reads("Live");

  await operator.goto("/console/audit");
  const change = await operator.waitsFor<string>("a change", `document.querySelector("main details")?.id`);
  await operator.click(`#${change} summary`);
  await desk.customer("Audited", "audited@example.com");
  await operator.waitsFor("the newest change", `document.querySelector("main details")?.id !== "${change}"`);
  await operator.sees(`#${change}[open]`);
  expect(operator.misdeeds).toEqual([]);
});

test("a batch is followed live: its page shows it planned, started and done without being loaded again", async () => {
  const orderId = await desk.order(await desk.customer("Batched", "batched@example.com"));
  await desk.until(orderId, "sent");
  await operator.goto("/console/batches");
  const { body } = await all.api.call("POST", "/api/batches", {
    body: {
      kind: "resend",
      externalRef: "by-phone",
      reason: "Asked for again by phone",
      selection: { orderIds: [orderId] },
    },
  });
  await operator.reads("Asked for again by phone");
  await operator.press(`resend ${body.id}`);
  await operator.reads("nothing is done before it is started");
  await operator.press("Start");
  await operator.fill("details[open] input[name=reason]", "Looked at");
  await operator.click("details[open] button[type=submit]");
  await operator.reads(/1 of 1/);
  await operator.reads("done");
  expect(desk.mailsTo("batched@example.com")).toBe(2);
});
