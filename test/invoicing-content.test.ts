import { readPdfText } from "@billpost/pdf/pdf-text";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { invoiced, type Running, settled, startAll } from "./src/invoicing/running.ts";
import { waitFor } from "./src/wait-for.ts";

// Several processes and a browser on whatever else the machine does.
vi.setConfig({ testTimeout: 120_000 });

let on: Running;
beforeAll(async () => {
  on = await startAll({ INVOICE_PROFILE: "eu" });
}, 120_000);
afterAll(() => on.stop());

const call: Running["api"]["call"] = (...args) => on.api.call(...args);

const make = async (path: string, body: object): Promise<number> => {
  const made = await call("POST", path, { body });
  if (made.status !== 201) throw new Error(`${path}: ${made.text}`);
  return made.body.id;
};
let serial = 0;
const product = (more: object) =>
  make("/api/products", { sku: `P-${(serial += 1)}`, name: "Thing", unitPrice: 10, stock: 1000, ...more });
const customer = (more: object) =>
  make("/api/customers", { name: "Käthe Müller GmbH", email: "kaethe@example.com", ...more });
const berlin = { line1: "Torstraße 1", postalCode: "10119", city: "Berlin", countryCode: "DE" };

/** A PDF's text with every space the same, so that what is read is what a person sees. */
const textOf = async (number: string): Promise<string> => {
  const response = await fetch(`${on.api.url}/api/invoices/${number}/pdf`, {
    headers: { authorization: "Bearer bp_local_development_key" },
  });
  return (await readPdfText(Buffer.from(await response.arrayBuffer()))).replaceAll(/\s+/g, " ");
};

const cents = (amount: number) => Math.round(amount * 100);
const sum = (amounts: number[]) => amounts.reduce((all, amount) => all + cents(amount), 0);
const money = (amount: number) => amount.toLocaleString("en", { minimumFractionDigits: 2 });

const invoiceOf = async (order: { invoices: { number: string }[] }) => {
  const number = order.invoices[0]?.number ?? "";
  return { number, invoice: (await call("GET", `/api/invoices/${number}`)).body, text: await textOf(number) };
};

test("standard, exempt and reverse charge, net and gross prices and discounts stand on one invoice and agree", async () => {
  const customerId = await customer({ address: berlin, vatId: "DE123456789" });
  const eur = { currency: "EUR" };
  const items = [
    {
      productId: await product({ ...eur, name: "Chair", unitPrice: 49.99, taxRatePercent: 19 }),
      quantity: 3,
    },
    {
      productId: await product({
        ...eur,
        name: "Lamp",
        unitPrice: 119,
        taxRatePercent: 19,
        priceIncludesTax: true,
      }),
      quantity: 1,
    },
    { productId: await product({ ...eur, name: "Book", unitPrice: 12.5, taxRatePercent: 7 }), quantity: 2 },
    {
      productId: await product({
        ...eur,
        name: "Course",
        unitPrice: 200,
        taxCategory: "exempt",
        taxExemptionReason: "Art. 132(1)(i) VATD",
      }),
      quantity: 1,
    },
    {
      productId: await product({
        ...eur,
        name: "Consulting",
        unitPrice: 300,
        taxCategory: "reverse_charge",
        tracksStock: false,
        stock: undefined,
      }),
      quantity: 1,
    },
  ];
  const order = await invoiced(on, { customerId, items, discounts: [{ label: "Loyalty", percent: 3.5 }] });
  const { invoice, text } = await invoiceOf(order);
  for (const field of ["subtotal", "tax", "rounding", "total", "currency"])
    expect(invoice[field]).toBe(order[field]);
  type Line = { netPrice: number; discount: number };
  type Tax = { category: string; ratePercent: number; taxable: number; tax: number };
  expect(sum(invoice.lines.map((line: Line) => line.netPrice))).toBe(cents(invoice.subtotal));
  expect(sum(invoice.lines.map((line: Line) => line.discount))).toBe(cents(invoice.discounts[0].amount));
  expect(sum(invoice.taxes.map((group: Tax) => group.taxable))).toBe(cents(invoice.subtotal));
  expect(sum(invoice.taxes.map((group: Tax) => group.tax))).toBe(cents(invoice.tax));
  for (const group of invoice.taxes)
    expect(cents(group.tax)).toBe(Math.round((cents(group.taxable) * group.ratePercent) / 100));
  expect(invoice.taxes.map(({ category, ratePercent }: Tax) => [category, ratePercent])).toEqual([
    ["standard", 7],
    ["standard", 19],
    ["exempt", 0],
    ["reverse_charge", 0],
  ]);
  expect(invoice.mentions).toEqual(["reverse_charge", "exempt"]);
  expect(invoice.buyer).toEqual({ name: "Käthe Müller GmbH", address: berlin, vatId: "DE123456789" });
  for (const shown of [
    "Chair",
    "Lamp",
    "Course",
    "Consulting",
    "Käthe Müller GmbH",
    "Torstraße 1",
    "DE123456789",
    "FR40303265045",
    "Loyalty",
    "Art. 132(1)(i) VATD",
    money(invoice.subtotal),
    money(invoice.tax),
    money(invoice.total),
    ...invoice.lines.map((line: Line) => money(line.netPrice)),
  ])
    expect(text).toContain(shown);
  expect(text).toMatch(/reverse charge/i);

  // Given back in two steps: exactly what was charged.
  const first = await settled(
    on,
    await call("POST", `/api/invoices/${invoice.number}/credit-notes`, {
      body: {
        reason: "One chair",
        lines: [
          { lineNumber: 1, quantity: 1 },
          { lineNumber: 2, quantity: 1 },
        ],
      },
    }),
  );
  const second = await settled(
    on,
    await call("POST", `/api/invoices/${invoice.number}/credit-notes`, { body: { reason: "All" } }),
  );
  const notes = await Promise.all(
    [first, second].map(
      async ({ creditNoteNumber }) => (await call("GET", `/api/invoices/${creditNoteNumber}`)).body,
    ),
  );
  for (const field of ["subtotal", "tax", "rounding", "total"])
    expect(sum(notes.map((note) => note[field]))).toBe(cents(invoice[field]));
  expect(notes[1].mentions).toEqual(["reverse_charge", "exempt"]);
  expect(notes[0].mentions).toEqual([]);
});

test("a currency without decimals and one with three are computed and printed with theirs", async () => {
  const customerId = await customer({ address: berlin });
  const yen = await product({ currency: "JPY", unitPrice: 1235, taxRatePercent: 10 });
  const { invoice, text } = await invoiceOf(
    await invoiced(on, { customerId, items: [{ productId: yen, quantity: 3 }] }),
  );
  expect(invoice).toMatchObject({ currency: "JPY", subtotal: 3705, tax: 371, total: 4076 });
  expect(text).toMatch(/4,076(?![.\d])/);
  const dinar = await product({ currency: "TND", unitPrice: 1.235, taxRatePercent: 19 });
  const tunisian = await invoiceOf(
    await invoiced(on, { customerId, items: [{ productId: dinar, quantity: 3 }] }),
  );
  expect(tunisian.invoice).toMatchObject({ currency: "TND", subtotal: 3.705, tax: 0.704, total: 4.409 });
  expect(tunisian.text).toMatch(/4\.409(?!\d)/);
});

test("what gross prices cannot reach from a net amount is shown as rounding, and the gross wins", async () => {
  const customerId = await customer({ address: berlin });
  const productId = await product({
    currency: "EUR",
    unitPrice: 1.6,
    priceIncludesTax: true,
    taxRatePercent: 19,
  });
  const { invoice, text } = await invoiceOf(
    await invoiced(on, { customerId, items: [{ productId, quantity: 1 }] }),
  );
  expect(invoice).toMatchObject({ subtotal: 1.34, tax: 0.25, rounding: 0.01, total: 1.6 });
  for (const shown of ["1.34", "0.25", "0.01", "1.60"]) expect(text).toContain(shown);
});

test("an invoice is in its customer's language, with its numbers and dates", async () => {
  const customerId = await customer({
    address: { ...berlin, city: "Lyon", countryCode: "FR" },
    locale: "fr",
  });
  const productId = await product({ currency: "EUR", unitPrice: 1234.5, taxRatePercent: 20 });
  const { invoice, text } = await invoiceOf(
    await invoiced(on, { customerId, items: [{ productId, quantity: 1 }] }),
  );
  expect(invoice.locale).toBe("fr");
  expect(text).toContain("1 481,40 €");
  expect(text).toContain("Facture");
});

test("an order that lacks required data is not numbered until its own copy of the buyer is completed", async () => {
  const customerId = await customer({});
  const productId = await product({ currency: "EUR", taxCategory: "reverse_charge" });
  const placed = (
    await call("POST", "/api/orders", { body: { customerId, items: [{ productId, quantity: 1 }] } })
  ).body;
  const path = `/api/orders/${placed.orderId}`;
  const whenBlocked = () =>
    waitFor("the order to be blocked", async () => {
      const reply = await call("GET", path);
      return reply.body.invoiceStatus === "blocked" && reply;
    });
  const blocked = await whenBlocked();
  expect(blocked.body.missing).toEqual(["billingDetails.address", "billingDetails.vatId"]);
  expect(blocked.body.invoices).toEqual([]);
  expect((await call("GET", `${path}/invoices`)).body.data).toEqual([]);

  const patch = (body: object, headers: Record<string, string> = {}) =>
    call("PATCH", `${path}/billing-details`, { body, headers });
  const tag = { "if-match": blocked.headers.get("etag") ?? "" };
  expect((await patch({ address: berlin })).body.code).toBe("precondition_required");
  expect((await patch({ address: berlin }, { "if-match": '"other"' })).body.code).toBe("precondition_failed");
  expect((await patch({ vatId: "DE12", address: berlin }, tag)).body.errors).toMatchObject([
    { pointer: "/vatId" },
  ]);
  expect((await patch({}, tag)).status).toBe(400);
  expect((await patch({ address: { ...berlin, countryCode: "XX" } }, tag)).status).toBe(400);
  const stranger = await on.api.newClient("stranger");
  const foreign = await call("PATCH", `${path}/billing-details`, {
    body: { address: berlin },
    headers: tag,
    key: stranger.key,
  });
  expect(foreign.body.code).toBe("order_not_found");

  // Half of it: tried again at once, and blocked by the other half.
  expect((await patch({ address: berlin }, tag)).body.invoiceStatus).toBe("pending");
  const still = await whenBlocked();
  expect(still.body.missing).toEqual(["billingDetails.vatId"]);
  const completed = await patch({ vatId: "DE123456789" }, { "if-match": still.headers.get("etag") ?? "" });
  expect(completed.body).toMatchObject({
    invoiceStatus: "pending",
    billing: { address: berlin, vatId: "DE123456789" },
  });
  const order = await waitFor("the invoice", async () => {
    const { body } = await call("GET", path);
    return body.invoices[0]?.deliveryState === "sent" && body;
  });
  const { invoice, text } = await invoiceOf(order);
  expect(invoice.buyer).toMatchObject({ address: berlin, vatId: "DE123456789" });
  expect(text).toContain("Torstraße 1");
  expect((await patch({ name: "Else" }, { "if-match": "*" })).body.code).toBe("order_already_invoiced");
  expect((await call("GET", `/api/customers/${customerId}`)).body).toMatchObject({
    address: null,
    vatId: null,
  });
  const events = (await call("GET", `${path}/timeline?limit=100`)).body.data.map(
    ({ type }: { type: string }) => type,
  );
  expect(events.filter((type: string) => type === "invoice.blocked")).toHaveLength(2);
  expect(events.filter((type: string) => type === "invoice.issued")).toHaveLength(1);
});

test("a return that comes before the invoice gets its credit note after it; a cancellation leaves nothing to do", async () => {
  const customerId = await customer({});
  const productId = await product({ currency: "EUR" });
  const place = async () =>
    (await call("POST", "/api/orders", { body: { customerId, items: [{ productId, quantity: 3 }] } })).body
      .orderId;
  const [returned, cancelled] = [await place(), await place()];
  const giveBack = (orderId: string) =>
    call("POST", `/api/orders/${orderId}/returns`, {
      body: { reason: "Too many", restock: false, lines: [{ lineNumber: 1, quantity: 2 }] },
    });
  const blocked = (orderId: string) =>
    waitFor("the order to be blocked", async () => {
      const reply = await call("GET", `/api/orders/${orderId}`);
      return reply.body.invoiceStatus === "blocked" && reply;
    });
  await Promise.all([returned, cancelled].map(blocked));
  expect((await giveBack(returned)).status).toBe(201);
  expect((await giveBack(cancelled)).status).toBe(201);
  expect(
    (await call("POST", `/api/orders/${cancelled}/cancel`, { body: { reason: "No" } })).body.invoiceStatus,
  ).toBe("not_required");
  const late = await call("PATCH", `/api/orders/${cancelled}/billing-details`, {
    body: { address: berlin },
    headers: { "if-match": "*" },
  });
  expect(late.body.code).toBe("order_needs_no_invoice");
  await call("PATCH", `/api/orders/${returned}/billing-details`, {
    body: { address: berlin },
    headers: { "if-match": (await blocked(returned)).headers.get("etag") ?? "" },
  });
  const invoices = await waitFor("invoice and credit note", async () => {
    const { body } = await call("GET", `/api/orders/${returned}/invoices`);
    return body.data.length === 2 && body.data;
  });
  expect(invoices).toMatchObject([
    { kind: "invoice", state: "partially_credited", total: 33 },
    { kind: "credit_note", originalNumber: invoices[0].number, total: 22 },
  ]);
  expect((await call("GET", `/api/orders/${cancelled}/invoices`)).body.data).toEqual([]);
});

test("a credit note for a customer whose data was erased is kept, and sent to nobody", async () => {
  const customerId = await customer({ address: berlin });
  const productId = await product({ currency: "EUR" });
  const order = await invoiced(on, { customerId, items: [{ productId, quantity: 1 }] });
  const { number } = (await invoiceOf(order)).invoice;
  expect((await call("POST", `/api/customers/${customerId}/erase`)).status).toBeLessThan(300);
  const { creditNoteNumber } = await settled(
    on,
    await call("POST", `/api/invoices/${number}/credit-notes`, { body: { reason: "Back" } }),
  );
  const note = await waitFor("the credit note's PDF", async () => {
    const { body } = await call("GET", `/api/invoices/${creditNoteNumber}`);
    return body.documents[0]?.storedAt && body;
  });
  expect(note.deliveries).toEqual([]);
  expect(await textOf(creditNoteNumber)).toContain("Käthe Müller GmbH");
  const resend = (body: object) => call("POST", `/api/invoices/${number}/deliveries`, { body });
  expect((await resend({ reason: "x" })).body.code).toBe("customer_erased");
  expect((await settled(on, await resend({ reason: "x", to: "heir@example.com" }))).state).toBe("sent");
  const file = `${creditNoteNumber}.pdf`;
  expect(on.ses.taken.filter(({ attachments }) => attachments.has(file))).toEqual([]);
});
