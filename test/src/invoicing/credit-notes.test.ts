import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { takeNumbers } from "@billpost/db/series";
import {
  creditNoteSeries,
  creditNow,
  type InvoicingDatabase,
  issueOne,
  openInvoicingDatabase,
  seedOrder,
  issueOrders,
} from "./factory.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  dropCreditRequests,
  findCreditRequest,
  requestCreditForCancellation,
  requestCreditForReturn,
  requestCreditNote,
  startCreditRequests,
} from "@billpost/db/credit-requests";
import { loadDocumentRequest, requestDocument, takeRevision } from "@billpost/db/document-requests";
import { listLineCredits } from "@billpost/db/invoice-detail";
import { proveSeries } from "@billpost/db/series-proof";

let on: InvoicingDatabase;
beforeAll(async () => {
  on = await openInvoicingDatabase(60);
});
afterAll(() => on.close());

const wish = (orderId: number) => ({ clientId: on.clientId, orderId, reason: "Damaged", actor: "key:test" });

const ask = (invoice: { id: number; orderId: number }, lines?: { lineNumber: number; quantity: number }[]) =>
  on.db.transaction().execute(async (trx) => {
    await trx.selectFrom("orders").select("id").where("id", "=", invoice.orderId).forUpdate().execute();
    return requestCreditNote(trx, { ...wish(invoice.orderId), invoiceId: invoice.id, lines });
  });

const snapshotOf = async (number: string): Promise<InvoiceSnapshot> => {
  const row = await on.db
    .selectFrom("invoices")
    .select("snapshot")
    .where("number", "=", number)
    .executeTakeFirstOrThrow();
  return JSON.parse(row.snapshot) as InvoiceSnapshot;
};

const creditNotesOf = (invoiceId: number) =>
  on.db
    .selectFrom("invoices")
    .select(["number", "gross_minor", "net_minor", "tax_minor"])
    .where("original_invoice_id", "=", invoiceId)
    .orderBy("id")
    .execute();

const insertReturn = async (orderId: number) =>
  (
    await on.db
      .insertInto("order_returns")
      .values({ order_id: orderId, reason: "Too small", restocked: false, actor: "key:test" })
      .returning("id")
      .executeTakeFirstOrThrow()
  ).id;

test("a whole credit note has its own series, names its original and the reason, and leaves nothing to credit", async () => {
  const invoice = await issueOne(on, {
    lines: [
      { quantity: 3 },
      { quantity: 2, unitPriceMinor: 499, priceIncludesTax: true, taxRatePpm: 190_000 },
    ],
    discount: { label: "Welcome", amountMinor: 333 },
  });
  const credited = await creditNow(on.db, invoice.orderId, await ask(invoice));
  expect(credited).toMatchObject({ outcome: "issued", number: expect.stringMatching(/^CN-\d{4}-\d{6}$/) });
  const [original, note] = await Promise.all([
    snapshotOf(invoice.number),
    snapshotOf((credited as { number: string }).number),
  ]);
  expect(note).toEqual({
    ...original,
    kind: "credit_note",
    number: note.number,
    issueDate: note.issueDate,
    original: { number: original.number, issueDate: original.issueDate },
    reason: "Damaged",
  });
  await expect(ask(invoice)).rejects.toMatchObject({
    code: "nothing_left_to_credit",
    data: { remaining: [] },
  });
  const delivery = await on.db
    .selectFrom("deliveries")
    .innerJoin("work_items", "work_items.delivery_id", "deliveries.id")
    .select(["recipient_email", "task"])
    .where("deliveries.order_id", "=", invoice.orderId)
    .orderBy("deliveries.id", "desc")
    .executeTakeFirst();
  expect(delivery).toEqual({ recipient_email: "john.doe@example.com", task: "deliver-invoice" });
  const events = await on.db
    .selectFrom("order_events")
    .select("data")
    .where("order_id", "=", invoice.orderId)
    .where("type", "=", "credit_note.issued")
    .execute();
  expect(events).toEqual([{ data: expect.objectContaining({ number: note.number }) }]);
});

test("lines and quantities are credited in steps that return exactly what was charged", async () => {
  const invoice = await issueOne(on, { lines: [{ quantity: 3, unitPriceMinor: 15 }] });
  for (let step = 0; step < 3; step += 1)
    await creditNow(on.db, invoice.orderId, await ask(invoice, [{ lineNumber: 1, quantity: 1 }]));
  const notes = await creditNotesOf(invoice.id);
  expect(notes).toHaveLength(3);
  expect(notes.reduce((sum, note) => sum + note.tax_minor, 0)).toBe(5);
  expect(notes.reduce((sum, note) => sum + note.gross_minor, 0)).toBe(50);
});

test("more than remains is refused with what remains, counting what is only asked for", async () => {
  const invoice = await issueOne(on, { lines: [{ quantity: 5 }, { quantity: 1 }] });
  await ask(invoice, [{ lineNumber: 1, quantity: 3 }]);
  await expect(ask(invoice, [{ lineNumber: 1, quantity: 3 }])).rejects.toMatchObject({
    code: "more_than_remains",
    data: {
      remaining: [
        { lineNumber: 1, quantity: 2 },
        { lineNumber: 2, quantity: 1 },
      ],
    },
  });
  // The same line twice counts as the sum.
  await expect(
    ask(invoice, [
      { lineNumber: 1, quantity: 1 },
      { lineNumber: 1, quantity: 2 },
    ]),
  ).rejects.toMatchObject({ code: "more_than_remains" });
  await expect(ask(invoice, [{ lineNumber: 9, quantity: 1 }])).rejects.toMatchObject({
    code: "unknown_invoice_line",
  });
});

test("50 parallel requests for parts of one invoice credit exactly what there was", async () => {
  const invoice = await issueOne(on, { lines: [{ quantity: 20, unitPriceMinor: 333 }] });
  const attempts = await Promise.allSettled(
    Array.from({ length: 50 }, async () =>
      creditNow(on.db, invoice.orderId, await ask(invoice, [{ lineNumber: 1, quantity: 1 }])),
    ),
  );
  expect(attempts.filter((attempt) => attempt.status === "fulfilled")).toHaveLength(20);
  const refusals = attempts.filter((attempt) => attempt.status === "rejected");
  for (const { reason } of refusals)
    expect(reason).toMatchObject({
      code: expect.stringMatching(/^(nothing_left_to_credit|more_than_remains)$/),
    });
  const notes = await creditNotesOf(invoice.id);
  expect(notes).toHaveLength(20);
  const original = await snapshotOf(invoice.number);
  expect(notes.reduce((sum, note) => sum + note.gross_minor, 0)).toBe(original.totals.grossMinor);
  expect(new Set(notes.map((note) => note.number)).size).toBe(20);
});

test("the database itself refuses to credit more than was asked for, and to ask for more than there is", async () => {
  const { id } = await issueOne(on, { lines: [{ quantity: 2 }] });
  const set = (values: { requested_quantity?: number; credited_quantity?: number }) =>
    on.db.updateTable("invoice_line_credits").set(values).where("invoice_id", "=", id).execute();
  await expect(set({ requested_quantity: 3 })).rejects.toThrow(/invoice_line_credits_remaining/);
  await expect(set({ credited_quantity: 1 })).rejects.toThrow(/invoice_line_credits_remaining/);
});

test("a cancellation credits what is left after what was credited before, once", async () => {
  const invoice = await issueOne(on, { lines: [{ quantity: 4 }] });
  await creditNow(on.db, invoice.orderId, await ask(invoice, [{ lineNumber: 1, quantity: 1 }]));
  const cancel = () =>
    on.db.transaction().execute((trx) => requestCreditForCancellation(trx, wish(invoice.orderId)));
  const requestId = await cancel();
  await expect(cancel()).rejects.toThrow(/credit_requests_one_cancellation/);
  expect(await creditNow(on.db, invoice.orderId, requestId)).toMatchObject({ outcome: "issued" });
  // A job that runs twice finds it settled.
  expect(await creditNow(on.db, invoice.orderId, requestId)).toEqual({ outcome: "settled" });
  expect(await creditNotesOf(invoice.id)).toHaveLength(2);
  expect(await listLineCredits(on.db, invoice.id)).toEqual([
    { lineNumber: 1, quantity: 4, requestedQuantity: 4, creditedQuantity: 4 },
  ]);
});

test("a return takes at most what nobody else holds, and nothing when nothing is left", async () => {
  const invoice = await issueOne(on, { lines: [{ quantity: 3 }] });
  await ask(invoice, [{ lineNumber: 1, quantity: 2 }]);
  const giveBack = async () => {
    const returnId = await insertReturn(invoice.orderId);
    return on.db.transaction().execute((trx) =>
      requestCreditForReturn(trx, {
        ...wish(invoice.orderId),
        returnId,
        lines: [{ lineNumber: 1, quantity: 3 }],
        numbered: true,
      }),
    );
  };
  const first = await giveBack();
  expect(await creditNow(on.db, invoice.orderId, first)).toMatchObject({ outcome: "issued" });
  expect(await findCreditRequest(on.db, on.clientId, first)).toMatchObject({
    state: "issued",
    lines: [{ lineNumber: 1, quantity: 1 }],
  });
  const second = await giveBack();
  expect(await creditNow(on.db, invoice.orderId, second)).toEqual({ outcome: "nothing_to_credit" });
  expect(await findCreditRequest(on.db, on.clientId, second)).toMatchObject({ state: "nothing_to_credit" });
});

test("a return that came before the invoice waits for it, without a job, and numbering releases it", async () => {
  const orderId = await seedOrder(on, { lines: [{ quantity: 2 }] });
  const returnId = await insertReturn(orderId);
  const id = await on.db.transaction().execute((trx) =>
    requestCreditForReturn(trx, {
      ...wish(orderId),
      returnId,
      lines: [{ lineNumber: 1, quantity: 1 }],
      numbered: false,
    }),
  );
  const jobs = () =>
    on.db
      .selectFrom("work_items")
      .select("id")
      .where("order_id", "=", orderId)
      .where("task", "=", "issue-credit-note")
      .execute();
  expect(await jobs()).toHaveLength(0);
  await issueOrders(on.db, [orderId]);
  expect(await jobs()).toHaveLength(1);
  await on.db.transaction().execute((trx) => startCreditRequests(trx, [orderId]));
  expect(await jobs()).toHaveLength(1);
  expect(await creditNow(on.db, orderId, id)).toMatchObject({ outcome: "issued" });
});

test("an order that is cancelled before numbering drops what waited for its invoice", async () => {
  const orderId = await seedOrder(on);
  const returnId = await insertReturn(orderId);
  const id = await on.db.transaction().execute(async (trx) => {
    const request = await requestCreditForReturn(trx, {
      ...wish(orderId),
      returnId,
      lines: [{ lineNumber: 1, quantity: 1 }],
      numbered: false,
    });
    await dropCreditRequests(trx, orderId);
    return request;
  });
  expect(await findCreditRequest(on.db, on.clientId, id)).toMatchObject({ state: "nothing_to_credit" });
});

test("a credit note is never dated before the invoice it corrects", async () => {
  const invoice = await issueOne(on);
  const { issueDate } = await snapshotOf(invoice.number);
  const later = `${Number(issueDate.slice(0, 4)) + 1}-03-01`;
  // An invoice that was dated by a clock that ran ahead.
  await expect(
    on.db.transaction().execute(async (trx) => {
      const taken = await takeNumbers(trx, creditNoteSeries, 1, later);
      expect(taken).toMatchObject({ issueDate: later, year: Number(later.slice(0, 4)), first: 1 });
      throw new Error("rolled back");
    }),
  ).rejects.toThrow("rolled back");
});

test("credit notes are gapless too, whatever was refused", async () => {
  const proofs = await proveSeries(on.db);
  expect(proofs.map(({ kind, gapless }) => ({ kind, gapless }))).toEqual([
    { kind: "invoice", gapless: true },
    { kind: "credit_note", gapless: true },
  ]);
});

test("revision 1 is kept for the invoice's own delivery", async () => {
  const invoice = await issueOne(on);
  const request = await on.db.transaction().execute((trx) =>
    requestDocument(trx, {
      clientId: on.clientId,
      orderId: invoice.orderId,
      invoiceId: invoice.id,
      locale: "de",
      actor: "key:test",
    }),
  );
  const loaded = await loadDocumentRequest(on.db, request);
  if (!loaded) throw new Error("no request");
  expect(await on.db.transaction().execute((trx) => takeRevision(trx, loaded))).toBe(2);
});
