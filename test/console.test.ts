import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { developmentKey } from "../apps/api/test/api.ts";
import { type ConsoleBrowser, launchConsoleBrowser } from "./console/console-browser.ts";
import { everyPage } from "./console/every-page.ts";
import { openConsole, type Person, signInAs } from "./console/person.ts";
import { type Running, startAll } from "./src/invoicing/running.ts";
import { waitFor } from "./src/wait-for.ts";

let all: Running;
let chrome: ConsoleBrowser;
let operator: Person;
const people: Person[] = [];

beforeAll(async () => {
  [all, chrome] = await Promise.all([
    startAll({ AMBIGUOUS_POLICY: "hold", INVOICE_PROFILE: "eu" }),
    launchConsoleBrowser(),
  ]);
  operator = await open();
  await signInAs(operator, developmentKey);
});
afterAll(async () => {
  await chrome.close();
  await all.stop();
});
// Whatever a test is about: no page breaks its policy, runs what it should not, or asks elsewhere.
afterEach(() => {
  const misdeeds = people.flatMap((person) => person.misdeeds);
  if (misdeeds.length > 0) throw new Error(misdeeds.join("\n"));
});

const open = async (): Promise<Person> => {
  const person = await openConsole(chrome.browser, all.api.url);
  people.push(person);
  return person;
};

const customer = async (name: string, email: string, more: object = {}): Promise<number> =>
  (
    await all.api.call("POST", "/api/customers", {
      body: {
        name,
        email,
        address: { line1: "Oranienstraße 25", postalCode: "10999", city: "Berlin", countryCode: "DE" },
        ...more,
      },
    })
  ).body.id;

const order = async (customerId: number): Promise<string> =>
  (
    await all.api.call("POST", "/api/orders", {
      body: { customerId, items: [{ productId: 1, quantity: 1 }] },
    })
  ).body.orderId;

/** How many of these orders have an email in a state. */
const inState = async (orderIds: readonly string[], state: string): Promise<number> => {
  const replies = await Promise.all(orderIds.map((orderId) => all.api.call("GET", `/api/orders/${orderId}`)));
  return replies.filter(({ body }) => body.invoices[0]?.deliveryState === state).length;
};

/** Waits until an order's invoice or its delivery is in a state. */
const until = (orderId: string, state: string) =>
  waitFor(`${orderId} to be ${state}`, async () => {
    const { body } = await all.api.call("GET", `/api/orders/${orderId}`);
    return body.invoiceStatus === state || body.invoices[0]?.deliveryState === state;
  });

const hostile = `{{constructor}}<img src=x onerror=alert(1)>"'><script>alert(2)</script>`;

test("hostile names are shown as text on every page that has them", async () => {
  const id = await customer(hostile, "hostile@example.com", { address: null });
  const orderId = await order(id);
  await until(orderId, "blocked");
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
    expect(await operator.page.content(), path).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(await operator.page.$$("main img, main script"), path).toHaveLength(0);
  }
});

test("what keeps a customer from an invoice is found by the email alone, and put right, with one email", async () => {
  const id = await customer("Marta Kowalska", "marta@sklep.example", { address: null });
  const orderId = await order(id);
  await until(orderId, "blocked");
  await operator.goto("/console");
  await operator.page.keyboard.press("/");
  await operator.page.keyboard.type("marta@sklep.example");
  await Promise.all([operator.page.waitForNavigation(), operator.page.keyboard.press("Enter")]);
  await operator.reads("Search: marta@sklep.example");
  await operator.press(orderId);
  // The page opens with why.
  await operator.reads(/has no invoice.*address/i);
  await operator.fill("#billing-line1", "ul. Prosta 51");
  await operator.fill("#billing-city", "Warszawa");
  await operator.page.select("#billing-country", "PL");
  await operator.press("Save, and try again");
  await operator.reads("Saved. The invoice is being made.");
  // Nobody loads the page again: it shows the invoice and its email as they come.
  await operator.reads(/INV-\d{4}-\d+/);
  await operator.reads("sent");
  expect(
    all.ses.taken.filter(({ destinations }) => destinations.includes("marta@sklep.example")),
  ).toHaveLength(1);
});

/** Finds the job of an order's delivery by the customer's email, as an operator would. */
const openJob = async (person: Person, email: string, state: string) => {
  await person.goto(`/console/search?q=${email}`);
  await person.reads(state);
  await person.page.click(
    `tr:has(.icon use[href="#i-${state === "failed" ? "cross" : "question"}"]) th a[href^="/console/jobs/"]`,
  );
  await person.reads("Timeline");
};

test("a failed email is found by the customer's email, its reason read, the retry previewed, and seen to go through", async () => {
  const id = await customer("Anneliese Brandt", "brandt@werkstatt.example");
  all.ses.next("reject");
  const orderId = await order(id);
  await until(orderId, "failed");
  await openJob(operator, "brandt@werkstatt.example", "failed");
  await operator.reads(/SES answered 400/);
  await operator.page.keyboard.press("r");
  await operator.reads("The PDF exists: rendering is skipped; no mail was sent so far: one will be.");
  await operator.reads("It is proven that none did before.");
  await operator.page.evaluate("document.querySelector('dialog[open] button[type=submit]').focus()");
  await operator.page.keyboard.press("Enter");
  await operator.reads("It is tried again.");
  await operator.reads("It is done.");
  expect(
    all.ses.taken.filter(({ destinations }) => destinations.includes("brandt@werkstatt.example")),
  ).toHaveLength(1);
});

test("an ambiguous delivery is settled on the operator's word, without another email", async () => {
  const id = await customer("Cécile Moreau", "cecile@moreau.example");
  all.ses.next("reset_after");
  const orderId = await order(id);
  await until(orderId, "ambiguous");
  await openJob(operator, "cecile@moreau.example", "ambiguous");
  await operator.press("Settle");
  await operator.reads("It counts as sent, on your word: no mail will be sent.");
  await operator.press("Send it again");
  await operator.reads("a retry may send it twice");
  await operator.press("It was sent");
  await operator.reads("no mail will be sent.");
  await operator.fill("#a-reason", "The customer has it");
  await operator.page.click("dialog[open] button[type=submit]");
  await operator.reads("Settled.");
  await until(orderId, "sent");
  expect(
    all.ses.taken.filter(({ destinations }) => destinations.includes("cecile@moreau.example")),
  ).toHaveLength(1);
});

test("of two operators who act on one job, the second is told that it changed, and nothing is done twice", async () => {
  const id = await customer("Kenji Tanaka", "kenji@tanaka.example");
  all.ses.next("reject");
  const orderId = await order(id);
  await until(orderId, "failed");
  const colleague = await open();
  await signInAs(colleague, await all.api.keyOf(1, ["operator"]));
  for (const person of [operator, colleague]) {
    await openJob(person, "kenji@tanaka.example", "failed");
    await person.press("Retry");
    await person.reads("one will be.");
  }
  await operator.page.click("dialog[open] button[type=submit]");
  await operator.reads("It is tried again.");
  await until(orderId, "sent");
  await colleague.page.click("dialog[open] button[type=submit]");
  await colleague.reads("It has changed since you looked");
  await colleague.press("Look again at what it would do now");
  await colleague.page.waitForSelector("dialog[open] .preview.refused");
  await colleague.reads("no mail will be sent");
  expect(await colleague.page.$("dialog[open] button[type=submit]")).toBeNull();
  expect(
    all.ses.taken.filter(({ destinations }) => destinations.includes("kenji@tanaka.example")),
  ).toHaveLength(1);
  await colleague.leave();
});

test("a key that may only look sees everything and is offered nothing that acts", async () => {
  const id = await customer("Looked At", "looked@at.example");
  all.ses.next("reject");
  const orderId = await order(id);
  await until(orderId, "failed");
  const looker = await open();
  await signInAs(looker, await all.api.keyOf(1, ["operator:read"]));
  await looker.reads("Read-only");
  await openJob(looker, "looked@at.example", "failed");
  expect(await looker.page.$$("main .acts a, main form, main [data-key=r]")).toHaveLength(0);
  const { data } = (await all.api.call("GET", `/api/jobs?orderId=${orderId}&state=failed`)).body;
  await looker.goto(`/console/jobs/${data[0].id}/acts/retry`);
  await looker.reads("Your key may only look.");
  await looker.goto("/console/tasks");
  expect(await looker.page.$$("main form")).toHaveLength(0);
  await looker.leave();
});

/** Workers obey within 2 seconds: orders are placed until one's email is held back. */
const heldOrder = async (customerId: number): Promise<string> => {
  for (;;) {
    const orderId = await order(customerId);
    const end = await waitFor(`${orderId} to be sent or held`, async () => {
      const { data } = (await all.api.call("GET", `/api/jobs?orderId=${orderId}&task=deliver-invoice`)).body;
      const { state, deliveryState } = data[0] ?? {};
      if (state === "done") return "sent";
      return state === "waiting" && deliveryState === "stored" && "held";
    });
    if (end === "held") return orderId;
  }
};

test("a stage is paused and resumed with a reason, every page tells of it, and what waited goes on", async () => {
  const id = await customer("Paused", "paused@example.com");
  await operator.goto("/console/tasks");
  const pause = async (verb: string, reason: string) => {
    await operator.page.click("#stage-deliver-invoice-send summary");
    await operator.fill("#stage-deliver-invoice-send input[name=reason]", reason);
    await operator.press(`${verb} send`);
  };
  await pause("Pause", "SES has an outage");
  await operator.reads("send of deliver-invoice is paused: SES has an outage");
  const orderId = await heldOrder(id);
  await operator.goto("/console/customers");
  await operator.reads("SES has an outage");
  await operator.goto("/console/tasks");
  await pause("Resume", "SES is back");
  await operator.reads("Resumed send of deliver-invoice.");
  expect(await operator.text()).not.toContain("SES has an outage");
  await until(orderId, "sent");
});

test("jobs that failed alike are retried together: a few first, and no more of them when those fail again", async () => {
  const id = await customer("Many", "many@example.com");
  all.ses.usually("reject");
  const orders: string[] = [];
  for (let count = 1; count <= 6; count += 1) orders.push(await order(id));
  await Promise.all(orders.map((orderId) => until(orderId, "failed")));

  const retryAll = async (reason: string) => {
    await operator.goto("/console/failures");
    await operator.reads("send, permanent");
    await operator.page.click('tr:has(a[href*="permanent"]) a[data-key=r]');
    await operator.reads(/of \d+ jobs would be changed/);
    await operator.fill("#b-canary", "2");
    await operator.fill("#b-reason", reason);
    await operator.page.click("main form.act button[type=submit]");
    await operator.reads("bulk operation");
  };
  await retryAll("It may be over");
  await operator.reads(/Stopped: \d of \d jobs failed again/);
  await operator.reads("Never acted on");
  expect(await inState(orders, "failed")).toBe(6);

  all.ses.usually("accept");
  await retryAll("The sender is verified now");
  await Promise.all(orders.map((orderId) => until(orderId, "sent")));
  // The page follows by itself.
  await operator.reads("done");
  expect(all.ses.taken.filter(({ destinations }) => destinations.includes("many@example.com"))).toHaveLength(
    6,
  );
});

test("selected rows keep the page as it is, which it says, and are acted on together", async () => {
  const id = await customer("Selected", "selected@example.com");
  all.ses.next("reject", "reject");
  const orders = [await order(id), await order(id)];
  await Promise.all(orders.map((orderId) => until(orderId, "failed")));
  await operator.goto("/console/jobs?state=failed&q=selected@example.com");
  await operator.page.keyboard.press("j");
  await operator.page.keyboard.press("x");
  await operator.page.keyboard.press("j");
  await operator.page.keyboard.press("x");
  await operator.reads("Paused: 2 selected");
  await operator.reads("2 selected");
  await until(await order(await customer("Noise", "noise@example.com")), "sent");
  await operator.reads("it changed");
  await operator.page.keyboard.press("r");
  await operator.reads("2 of 2 jobs would be changed.");
  await operator.fill("#b-reason", "The address was verified");
  await operator.page.click("main form.act button[type=submit]");
  await Promise.all(orders.map((orderId) => until(orderId, "sent")));
  expect(await inState(orders, "sent")).toBe(2);
});

test("a bulk operation is stopped by hand, and what it did not reach stays as it was", async () => {
  const id = await customer("Stopped", "stopped@example.com");
  all.ses.next("reject", "reject", "reject");
  const orders = [await order(id), await order(id), await order(id)];
  await Promise.all(orders.map((orderId) => until(orderId, "failed")));
  // The first one is held by SES, so that the operation waits for what comes of it.
  all.ses.next("hold");
  await operator.goto("/console/jobs?state=failed&q=stopped@example.com");
  await operator.press("Act on all that match");
  await operator.reads("3 of 3 jobs would be changed.");
  await operator.fill("#b-canary", "1");
  await operator.fill("#b-reason", "One first");
  await operator.page.click("main form.act button[type=submit]");
  await operator.reads("waits for what comes of them");
  await operator.press("Stop");
  await operator.fill("#stop input[name=reason]", "Not now");
  await operator.press("Stop it");
  await operator.reads("It acts on no further jobs.");
  await operator.reads("Stopped: Not now");
  all.ses.release();
  await waitFor("the first one to be sent", async () => (await inState(orders, "sent")) === 1);
  expect(await inState(orders, "failed")).toBe(2);
});

test("an invoice opens with what became of its email, and shows its PDF in the page, or a link where the browser has no viewer", async () => {
  const orderId = await order(await customer("Shown", "shown@example.com"));
  await until(orderId, "sent");
  const { body } = await all.api.call("GET", `/api/orders/${orderId}`);
  const path = `/console/invoices/${body.invoices[0].number}`;
  const reader = await open();
  // Chrome without a window has no viewer; this says that it has, so that the frame is loaded.
  await reader.page.evaluateOnNewDocument(
    "Object.defineProperty(Navigator.prototype, 'pdfViewerEnabled', { get: () => !location.hash, configurable: true })",
  );
  await signInAs(reader, developmentKey);
  const [pdf] = await Promise.all([
    reader.page.waitForResponse((response) => response.url().endsWith(`${path}/pdf`)),
    reader.goto(path),
  ]);
  expect(pdf.frame()?.parentFrame()).toBe(reader.page.mainFrame());
  expect(pdf.status()).toBe(200);
  expect(pdf.headers()).toMatchObject({
    "content-type": "application/pdf",
    "content-security-policy": expect.stringMatching(/object-src 'self'.*frame-ancestors 'self'/),
    "x-frame-options": "SAMEORIGIN",
  });
  expect(await reader.text()).toMatch(/was sent: SES took it/);
  expect(await reader.text()).not.toContain("This browser shows no PDF in a page");
  await reader.goto(`${path}#no-viewer`);
  await reader.page.reload();
  await reader.reads("This browser shows no PDF in a page");
  expect(await reader.page.$$("iframe.paper:not([hidden])")).toHaveLength(0);
  expect(await reader.page.$$(`#no-viewer a[href="${path}/pdf"]`)).toHaveLength(1);
  await reader.leave();
});

test("the keyboard searches, moves, selects and helps, and the address holds the view over a reload", async () => {
  await until(await order(await customer("Keys", "keys@example.com")), "sent");
  await operator.goto("/console/jobs?state=done&task=deliver-invoice");
  const { page } = operator;
  const currentRow = () => page.$eval("tr[data-current]", (row) => row.id);
  await page.keyboard.press("j");
  const first = await currentRow();
  await page.keyboard.press("j");
  expect(await currentRow()).not.toBe(first);
  await page.keyboard.press("k");
  expect(await currentRow()).toBe(first);
  await page.keyboard.press("x");
  await operator.reads("Paused: 1 selected");
  await page.keyboard.press("Escape");
  await operator.reads("Live");
  await page.keyboard.press("?");
  await operator.reads("Next row, row before");
  await page.keyboard.press("Escape");
  await page.reload();
  expect(page.url()).toMatch(/jobs\?state=done&task=deliver-invoice$/);
  expect(
    await page.$$eval("#f-state, select[name=state]", (found) =>
      found.map((e) => (e as unknown as { value: string }).value),
    ),
  ).toContain("done");
  await page.keyboard.press("/");
  expect(await page.evaluate("document.activeElement.id")).toBe("search");
});

test("a batch is followed live: its page shows it planned, started and done without being loaded again", async () => {
  const orderId = await order(await customer("Batched", "batched@example.com"));
  await until(orderId, "sent");
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
  await operator.page.click("details[open] button[type=submit]");
  await operator.reads(/1 of 1/);
  await operator.reads("done");
  expect(
    all.ses.taken.filter(({ destinations }) => destinations.includes("batched@example.com")),
  ).toHaveLength(2);
});

const inTheme = (value: "light" | "dark") =>
  operator.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);

test("no page has a barrier that axe calls serious, in light or in dark", async () => {
  const id = await customer("Axe", "axe@example.com");
  const orderId = await order(id);
  await until(orderId, "sent");
  const { body } = await all.api.call("GET", `/api/orders/${orderId}`);
  const jobs = await all.api.call("GET", `/api/jobs?orderId=${orderId}&task=deliver-invoice`);
  const proof = await all.api.call("POST", "/api/reconciliations", { body: {} });
  const paths = everyPage({
    job: jobs.body.data[0].id,
    order: orderId,
    invoice: body.invoices[0].number,
    customer: id,
    proof: proof.body.id,
  });
  for (const path of paths) {
    await inTheme("light");
    await operator.goto(path);
    expect(await operator.barriers(), path).toEqual([]);
    // Themes differ in nothing but colours.
    await inTheme("dark");
    expect(await operator.barriers(["color-contrast"]), `${path} in dark`).toEqual([]);
  }
  const stranger = await open();
  await stranger.goto("/console/sign-in");
  expect(await stranger.barriers()).toEqual([]);
  await stranger.leave();
}, 120_000);
