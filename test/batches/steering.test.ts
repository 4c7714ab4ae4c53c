import { sql } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startApi, type TestApi } from "../../apps/api/test/api.ts";
import { seedSentInvoices } from "../src/batch-history.ts";
import { askForBatch, batchWhen, itemsOf } from "../src/batches.ts";
import { createTestDatabase } from "../src/database.ts";
import { type FaultyS3, startFaultyS3 } from "../src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "../src/faulty-ses.ts";
import { seedOrder } from "../src/invoicing/factory.ts";
import { waitFor } from "../src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "../src/worker-process.ts";

vi.setConfig({ testTimeout: 90_000 });

let api: TestApi;
let s3: FaultyS3;
let ses: FaultySes;
let worker: WorkerProcess;
beforeAll(async () => {
  const database = await createTestDatabase();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  api = await startApi({ database });
  worker = await startWorkerProcess({ databaseUrl: database.url, s3, ses });
}, 90_000);
afterAll(async () => {
  worker.kill("SIGKILL");
  await worker.exited;
  await api.close();
  await Promise.all([s3.stop(), ses.stop()]);
});

const call: TestApi["call"] = (...args) => api.call(...args);
const sent = (count: number) =>
  seedSentInvoices(
    { db: api.db, clientId: 1, customerId: 1 },
    count,
    (key, bytes) => void s3.objects.set(key, bytes),
  );
const resend = (numbers: readonly string[], more: object = {}) =>
  askForBatch(call, {
    kind: "resend",
    externalRef: crypto.randomUUID(),
    selection: { invoiceNumbers: numbers },
    samples: 0,
    autoStart: true,
    ...more,
  });

test("one failed item never stops the rest; retry-failed runs it again, and only it", async () => {
  const numbers = await sent(12);
  const before = ses.taken.length;
  ses.next("reject");
  const { id } = await resend(numbers);
  const done = await batchWhen(call, id, ["done"]);
  expect(done.counts).toMatchObject({ total: 12, done: 11, failed: 1 });
  expect((await itemsOf(api, id)).filter(({ outcome }) => outcome === "failed")).toMatchObject([
    { reason: "mail_failed", deliveryState: "failed", detail: expect.stringMatching(/\S/) as string },
  ]);
  expect((await call("POST", `/api/batches/${id}/retry-failed`, { body: {} })).body.state).toBe("running");
  const again = await batchWhen(call, id, ["done"]);
  expect(again.counts).toMatchObject({ done: 12, failed: 0 });
  expect(ses.taken.length - before).toBe(12);
});

test("when a canary fails the rest waits, and nobody else got anything", async () => {
  const numbers = await sent(8);
  const before = ses.taken.length;
  ses.next("reject");
  const { id } = await resend(numbers, { canary: 2 });
  const paused = await batchWhen(call, id, ["paused"]);
  expect(paused).toMatchObject({ pauseReason: "canary_failed", counts: { waiting: 6, done: 1, failed: 1 } });
  expect(ses.taken.length - before).toBe(1);
  await call("POST", `/api/batches/${id}/resume`, { body: { reason: "It was the provider" } });
  expect((await batchWhen(call, id, ["done"])).counts).toMatchObject({ done: 7, failed: 1 });
});

test("a rate of failures pauses the batch, and what no worker has begun waits again", async () => {
  const numbers = await sent(40);
  const before = ses.taken.length;
  ses.next(...Array.from({ length: 12 }, () => "reject" as const));
  ses.usually("hold");
  const { id } = await resend(numbers, { stopAtFailureRate: 0.5 });
  await waitFor("a pause", async () => (await call("GET", `/api/batches/${id}`)).body.state === "paused");
  ses.usually("accept");
  ses.release();
  const paused = await batchWhen(call, id, ["paused"]);
  expect(paused).toMatchObject({ pauseReason: "failure_rate", counts: { failed: 12 } });
  const { waiting, done } = paused.counts;
  expect(waiting + done).toBe(28);
  // What the worker had begun: at most one for each of its places.
  expect(done).toBeLessThanOrEqual(8);
  expect(ses.taken.length - before).toBe(done);
  await call("POST", `/api/batches/${id}/resume`, { body: {} });
  expect((await batchWhen(call, id, ["done"])).counts).toMatchObject({ done: 28, failed: 12 });
});

test("where every item has been begun there is nothing to pause, and the batch comes to its end", async () => {
  const numbers = await sent(12);
  ses.next(...Array.from({ length: 10 }, () => "reject" as const), "hold", "hold");
  const { id } = await resend(numbers, { stopAtFailureRate: 0.5 });
  const failed = async () => {
    const { body } = await call("GET", `/api/batches/${id}`);
    return body.counts.failed === 10 && body;
  };
  expect((await waitFor("ten failures", failed)).state).toBe("running");
  ses.release();
  expect((await batchWhen(call, id, ["done"])).counts).toMatchObject({ done: 2, failed: 10 });
});

test("an address that gets no mail is skipped with its reason, and a customer's new address is used when asked", async () => {
  const numbers = await sent(1);
  await sql`insert into suppressed_addresses (address_sha256, address, reason)
    values (encode(sha256('john.doe@example.com'), 'hex'), 'john.doe@example.com', 'hard_bounce')`.execute(
    api.db,
  );
  const stopped = await batchWhen(call, (await resend(numbers)).id, ["done"]);
  expect(stopped).toMatchObject({
    counts: { skipped: 1 },
    plan: { skipped: { address_suppressed: 1 }, emails: 0 },
  });
  await sql`update customers set email = 'new@example.com' where id = 1`.execute(api.db);
  const { id } = await resend(numbers, { recipient: "customer" });
  expect((await batchWhen(call, id, ["done"])).counts.done).toBe(1);
  expect(ses.taken.at(-1)?.destinations).toEqual(["new@example.com"]);
  await sql`update suppressed_addresses set cleared_at = now()`.execute(api.db);
});

test("a filter without conditions selects everything; what is corrected before its turn is not sent again", async () => {
  const [corrected = "", other = ""] = await sent(2);
  const all = await resend([], { selection: { filter: {} }, autoStart: false });
  const planned = await batchWhen(call, all.id, ["planned"]);
  const { rows } = await sql<{ count: number }>`
    select count(*) from invoices where client_id = 1 and kind = 'invoice'`.execute(api.db);
  expect(planned.counts.total).toBe(rows[0]?.count);
  const correction = await resend([corrected], {
    kind: "reissue",
    billingDetails: { vatId: "DE136695976" },
  });
  await batchWhen(call, correction.id, ["done"]);
  const before = ses.taken.length;
  await call("POST", `/api/batches/${all.id}/start`, { body: {} });
  const { counts } = await batchWhen(call, all.id, ["done"], 60_000);
  const items = await itemsOf(api, all.id);
  const outcomeOf = (number: string) =>
    items.find(({ invoiceNumber }) => invoiceNumber === number)?.reason as string;
  expect([outcomeOf(corrected), outcomeOf(other)]).toEqual(["changed_since_plan", "sent"]);
  expect(ses.taken.length - before).toBe(counts.done);
});

test("a filter that selects nothing is planned and done at once; an unknown number refuses all; nonsense is named", async () => {
  const none = await resend([], { selection: { filter: { from: "2001-01-01", to: "2001-01-02" } } });
  expect((await batchWhen(call, none.id, ["done"])).counts.total).toBe(0);
  const unknown = await call("POST", "/api/batches", {
    body: {
      kind: "resend",
      externalRef: "unknown",
      reason: "x",
      selection: { invoiceNumbers: ["INV-1999-000001"] },
    },
  });
  expect(unknown).toMatchObject({
    status: 422,
    body: { code: "unknown_selection", unknown: ["INV-1999-000001"] },
  });
  const wrong = await call("POST", "/api/batches", {
    body: {
      kind: "reissue",
      reason: "x",
      selection: { filter: { from: "2026-02-01", to: "2026-01-01" }, orderIds: ["ORD-1"] },
      only: "bounced",
      corrections: [{ match: {}, set: { taxRatePercent: 7 } }],
    },
  });
  expect(wrong.status).toBe(400);
  expect(wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    "/selection",
    "/externalRef",
    "/only",
    "/selection/filter/to",
    "/corrections/0/match",
    "/corrections/0/keep",
  ]);
  expect((await call("POST", `/api/batches/${none.id}/pause`, { body: {} })).body).toMatchObject({
    code: "batch_state_conflict",
    state: "done",
  });
});

test("orders that are invoiced elsewhere get an invoice when a batch selects them, dated that day", async () => {
  const orderId = await seedOrder(
    { db: api.db, clientId: 1, customerId: 1 } as Parameters<typeof seedOrder>[0],
    { lines: [{ quantity: 1 }] },
  );
  await sql`update orders set invoicing = 'external', invoice_status = 'external', external_ref = '=cmd',
    created_at = '2020-05-05', supply_date = '2020-05-05' where id = ${orderId}`.execute(api.db);
  const { id } = await askForBatch(call, {
    kind: "issue",
    externalRef: "imported",
    selection: { filter: { invoiceStatus: "external" } },
    samples: 1,
    autoStart: true,
  });
  const done = await batchWhen(call, id, ["done"]);
  expect(done).toMatchObject({ counts: { total: 1, done: 1 }, plan: { amounts: [{ newTotal: 11 }] } });
  const [item] = await itemsOf(api, id);
  const invoice = (await call("GET", `/api/invoices/${item.newInvoiceNumber}`)).body;
  expect(invoice).toMatchObject({ supplyDate: "2020-05-05", deliveryState: "sent" });
  expect(invoice.issueDate > "2026-01-01").toBe(true);
  const csv = await call("GET", `/api/batches/${id}/items.csv`);
  expect(csv.text).toContain(`,'=cmd,done,sent,`);
});

const importOrders = async (count: number): Promise<string[]> => {
  const tag = crypto.randomUUID();
  const items = [{ productId: 1, quantity: 3, unitPrice: 10, taxRatePercent: 10 }];
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      externalRef: `${tag}-${index}`,
      orderedAt: "2020-05-05T10:00:00Z",
      customerId: 1,
      items,
    }),
  );
  const reply = await fetch(`${api.url}/api/orders/import`, {
    method: "POST",
    headers: {
      authorization: "Bearer bp_local_development_key",
      "content-type": "application/x-ndjson",
    },
    body: lines.join("\n"),
  });
  const results = (await reply.text()).trim().split("\n");
  return results.slice(0, count).map((line) => JSON.parse(line).orderId);
};

test("of an imported order only what has not come back is invoiced, and what came back whole or was cancelled is skipped", async () => {
  const orders = await importOrders(4);
  const [partly = "", whole = "", cancelled = "", later = ""] = orders;
  const back = (orderId: string, quantity: number) =>
    call("POST", `/api/orders/${orderId}/returns`, {
      body: { lines: [{ lineNumber: 1, quantity }], reason: "Broken", restock: false },
    });
  expect((await back(partly, 1)).status).toBe(201);
  expect((await back(whole, 1)).status).toBe(201);
  expect((await back(whole, 2)).status).toBe(201);
  await call("POST", `/api/orders/${cancelled}/cancel`, { body: { reason: "Never came" } });
  const { id } = await askForBatch(call, {
    kind: "issue",
    externalRef: "imported-and-returned",
    selection: { orderIds: orders },
    samples: 0,
  });
  const planned = await batchWhen(call, id, ["planned"]);
  expect(planned.plan).toMatchObject({
    items: 2,
    skipped: { order_returned: 1, order_cancelled: 1 },
    amounts: [{ items: 2, newTotal: 55 }],
  });
  expect((await back(later, 1)).status).toBe(201);
  await call("POST", `/api/batches/${id}/start`, { body: {} });
  await batchWhen(call, id, ["done"]);
  const items = await itemsOf(api, id);
  const fates = items.map(({ orderId, outcome, reason }) => [orderId, [outcome, reason]]);
  expect(Object.fromEntries(fates)).toEqual({
    [partly]: ["done", "sent"],
    [whole]: ["skipped", "order_returned"],
    [cancelled]: ["skipped", "order_cancelled"],
    [later]: ["skipped", "changed_since_plan"],
  });
  const number = items.find(({ orderId }) => orderId === partly).newInvoiceNumber as string;
  const invoice = (await call("GET", `/api/invoices/${number}`)).body;
  expect(invoice).toMatchObject({ subtotal: 20, tax: 2, total: 22, lines: [{ quantity: 2 }] });
  for (const orderId of [whole, cancelled, later])
    expect((await call("GET", `/api/orders/${orderId}`)).body.invoices).toEqual([]);

  // What comes back once there is an invoice is credited on it, and no more than it charges.
  expect((await back(partly, 2)).status).toBe(201);
  await waitFor("the credit note of the rest", async () => {
    const { body } = await call("GET", `/api/invoices/${number}`);
    return body.state === "credited";
  });
  const { rows } = await sql<{ gross: number }>`
    select sum(case i.kind when 'invoice' then gross_minor else -gross_minor end)::bigint as gross
    from invoices i join orders o on o.id = i.order_id where o.order_id = ${partly}`.execute(api.db);
  expect(rows).toEqual([{ gross: 0 }]);
});

test("the events of a batch tell how it goes on, and end with it", async () => {
  const numbers = await sent(3);
  const { id } = await resend(numbers, { autoStart: false });
  await batchWhen(call, id, ["planned"]);
  const stream = await fetch(`${api.url}/api/batches/${id}/events`, {
    headers: { authorization: "Bearer bp_local_development_key" },
  });
  expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream/);
  await call("POST", `/api/batches/${id}/start`, { body: {} });
  const text = await stream.text();
  expect(text).toMatch(/event: progress\ndata: \{.*"state":"planned"/);
  expect(text).toMatch(/"done":3/);
  expect(text.trimEnd().endsWith('event: end\ndata: {"state":"done"}')).toBe(true);
});
