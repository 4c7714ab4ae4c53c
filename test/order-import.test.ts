import { request } from "node:http";
import { withClient } from "@billpost/local/database-roles";
import { findOrdersWithoutInvoice } from "@billpost/db/reconciliation-checks";
import { beforeAll, expect, test } from "vitest";
import { developmentKey, footprint, startApi, type TestApi } from "../apps/api/test/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

interface Result {
  readonly line?: number;
  readonly outcome: string;
  readonly externalRef?: string;
  readonly orderId?: string;
  readonly code?: string;
  readonly differences?: readonly { readonly pointer: string }[];
  readonly complete?: boolean;
  readonly [count: string]: unknown;
}

const past = (externalRef: string, more: object = {}) => ({
  externalRef,
  orderedAt: "2024-12-31T23:30:00.250Z",
  customerId: 1,
  items: [{ productId: 1, quantity: 2 }],
  ...more,
});

const send = async (body: string | ReadableStream<Uint8Array>, headers: Record<string, string> = {}) => {
  const response = await fetch(`${api.url}/api/orders/import`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${developmentKey}`,
      "content-type": "application/x-ndjson",
      ...headers,
    },
    body,
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  });
  const text = await response.text();
  return { status: response.status, text };
};

const importLines = async (...lines: readonly (object | string)[]): Promise<Result[]> => {
  const body = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  const { status, text } = await send(body);
  expect(status).toBe(200);
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Result);
};

const orderOf = async (result: Result | undefined) =>
  (await api.call("GET", `/api/orders/${result?.orderId}`)).body;

test("an imported order keeps its date, reference and prices of then, takes no stock and asks for no invoice", async () => {
  const before = await footprint(api.db);
  const [result, summary] = await importLines(
    past("then-1", { items: [{ productId: 1, quantity: 2, unitPrice: 12.5, taxRatePercent: 19 }] }),
  );
  expect(result).toEqual({
    line: 1,
    outcome: "imported",
    externalRef: "then-1",
    orderId: expect.stringMatching(/^ORD-2024-\d{6}$/),
  });
  expect(summary).toMatchObject({ outcome: "summary", complete: true, imported: 1, refused: 0, failed: 0 });
  expect(await orderOf(result)).toMatchObject({
    createdAt: "2024-12-31T23:30:00Z",
    externalRef: "then-1",
    subtotal: 25,
    tax: 4.75,
    total: 29.75,
    invoiceStatus: "external",
    invoices: [],
  });
  const after = await footprint(api.db);
  expect(after).toEqual({
    ...before,
    orders: before["orders"]! + 1,
    lines: before["lines"]! + 1,
    audit: before["audit"]! + 1,
  });
  expect(await findOrdersWithoutInvoice(api.db)).toEqual([]);
  const audit = await api.db
    .selectFrom("audit_events")
    .select("action")
    .where("target_id", "=", result?.orderId ?? "")
    .execute();
  expect(audit).toEqual([{ action: "order.imported" }]);
});

const stock = async () => (await api.call("GET", "/api/products/1")).body.stock as number;

test("stock is taken where a line asks for it, and only that comes back when the order is cancelled", async () => {
  const before = await stock();
  const [taken, left, tooMuch] = await importLines(
    past("stock-1", { takeStock: true }),
    past("stock-2"),
    past("stock-3", { takeStock: true, items: [{ productId: 1, quantity: 900_000 }] }),
  );
  expect(tooMuch).toMatchObject({ outcome: "refused", code: "insufficient_stock" });
  expect(await stock()).toBe(before - 2);
  for (const { orderId } of [taken, left] as Result[])
    await api.call("POST", `/api/orders/${orderId}/cancel`, { body: { reason: "never delivered" } });
  expect(await stock()).toBe(before);
});

test("what is wrong with a line is said of that line, and the lines around it are imported", async () => {
  const results = await importLines(
    past("mixed-1"),
    '{"externalRef": "mixed-2", ',
    "",
    past("mixed-3", { items: [] }),
    past("mixed-4", { customerId: 999_999 }),
    past("mixed-5", { orderedAt: "2999-01-01T00:00:00Z" }),
    past("mixed-6", { surprise: true }),
    `{"externalRef":"mixed-7","pad":"${"x".repeat(300 * 1024)}"}`,
    past("mixed-8", { items: [{ productId: 999_999, quantity: 1 }] }),
    past("mixed-9", { items: [{ productId: 1, quantity: 1, unitPrice: 1.005 }] }),
    "[]",
    past("mixed-10"),
  );
  expect(results.map(({ line, outcome, code }) => [line, outcome, code])).toEqual([
    [1, "imported", undefined],
    [2, "refused", "malformed_json"],
    [4, "refused", "validation_failed"],
    [5, "refused", "unknown_customer"],
    [6, "refused", "validation_failed"],
    [7, "refused", "validation_failed"],
    [8, "refused", "line_too_long"],
    [9, "refused", "unknown_product"],
    [10, "refused", "too_many_decimals"],
    [11, "refused", "validation_failed"],
    [12, "imported", undefined],
    [undefined, "summary", undefined],
  ]);
  expect(results.at(-1)).toMatchObject({ complete: true, imported: 2, refused: 9 });
  expect(results[2]).toMatchObject({ errors: [{ pointer: "/items" }] });
});

test("an import that is run again knows its orders, and names where a line differs from the order of its reference", async () => {
  const line = past("again-1", {
    discounts: [{ label: "Sale", percent: 10 }],
    billingAddress: { line1: "1 Rue", city: "Paris", countryCode: "FR" },
    purchaseOrder: "PO-1",
  });
  const [first, twin] = await importLines(line, line);
  expect(first).toMatchObject({ outcome: "imported" });
  expect(twin).toMatchObject({ outcome: "already_imported", orderId: first?.orderId });
  const before = await footprint(api.db);
  const [same, other] = await importLines(line, {
    ...line,
    customerId: 2,
    orderedAt: "2024-12-30T00:00:00Z",
    items: [{ productId: 1, quantity: 3 }],
    discounts: [{ label: "Sale", percent: 20 }],
    billingAddress: { line1: "2 Rue", city: "Paris", countryCode: "FR" },
  });
  expect(same).toMatchObject({ outcome: "already_imported", orderId: first?.orderId });
  expect(other).toMatchObject({ outcome: "refused", code: "external_ref_taken", orderId: first?.orderId });
  expect(other?.differences?.map(({ pointer }) => pointer)).toEqual([
    "/customerId",
    "/orderedAt",
    "/items/0/quantity",
    "/discounts",
    "/billingAddress/line1",
  ]);
  expect(await footprint(api.db)).toEqual(before);
});

test("a line that the database will not take costs itself alone, and can be sent again", async () => {
  const { ownerUrl } = api.database;
  const alter = (change: string) =>
    withClient(ownerUrl, (owner) => owner.query(`alter table orders ${change}`));
  const lines = ["alone-1", "alone-2", "alone-3"].map((reference) => past(reference));
  await alter("add constraint broken check (external_ref <> 'alone-2') not valid");
  const results = await importLines(...lines);
  expect(results.map(({ outcome, code }) => [outcome, code])).toEqual([
    ["imported", undefined],
    ["failed", "internal_error"],
    ["imported", undefined],
    ["summary", undefined],
  ]);
  expect(results.at(-1)).toMatchObject({ complete: true, imported: 2, failed: 1 });
  await alter("drop constraint broken");
  const again = await importLines(...lines);
  expect(again.map(({ outcome }) => outcome)).toEqual([
    "already_imported",
    "imported",
    "already_imported",
    "summary",
  ]);
});

test("two imports of the same lines at once make each order once", async () => {
  const lines = Array.from({ length: 150 }, (_, index) => past(`twice-${index}`));
  const both = await Promise.all([importLines(...lines), importLines(...lines)]);
  for (const results of both) expect(results.at(-1)).toMatchObject({ complete: true, refused: 0, failed: 0 });
  const made = both.map((results) => Number(results.at(-1)?.["imported"]));
  expect((made[0] ?? 0) + (made[1] ?? 0)).toBe(150);
});

test("of an import that breaks off, what came whole is imported and the rest of a line is not; again, it is completed", async () => {
  const whole = JSON.stringify(past("broken-1"));
  const half = JSON.stringify(past("broken-2"));
  const call = request(`${api.url}/api/orders/import`, {
    method: "POST",
    headers: { authorization: `Bearer ${developmentKey}`, "content-type": "application/x-ndjson" },
  });
  call.on("error", () => {});
  const answer = new Promise<void>((resolve) => {
    call.on("response", (response) => {
      response.on("error", () => {});
      response.once("data", () => resolve());
    });
  });
  call.write(`${whole}\n${half}`);
  await answer;
  call.destroy();
  const [first, second] = await importLines(whole, half);
  expect(first?.outcome).toBe("already_imported");
  expect(second?.outcome).toBe("imported");
});

test("lines are answered as they come, and an import may take longer than a request may take to arrive", async () => {
  const slow = await startApi({ environment: { REQUEST_TIMEOUT_MS: "1000" } });
  const call = request(`${slow.url}/api/orders/import`, {
    method: "POST",
    headers: { authorization: `Bearer ${developmentKey}`, "content-type": "application/x-ndjson" },
  });
  const answers: string[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    call.on("error", reject);
    call.on("response", (response) => {
      response.on("error", reject);
      response.on("data", (piece: Buffer) => answers.push(piece.toString()));
      response.on("end", resolve);
    });
  });
  const started = performance.now();
  let sent = 0;
  // Node looks for late requests once a second.
  while (performance.now() - started < 2_500) {
    sent += 1;
    call.write(`${JSON.stringify(past(`slow-${sent}`))}\n`);
    await expect.poll(() => answers.length, { interval: 5 }).toBe(sent);
  }
  call.end();
  await ended;
  expect(answers.join("")).toContain(`"complete":true,"imported":${sent}`);
  await slow.close();
});

test("a media type that is no JSON Lines is refused, a key without the scope too, and JSON is still all that other routes take", async () => {
  expect((await send("{}", { "content-type": "application/json" })).status).toBe(415);
  const key = await api.keyOf(1, ["orders:read"]);
  expect((await send("", { authorization: `Bearer ${key}` })).status).toBe(403);
  const elsewhere = await api.call("POST", "/api/orders", {
    body: "{}",
    headers: { "content-type": "application/x-ndjson" },
  });
  expect(elsewhere.status).toBe(415);
});

test("ten thousand lines are imported within bounded memory, by a caller that only reads when all is sent", async () => {
  const lines = Number(process.env["IMPORT_LINES"] ?? 2_000);
  let highest = 0;
  const base = process.memoryUsage().heapUsed;
  const watch = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage().heapUsed - base);
  }, 50);
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const some = Array.from({ length: Math.min(100, lines - next) }, () =>
        JSON.stringify(past(`many-${next++}`)),
      );
      controller.enqueue(new TextEncoder().encode(`${some.join("\n")}\n`));
      if (next >= lines) controller.close();
    },
  });
  const { text } = await send(body);
  clearInterval(watch);
  expect(text.trim().split("\n")).toHaveLength(lines + 1);
  expect(text).toContain(`"complete":true,"imported":${lines}`);
  expect(highest / 1e6).toBeLessThan(150);
}, 120_000);
