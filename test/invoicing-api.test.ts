import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPdfText } from "@billpost/pdf/pdf-text";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runCli } from "./src/cli.ts";
import { bucket, invoiced, type Running, settled, startAll } from "./src/invoicing/running.ts";
import { waitFor } from "./src/wait-for.ts";
import type { WorkerProcess } from "./src/worker-process.ts";

// Several processes and a browser on whatever else the machine does.
vi.setConfig({ testTimeout: 120_000 });

let on: Running;
beforeAll(async () => {
  on = await startAll();
}, 120_000);
afterAll(() => on.stop());

const call: Running["api"]["call"] = (...args) => on.api.call(...args);
const year = new Date().getUTCFullYear();
const two = { customerId: 1, items: [{ productId: 1, quantity: 2 }] };

const pdfOf = async (number: string, query = ""): Promise<Buffer> => {
  const response = await fetch(`${on.api.url}/api/invoices/${number}/pdf${query}`, {
    headers: { authorization: "Bearer bp_local_development_key" },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/pdf");
  return Buffer.from(await response.arrayBuffer());
};

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const objectsOnDisk = async (): Promise<string[]> =>
  (await readdir(join(on.s3.folder, bucket), { recursive: true })).filter((name) => name.endsWith("_object"));

test("an invoice is read with its lines, taxes, totals, PDF and delivery", async () => {
  const order = await invoiced(on, two);
  const [{ number }] = order.invoices;
  expect(number).toMatch(new RegExp(`^INV-${year}-\\d{6}$`));
  const { status, body, headers } = await call("GET", `/api/invoices/${number}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    number,
    kind: "invoice",
    state: "issued",
    orderId: order.orderId,
    customerId: 1,
    currency: "USD",
    subtotal: 39.98,
    tax: 4,
    rounding: 0,
    total: 43.98,
    deliveryState: "sent",
    seller: { name: "Test Shop", vatId: "FR40303265045" },
    buyer: { name: "John Doe", address: { city: "San Francisco", countryCode: "US" } },
    lines: [
      {
        lineNumber: 1,
        sku: "WID-A-001",
        name: "Widget A",
        quantity: 2,
        unitPrice: 19.99,
        totalPrice: 39.98,
        netPrice: 39.98,
        taxRatePercent: 10,
        creditedQuantity: 0,
        creditableQuantity: 2,
      },
    ],
    taxes: [{ category: "standard", ratePercent: 10, taxable: 39.98, tax: 4 }],
    creditNotes: [],
    documents: [{ revision: 1, locale: "en", pages: 1 }],
    deliveries: [{ type: "issue", to: "john.doe@example.com", state: "sent", revision: 1 }],
  });
  const tag = headers.get("etag") ?? "";
  expect((await call("GET", `/api/invoices/${number}`, { headers: { "if-none-match": tag } })).status).toBe(
    304,
  );
  const ofOrder = await call("GET", `/api/orders/${order.orderId}/invoices`);
  expect(ofOrder.body.data).toMatchObject([{ number, total: 43.98 }]);
  expect((await call("GET", "/api/invoices/INV-2026-999999")).body.code).toBe("invoice_not_found");
  expect((await call("GET", "/api/orders/ORD-2026-999999/invoices")).body.code).toBe("order_not_found");
});

test("the PDF is answered byte for byte, in ranges, and not again to who has it", async () => {
  const order = await invoiced(on, two);
  const [{ number }] = order.invoices;
  const bytes = await pdfOf(number);
  const mail = on.ses.taken.find(({ attachments }) => attachments.has(`${number}.pdf`));
  expect(mail?.attachments.get(`${number}.pdf`)?.equals(bytes)).toBe(true);
  const path = `/api/invoices/${number}/pdf`;
  const tag = `"${sha256(bytes)}"`;
  const get = (headers: Record<string, string>, method = "GET") =>
    fetch(`${on.api.url}${path}`, {
      method,
      headers: { authorization: "Bearer bp_local_development_key", ...headers },
    });
  const head = await get({}, "HEAD");
  expect(head.headers.get("content-length")).toBe(String(bytes.length));
  expect(head.headers.get("etag")).toBe(tag);
  expect(head.headers.get("content-disposition")).toBe(`inline; filename="${number}.pdf"`);
  expect((await get({ "if-none-match": tag })).status).toBe(304);

  for (const [range, first, last] of [
    ["bytes=0-99", 0, 99],
    ["bytes=100-", 100, bytes.length - 1],
    ["bytes=-50", bytes.length - 50, bytes.length - 1],
    ["bytes=5-99999999", 5, bytes.length - 1],
  ] as const) {
    const part = await get({ range });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes ${first}-${last}/${bytes.length}`);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(first, last + 1))).toBe(true);
  }
  const outside = await get({ range: `bytes=${bytes.length}-` });
  expect(outside.status).toBe(416);
  expect(outside.headers.get("content-range")).toBe(`bytes */${bytes.length}`);
  expect(await outside.json()).toMatchObject({ code: "range_not_satisfiable" });
  // Not understood, several ranges, or of another version: the whole.
  for (const headers of [
    { range: "lines=1-2" },
    { range: "bytes=0-1,5-6" },
    { range: "bytes=9-3" },
    { range: "bytes=0-9", "if-range": '"other"' },
  ]) {
    const whole = await get(headers);
    expect(whole.status).toBe(200);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
  }
  expect((await get({ range: "bytes=0-9", "if-range": tag })).status).toBe(206);
  expect((await call("GET", `${path}?revision=7`)).body.code).toBe("document_not_found");
});

test("a link opens without a key, ends within five minutes, and is in no log", async () => {
  const order = await invoiced(on, two);
  const [{ number }] = order.invoices;
  const { body, headers } = await call("GET", `/api/invoices/${number}/pdf?link=true`);
  expect(headers.get("cache-control")).toBe("no-store");
  const url = new URL(body.url);
  expect(url.origin).toBe(on.s3.endpoint);
  expect(Number(url.searchParams.get("X-Amz-Expires"))).toBeLessThanOrEqual(300);
  expect(Date.parse(body.expiresAt) - Date.now()).toBeLessThanOrEqual(300_000);
  const opened = await fetch(url);
  expect(sha256(Buffer.from(await opened.arrayBuffer()))).toBe(sha256(await pdfOf(number)));
  expect(on.apiLog.filter((line) => line.includes("/pdf"))).not.toHaveLength(0);
  expect(on.apiLog.join("")).not.toMatch(/X-Amz|Signature/i);
});

test("what belongs to another client is not there, and a key needs the scope", async () => {
  const order = await invoiced(on, two);
  const [{ number }] = order.invoices;
  const stranger = await on.api.newClient(`stranger-${number.toLowerCase()}`);
  const reader = await on.api.keyOf(1, ["invoices:read"]);
  const orders = await on.api.keyOf(1, ["orders:write"]);
  for (const [method, path, body] of [
    ["GET", `/api/invoices/${number}`],
    ["GET", `/api/invoices/${number}/pdf`],
    ["GET", `/api/invoices/${number}/pdf?link=true`],
    ["GET", `/api/invoices/${number}/documents`],
    ["GET", `/api/invoices/${number}/deliveries`],
    ["POST", `/api/invoices/${number}/credit-notes`, { reason: "x" }],
    ["POST", `/api/invoices/${number}/documents`, {}],
    ["POST", `/api/invoices/${number}/deliveries`, { reason: "x" }],
    ["POST", `/api/invoices/${number}/verifications`],
  ] as const) {
    const refused = await call(method, path, { key: stranger.key, ...(body ? { body } : {}) });
    expect([path, refused.status, refused.body.code]).toEqual([path, 404, "invoice_not_found"]);
    const unscoped = await call(method, path, { key: orders, ...(body ? { body } : {}) });
    expect([path, unscoped.status, unscoped.body.code]).toEqual([path, 403, "scope_missing"]);
  }
  expect((await call("GET", "/api/invoices", { key: stranger.key })).body.data).toEqual([]);
  expect((await call("GET", `/api/invoices/${number}`, { key: reader })).status).toBe(200);
  const writing = await call("POST", `/api/invoices/${number}/credit-notes`, {
    key: reader,
    body: { reason: "x" },
  });
  expect(writing.body.code).toBe("scope_missing");
  expect((await call("GET", "/api/invoice-series", { key: reader })).body.code).toBe("scope_missing");
});

test("a part is credited: numbered in its own series, named after its original, rendered and sent", async () => {
  const order = await invoiced(on, { customerId: 1, items: [{ productId: 1, quantity: 3 }] });
  const [{ number }] = order.invoices;
  const accepted = await call("POST", `/api/invoices/${number}/credit-notes`, {
    body: { reason: "Scratched", lines: [{ lineNumber: 1, quantity: 1 }] },
    headers: { "idempotency-key": `credit-${number}` },
  });
  expect(accepted.body).toMatchObject({
    state: "pending",
    source: "request",
    invoiceNumber: number,
    lines: [{ lineNumber: 1, quantity: 1 }],
  });
  const again = await call("POST", `/api/invoices/${number}/credit-notes`, {
    body: { reason: "Scratched", lines: [{ lineNumber: 1, quantity: 1 }] },
    headers: { "idempotency-key": `credit-${number}` },
  });
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(again.body.id).toBe(accepted.body.id);
  const { creditNoteNumber, state } = await settled(on, accepted);
  expect(state).toBe("issued");
  expect(creditNoteNumber).toMatch(new RegExp(`^CN-${year}-\\d{6}$`));
  await waitFor("the credit note's email", () =>
    on.ses.taken.some(({ attachments }) => attachments.has(`${creditNoteNumber}.pdf`)),
  );
  const note = (await call("GET", `/api/invoices/${creditNoteNumber}`)).body;
  expect(note).toMatchObject({
    kind: "credit_note",
    state: "issued",
    originalNumber: number,
    original: { number },
    reason: "Scratched",
    subtotal: 19.99,
    tax: 2,
    total: 21.99,
    lines: [{ lineNumber: 1, quantity: 1 }],
  });
  const text = (await readPdfText(await pdfOf(creditNoteNumber))).replaceAll(/\s+/g, " ");
  for (const shown of [creditNoteNumber, number, "Scratched", "Credit note", "21.99"])
    expect(text.toLowerCase()).toContain(shown.toLowerCase());
  const original = (await call("GET", `/api/invoices/${number}`)).body;
  expect(original).toMatchObject({
    state: "partially_credited",
    creditNotes: [{ number: creditNoteNumber, total: 21.99 }],
    lines: [{ creditedQuantity: 1, creditableQuantity: 2 }],
  });
  const tooMany = await call("POST", `/api/invoices/${number}/credit-notes`, {
    body: { reason: "x", lines: [{ lineNumber: 1, quantity: 3 }] },
  });
  expect(tooMany.status).toBe(409);
  expect(tooMany.body).toMatchObject({
    code: "more_than_remains",
    remaining: [{ lineNumber: 1, quantity: 2 }],
  });
  const rest = await settled(
    on,
    await call("POST", `/api/invoices/${number}/credit-notes`, { body: { reason: "Rest" } }),
  );
  expect(rest.state).toBe("issued");
  expect((await call("GET", `/api/invoices/${number}`)).body.state).toBe("credited");
  expect(
    (await call("POST", `/api/invoices/${number}/credit-notes`, { body: { reason: "x" } })).body.code,
  ).toBe("nothing_left_to_credit");
  const onNote = await call("POST", `/api/invoices/${creditNoteNumber}/credit-notes`, {
    body: { reason: "x" },
  });
  expect(onNote.body.code).toBe("credit_note_not_creditable");
  expect(
    (
      await call("POST", `/api/invoices/${number}/credit-notes`, {
        body: { reason: "x", lines: [{ lineNumber: 4, quantity: 1 }] },
      })
    ).body.code,
  ).toBe("nothing_left_to_credit");
  const timeline = (await call("GET", `/api/orders/${order.orderId}/timeline?limit=100`)).body.data;
  expect(timeline.filter(({ type }: { type: string }) => type === "credit_note.issued")).toHaveLength(2);
});

test("50 parallel requests by the API credit no more than there was", async () => {
  const order = await invoiced(on, { customerId: 1, items: [{ productId: 2, quantity: 10 }] });
  const [{ number }] = order.invoices;
  const replies = await Promise.all(
    Array.from({ length: 50 }, () =>
      call("POST", `/api/invoices/${number}/credit-notes`, {
        body: { reason: "Together", lines: [{ lineNumber: 1, quantity: 1 }] },
      }),
    ),
  );
  const accepted = replies.filter(({ status }) => status === 202);
  expect(accepted).toHaveLength(10);
  expect(replies.filter(({ status }) => status === 409)).toHaveLength(40);
  await Promise.all(accepted.map((reply) => settled(on, reply)));
  const invoice = (await call("GET", `/api/invoices/${number}`)).body;
  expect(invoice.state).toBe("credited");
  const back = invoice.creditNotes.reduce(
    (sum: number, note: { total: number }) => sum + Math.round(note.total * 100),
    0,
  );
  expect(back).toBe(Math.round(invoice.total * 100));
});

test("cancelling an invoiced order, and returning a part of one, make their credit notes by themselves", async () => {
  const order = await invoiced(on, { customerId: 1, items: [{ productId: 1, quantity: 3 }] });
  const [{ number }] = order.invoices;
  const returned = await call("POST", `/api/orders/${order.orderId}/returns`, {
    body: { reason: "Too many", restock: true, lines: [{ lineNumber: 1, quantity: 1 }] },
  });
  expect(returned.status).toBe(201);
  await waitFor("the return's credit note", async () => {
    const { body } = await call("GET", `/api/invoices/${number}`);
    return body.creditNotes.length === 1 && body.state === "partially_credited";
  });
  expect(
    (await call("POST", `/api/orders/${order.orderId}/cancel`, { body: { reason: "Changed mind" } })).status,
  ).toBe(200);
  const invoice = await waitFor("the cancellation's credit note", async () => {
    const { body } = await call("GET", `/api/invoices/${number}`);
    return body.state === "credited" && body;
  });
  expect(invoice.creditNotes.map(({ total }: { total: number }) => total)).toEqual([21.99, 43.98]);
  expect(invoice.creditRequests.map(({ source }: { source: string }) => source)).toEqual([
    "return",
    "cancellation",
  ]);
});

test("a PDF is made again in another language as a new revision; the first stays and is what is answered", async () => {
  const order = await invoiced(on, two);
  const [{ number }] = order.invoices;
  const original = await pdfOf(number);
  const before = (await call("GET", `/api/invoices/${number}`)).body;
  const made = await settled(
    on,
    await call("POST", `/api/invoices/${number}/documents`, { body: { locale: "de" } }),
  );
  expect(made).toMatchObject({ state: "stored", revision: 2, locale: "de" });
  const german = await readPdfText(await pdfOf(number, "?revision=2"));
  expect(german).toContain("Rechnung");
  expect((await pdfOf(number)).equals(original)).toBe(true);
  const same = await settled(on, await call("POST", `/api/invoices/${number}/documents`, { body: {} }));
  expect(same).toMatchObject({ state: "stored", revision: 3, locale: "en" });
  // The same content, template and Chrome give the same bytes.
  expect((await pdfOf(number, "?revision=3")).equals(original)).toBe(true);
  const after = (await call("GET", `/api/invoices/${number}`)).body;
  expect(after.snapshotSha256).toBe(before.snapshotSha256);
  const listed = (await call("GET", `/api/invoices/${number}/documents`)).body.data;
  expect(listed.map(({ revision }: { revision: number }) => revision)).toEqual([1, 2, 3]);
  const unknown = await settled(
    on,
    await call("POST", `/api/invoices/${number}/documents`, { body: { locale: "tlh" } }),
  );
  expect(unknown).toMatchObject({ state: "failed", failure: expect.stringContaining("tlh") });
});

test("the stored PDF is sent again, to the customer or elsewhere, once for each request", async () => {
  const order = await invoiced(on, two);
  const [{ number }] = order.invoices;
  const first = on.ses.taken.length;
  const ask = (body: object, key: string) =>
    call("POST", `/api/invoices/${number}/deliveries`, { body, headers: { "idempotency-key": key } });
  const toCustomer = await ask({ reason: "Lost" }, `a-${number}`);
  expect((await ask({ reason: "Lost" }, `a-${number}`)).headers.get("idempotent-replayed")).toBe("true");
  const elsewhere = await ask({ reason: "For the books", to: "books@example.com" }, `b-${number}`);
  await waitFor("both messages", () => on.ses.taken.length >= first + 2);
  expect((await settled(on, toCustomer)).state).toBe("sent");
  expect((await settled(on, elsewhere)).state).toBe("sent");
  const sent = on.ses.taken.slice(first);
  expect(new Set(sent.map(({ destinations }) => destinations[0]))).toEqual(
    new Set(["books@example.com", "john.doe@example.com"]),
  );
  const bytes = await pdfOf(number);
  for (const { attachments } of sent) expect(attachments.get(`${number}.pdf`)?.equals(bytes)).toBe(true);
  const deliveries = (await call("GET", `/api/invoices/${number}/deliveries`)).body.data;
  expect(deliveries).toMatchObject([
    { type: "issue", reason: null },
    { type: "resend", reason: "Lost", to: "john.doe@example.com" },
    { type: "resend", reason: "For the books", to: "books@example.com" },
  ]);
  expect((await call("GET", `/api/invoices/${number}/documents`)).body.data).toHaveLength(1);
  for (const to of ["a@b.example, c@d.example", "x", '"a b"@c.example\r\nBcc: d@e.example'])
    expect(
      (await call("POST", `/api/invoices/${number}/deliveries`, { body: { reason: "x", to } })).status,
    ).toBe(400);
});

test("a verification compares bytes, and finds a stored PDF that was changed or is gone", async () => {
  const order = await invoiced(on, two);
  const [{ number }] = order.invoices;
  const verify = async () => settled(on, await call("POST", `/api/invoices/${number}/verifications`));
  const fine = await verify();
  expect(fine).toMatchObject({
    state: "finished",
    result: { verified: true, comparedBy: "bytes", revision: 1 },
  });
  const environment = { BILLPOST_URL: on.api.url, BILLPOST_KEY: "bp_local_development_key" };
  const said = await runCli(["invoices", "verify", number], environment);
  expect(said.stdout).toContain(`${number}: verified, compared by bytes`);
  expect(said.code).toBe(0);
  expect((await runCli(["invoices", "verify", "INV-2026-999999"], environment)).code).toBe(1);
  expect(
    fine.result.checks.map(({ check, result }: { check: string; result: string }) => [check, result]),
  ).toEqual([
    ["snapshot_hash", "same"],
    ["snapshot_content", "same"],
    ["stored_object", "same"],
    ["rendering", "same"],
  ]);
  const file = (await objectsOnDisk()).find((name) => name.includes(number));
  const path = join(on.s3.folder, bucket, file ?? "");
  const bytes = await readFile(path);
  const changed = Buffer.from(bytes);
  changed[changed.length - 10] = (changed[changed.length - 10] ?? 0) ^ 1;
  await writeFile(path, changed);
  expect((await verify()).result).toMatchObject({
    verified: false,
    checks: expect.arrayContaining([
      expect.objectContaining({ check: "stored_object", result: "different" }),
    ]),
  });
  const complained = await runCli(["invoices", "verify", number], environment);
  expect(complained.stdout).toContain(`${number}: NOT VERIFIED`);
  expect(complained.stdout).toMatch(/DIFFERENT +stored PDF +the stored PDF does not have the hash/);
  expect(complained.code).toBe(1);
  // Neither is it handed out.
  const damaged = await call("GET", `/api/invoices/${number}/pdf`);
  expect([damaged.status, damaged.body.code]).toEqual([500, "document_damaged"]);
  expect(damaged.headers.get("content-type")).toContain("application/problem+json");
  await rm(path);
  const gone = (await verify()).result;
  expect(gone).toMatchObject({ verified: false, comparedBy: "nothing" });
  expect(gone.checks[2].message).toContain("is gone");
  const missing = await call("GET", `/api/invoices/${number}/pdf`);
  expect([missing.status, missing.body.code]).toEqual([503, "storage_unavailable"]);
});

test("another template is compared by text, and the differing lines are named", async () => {
  const order = await invoiced(on, two);
  const [{ number }] = order.invoices;
  const verify = async () => settled(on, await call("POST", `/api/invoices/${number}/verifications`));
  const folder = await mkdtemp(join(tmpdir(), "billpost-templates-"));
  await cp("packages/invoice-templates/messages", join(folder, "messages"), { recursive: true });
  const file = join(folder, "messages/en.json");
  const texts = JSON.parse(await readFile(file, "utf8"));
  // Only the accent colour: other bytes, the same words.
  await replaceWorker({ ACCENT_COLOR: "#aa3377" });
  expect((await verify()).result).toMatchObject({ verified: true, comparedBy: "text" });
  // Another word.
  const [key, word] = Object.entries<string>(texts).find(([, text]) => text === "Invoice") ?? [];
  await writeFile(file, JSON.stringify({ ...texts, [key ?? ""]: "Bill of sale" }));
  await replaceWorker({ TEMPLATE_DIR: folder });
  const { result } = await verify();
  expect(result).toMatchObject({ verified: false, comparedBy: "text" });
  expect(result.checks[3].message).toContain("the template");
  expect(result.checks[3].differences).toEqual([
    expect.stringMatching(new RegExp(`^- .*${word}`)),
    expect.stringMatching(/^\+ .*Bill of sale/),
  ]);
  await replaceWorker({});
  await rm(folder, { recursive: true });
});

let latest: WorkerProcess | undefined;
const replaceWorker = async (settings: Record<string, string>) => {
  const before = latest ?? on.worker;
  before.kill("SIGTERM");
  await before.exited;
  latest = await on.startWorker(settings);
};

test("the series are proven gapless at the end of all this", async () => {
  const { body } = await call("GET", "/api/invoice-series?content=true");
  expect(body.data).toMatchObject([
    { kind: "invoice", prefix: "INV", year, gapless: true, firstNumber: 1, missing: 0 },
    { kind: "credit_note", prefix: "CN", year, gapless: true, firstNumber: 1, missing: 0 },
  ]);
  for (const { count, lastNumber } of body.data) expect(count).toBe(lastNumber);
});
