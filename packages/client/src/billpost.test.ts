import { afterAll, beforeAll, expect, test } from "vitest";
import { anOrder, developmentKey, startApi, type TestApi } from "../../../apps/api/test/api.ts";
import { type FaultyProxy, startFaultyProxy } from "../test/faulty-proxy.ts";
import { type Billpost, type BillpostOptions, createBillpost } from "./billpost.ts";
import { BillpostProblem, BillpostUnreachable, isProblem } from "./errors.ts";
import { importOrders } from "./import-orders.ts";
import { readLines } from "./ndjson.ts";
import type { Retry } from "./retrying-fetch.ts";

let api: TestApi;
let proxy: FaultyProxy;
beforeAll(async () => {
  api = await startApi();
  proxy = await startFaultyProxy(api.url);
});
afterAll(() => proxy.close());

const clientOf = (options: Partial<BillpostOptions> = {}): Billpost =>
  createBillpost({ url: proxy.url, key: developmentKey, ...options });

const ordersNow = async (): Promise<number> =>
  Number((await api.db.selectFrom("orders").select(api.db.fn.countAll().as("n")).executeTakeFirst())?.n);

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test("an order whose reply is lost is placed once: the call keeps its key over its repetitions", async () => {
  const before = await ordersNow();
  const seen = proxy.seen.length;
  proxy.next("lose the reply", { status: 503, headers: { "retry-after": "0" } });
  const retries: Retry[] = [];
  const billpost = clientOf({ onRetry: (retry) => retries.push(retry) });
  const order = await billpost.post("/api/orders", { body: anOrder() });
  expect(order.orderId).toMatch(/^ORD-/);
  expect(await ordersNow()).toBe(before + 1);
  const keys = proxy.seen.slice(seen).map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(retries.map(({ attempt, method, path }) => ({ attempt, method, path }))).toEqual([
    { attempt: 1, method: "POST", path: "/api/orders" },
    { attempt: 2, method: "POST", path: "/api/orders" },
  ]);

  await billpost.post("/api/orders", { body: anOrder() });
  expect(proxy.seen.at(-1)?.headers["idempotency-key"]).not.toBe(keys[0]);
  expect(await ordersNow()).toBe(before + 2);
});

test("a key of the caller's own is sent as it is, and answers the same order again", async () => {
  const init = { params: { header: { "Idempotency-Key": "my-own-key" } }, body: anOrder() };
  const first = await clientOf().post("/api/orders", init);
  expect(await clientOf().post("/api/orders", init)).toEqual(first);
});

test("a wait that Retry-After asks for is kept, and one that is too long ends the call at once", async () => {
  proxy.next({ status: 429, headers: { "retry-after": "1" }, body: { code: "rate_limited" } });
  const waits: number[] = [];
  const started = performance.now();
  await clientOf({ onRetry: ({ waitMs }) => waits.push(waitMs) }).get("/api/orders");
  expect(waits).toEqual([1000]);
  expect(performance.now() - started).toBeGreaterThan(990);

  const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
  proxy.next({ status: 429, headers: { "retry-after": inAnHour }, body: { code: "rate_limited" } });
  const error = await failure(clientOf().get("/api/orders"));
  expect(isProblem(error, "rate_limited")).toBe(true);
  expect((error as BillpostProblem).retryAfterSeconds).toBeGreaterThan(3_500);
});

test("a write that carries no key is not repeated when its reply is lost, and is when it was refused at the door", async () => {
  const seen = proxy.seen.length;
  proxy.next("lose the reply");
  const body = { scopes: ["orders:read" as const] };
  const path = { id: 1 };
  const lost = await failure(clientOf().post("/api/clients/{id}/keys", { params: { path }, body }));
  expect(lost).toBeInstanceOf(BillpostUnreachable);
  expect((lost as BillpostUnreachable).attempts).toBe(1);
  expect(proxy.seen.length - seen).toBe(1);
  expect(proxy.seen.at(-1)?.headers["idempotency-key"]).toBeUndefined();

  proxy.next({ status: 503, headers: { "retry-after": "0" }, body: { code: "overloaded" } });
  const made = await clientOf().post("/api/clients/{id}/keys", { params: { path }, body });
  expect(made.key).toMatch(/^bp_/);
  expect(proxy.seen.length - seen).toBe(3);

  proxy.next({ status: 503, headers: { "retry-after": "0" }, body: { code: "database_unavailable" } });
  const unknown = await failure(clientOf().post("/api/clients/{id}/keys", { params: { path }, body }));
  expect(isProblem(unknown, "database_unavailable")).toBe(true);
});

test("what is refused is thrown with its code, its fields and the request's id, and not repeated", async () => {
  const seen = proxy.seen.length;
  const error = await failure(clientOf().post("/api/orders", { body: anOrder(5_000) }));
  expect(proxy.seen.length - seen).toBe(1);
  if (!isProblem(error, "insufficient_stock")) throw new Error("another failure", { cause: error });
  expect(error).toMatchObject({ status: 409, requestId: expect.stringMatching(/\S/) });
  expect(error.errors).toMatchObject([{ pointer: "/items/0/quantity", requested: 5_000 }]);
  expect(error.message).toContain("insufficient_stock");

  proxy.next({ status: 404, headers: { "content-type": "text/html" } });
  expect(await failure(clientOf().get("/api/orders"))).toMatchObject({ status: 404, code: "http_404" });
});

test("a list is walked to its end, every entry once, and no page is asked for before it is needed", async () => {
  for (let made = 0; made < 5; made += 1) await clientOf().post("/api/orders", { body: anOrder() });
  const query = { limit: 2 };
  const seen = proxy.seen.length;
  const ids: string[] = [];
  for await (const { orderId } of clientOf().each("/api/orders", { params: { query } })) ids.push(orderId);
  expect(new Set(ids).size).toBe(await ordersNow());
  expect(ids).toHaveLength(await ordersNow());
  expect(proxy.seen.length - seen).toBe(Math.ceil(ids.length / 2));

  for await (const { orderId } of clientOf().each("/api/orders", { params: { query } })) {
    expect(orderId).toBe(ids[0]);
    break;
  }
  expect(proxy.seen.length - seen).toBe(Math.ceil(ids.length / 2) + 1);
});

test("an API that does not answer is given up after the time-out, and one that is away says where", async () => {
  proxy.next("hang", "hang");
  const slow = await failure(clientOf({ timeoutMs: 200, retries: 1 }).get("/api/orders"));
  expect(slow).toBeInstanceOf(BillpostUnreachable);
  expect(slow).toMatchObject({ attempts: 2, message: expect.stringContaining("no answer within 0.2 s") });

  const away = await failure(clientOf({ url: "http://127.0.0.1:9", retries: 0 }).get("/api/orders"));
  expect(away).toMatchObject({ attempts: 1, message: expect.stringContaining("http://127.0.0.1:9") });
  expect((away as Error).message).not.toContain(developmentKey);
});

test("an aborted call ends at once, in the middle of a wait too", async () => {
  proxy.next({ status: 503, headers: { "retry-after": "30" } });
  const stop = new AbortController();
  const call = failure(clientOf({ onRetry: () => stop.abort() }).get("/api/orders", { signal: stop.signal }));
  expect(await call).toMatchObject({ name: "AbortError" });
});

test("a redirect is not followed, since it would carry the key away", async () => {
  const seen = proxy.seen.length;
  proxy.next({ status: 307, headers: { location: `${api.url}/api/orders` } });
  expect(await failure(clientOf({ retries: 0 }).get("/api/orders"))).toBeInstanceOf(BillpostUnreachable);
  expect(proxy.seen.length - seen).toBe(1);
});

test("lines of JSON are read as they come, whatever pieces they come in", async () => {
  const bytes = new TextEncoder().encode('{"n":"é"}\n\n{"n":2}\r\n{"n":3}');
  const pieces = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const found: unknown[] = [];
  for await (const line of readLines(pieces)) found.push(line);
  expect(found).toEqual([{ n: "é" }, { n: 2 }, { n: 3 }]);
});

const pastOrder = (index: number) => ({
  externalRef: `import-${index}`,
  orderedAt: "2025-03-01T09:30:00Z",
  customerId: 1,
  items: [{ productId: 1, quantity: 1 }],
});

test("an import is sent in parts, and a part whose answer is lost is sent again without an order twice", async () => {
  const before = await ordersNow();
  const seen = proxy.seen.length;
  proxy.next("pass", "lose the reply");
  const outcomes: [number, string][] = [];
  const lines = Array.from({ length: 1_200 }, (_, index) => (index === 1_100 ? "{" : pastOrder(index)));
  for await (const { line: at, outcome } of importOrders(clientOf(), lines)) outcomes.push([at, outcome]);
  expect(proxy.seen.length - seen).toBe(3);
  expect(outcomes.map(([at]) => at)).toEqual(lines.map((_, index) => index + 1));
  expect(outcomes[1_100]).toEqual([1_101, "refused"]);
  expect(outcomes[999]).toEqual([1_000, "imported"]);
  expect(outcomes[1_000]).toEqual([1_001, "already_imported"]);
  expect(await ordersNow()).toBe(before + 1_199);
});
