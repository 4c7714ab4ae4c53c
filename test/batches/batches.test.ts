import { readPdfText } from "@billpost/pdf/pdf-text";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { askForBatch, batchWhen, itemsOf } from "../src/batches.ts";
import { invoiced, type Running, startAll } from "../src/invoicing/running.ts";
import { waitFor } from "../src/wait-for.ts";

// Several processes and a browser on whatever else the machine does.
vi.setConfig({ testTimeout: 120_000 });

let on: Running;
let numbers: string[];
beforeAll(async () => {
  on = await startAll();
  const orders = [];
  for (let index = 0; index < 3; index += 1)
    orders.push(await invoiced(on, { customerId: 1, items: [{ productId: 1, quantity: index + 1 }] }));
  numbers = orders.map(({ invoices }) => invoices[0].number as string);
}, 120_000);
afterAll(() => on.stop());

const call: Running["api"]["call"] = (...args) => on.api.call(...args);
const mailsOf = (number: string) =>
  on.ses.taken.filter(({ attachments }) => attachments.has(`${number}.pdf`)).length;

test("a resend is planned, shows what it would do, and then sends each document once more, byte for byte", async () => {
  const before = numbers.map(mailsOf);
  const asked = await askForBatch(call, {
    kind: "resend",
    externalRef: "resend-1",
    selection: { invoiceNumbers: numbers },
    samples: 1,
  });
  expect(asked.state).toBe("planning");
  const planned = await batchWhen(call, asked.id, ["planned"]);
  expect(planned.plan).toMatchObject({ items: 3, skipped: {}, emails: 3 });
  expect(planned.plan.bytes).toBeGreaterThan(3_000);
  expect(planned.plan.samples).toEqual([`/api/batches/${asked.id}/samples/1`]);
  expect(planned.counts).toMatchObject({ total: 3, waiting: 3 });
  const sample = await fetch(`${on.api.url}${planned.plan.samples[0]}`, {
    headers: { authorization: "Bearer bp_local_development_key" },
  });
  const text = await readPdfText(new Uint8Array(await sample.arrayBuffer()));
  expect(text.replaceAll(/\s/g, "")).toContain("SAMPLE");
  expect(text).not.toContain(numbers[0] as string);
  expect(numbers.map(mailsOf)).toEqual(before);

  const started = await call("POST", `/api/batches/${asked.id}/start`, { body: { reason: "Looks right" } });
  expect(started).toMatchObject({ status: 200, body: { state: "running" } });
  const done = await batchWhen(call, asked.id, ["done"]);
  expect(done.counts).toMatchObject({ total: 3, done: 3 });
  expect(numbers.map(mailsOf)).toEqual(before.map((count) => count + 1));
  for (const number of numbers) {
    const sent = on.ses.taken.flatMap(({ attachments }) => {
      const bytes = attachments.get(`${number}.pdf`);
      return bytes ? [bytes] : [];
    });
    expect(sent.every((bytes) => bytes.equals(sent[0] as Buffer))).toBe(true);
  }
  const items = await itemsOf(on.api, asked.id);
  expect(items.map(({ invoiceNumber, outcome, reason }) => [invoiceNumber, outcome, reason])).toEqual(
    numbers.map((number) => [number, "done", "sent"]),
  );
});

test("the same post again answers the same batch, another body under the reference is refused", async () => {
  const body = {
    kind: "resend",
    externalRef: "again-1",
    reason: "A test",
    selection: { invoiceNumbers: numbers.slice(0, 1) },
  };
  const replies = await Promise.all([1, 2, 3].map(() => call("POST", "/api/batches", { body })));
  expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 202]);
  expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
  const other = await call("POST", "/api/batches", { body: { ...body, reason: "Another" } });
  expect(other).toMatchObject({
    status: 409,
    body: { code: "batch_external_ref_taken", batchId: replies[0]?.body.id },
  });
  const stranger = await on.api.newClient("other-shop");
  const theirs = await call("POST", "/api/batches", {
    body: { ...body, selection: { filter: {} } },
    key: stranger.key,
  });
  expect(theirs.status).toBe(202);
  expect((await call("GET", `/api/batches/${replies[0]?.body.id}`, { key: stranger.key })).status).toBe(404);
  const planned = await batchWhen(call, replies[0]?.body.id, ["planned"]);
  expect((await call("POST", `/api/batches/${planned.id}/cancel`, { body: {} })).body.state).toBe(
    "cancelled",
  );
});

test("a new PDF in another language is a new revision, says what changed, and is mailed when asked", async () => {
  const [number = ""] = numbers;
  const before = mailsOf(number);
  const asked = await askForBatch(call, {
    kind: "rerender",
    externalRef: "german",
    selection: { invoiceNumbers: [number] },
    locale: "de",
    mail: true,
    samples: 0,
    autoStart: true,
  });
  const done = await batchWhen(call, asked.id, ["done"]);
  expect(done.counts).toMatchObject({ total: 1, done: 1 });
  const [item] = await itemsOf(on.api, asked.id);
  expect(item).toMatchObject({ outcome: "done", reason: "sent", revision: 2, difference: 0 });
  expect(item.changes.join("\n")).toMatch(/\+ .*Rechnung/);
  expect(mailsOf(number)).toBe(before + 1);
});

test("a wrong rate is corrected by a credit note and a new invoice, brought by one email that states the difference", async () => {
  const order = await invoiced(on, { customerId: 1, items: [{ productId: 1, quantity: 2 }] });
  const [{ number: old }] = order.invoices;
  const asked = await askForBatch(call, {
    kind: "reissue",
    externalRef: "rate-1",
    selection: { orderIds: [order.orderId] },
    corrections: [{ match: { taxRatePercent: 10 }, set: { taxRatePercent: 7 }, keep: "net" }],
    samples: 1,
    autoStart: true,
  });
  const done = await batchWhen(call, asked.id, ["done"]);
  expect(done.counts).toMatchObject({ total: 1, done: 1 });
  expect(done.plan.amounts).toEqual([
    { currency: "USD", items: 1, oldTotal: 43.98, newTotal: 42.78, difference: -1.2 },
  ]);
  const [item] = await itemsOf(on.api, asked.id);
  expect(item).toMatchObject({
    orderId: order.orderId,
    invoiceNumber: old,
    old: { subtotal: 39.98, tax: 4, total: 43.98 },
    new: { subtotal: 39.98, tax: 2.8, total: 42.78 },
    difference: -1.2,
  });
  expect(item.changes.length).toBeGreaterThan(0);
  const mails = on.ses.taken.filter(({ attachments }) => attachments.has(`${item.newInvoiceNumber}.pdf`));
  expect(mails).toHaveLength(1);
  expect([...(mails[0]?.attachments.keys() ?? [])].toSorted()).toEqual(
    [`${item.creditNoteNumber}.pdf`, `${item.newInvoiceNumber}.pdf`].toSorted(),
  );
  // As mail breaks its lines.
  const words = mails[0]?.raw.replaceAll("=\r\n", "");
  expect(words).toContain("The new total is lower: $1.20 will be refunded to you.");
  const invoice = (await call("GET", `/api/invoices/${item.newInvoiceNumber}`)).body;
  expect(invoice).toMatchObject({ state: "issued", total: 42.78 });
  expect((await call("GET", `/api/invoices/${old}`)).body.state).toBe("credited");

  // What comes back later is credited on the invoice that is the present one.
  await call("POST", `/api/orders/${order.orderId}/returns`, {
    body: { lines: [{ lineNumber: 1, quantity: 1 }], reason: "Broken", restock: false },
  });
  await waitFor("the credit note of the return", async () => {
    const { body } = await call("GET", `/api/invoices/${item.newInvoiceNumber}`);
    return body.state === "partially_credited";
  });
});
