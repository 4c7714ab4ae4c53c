import { beforeAll, expect, test } from "vitest";
import { anOrder, developmentKey, footprint, startApi, type TestApi } from "./api.ts";
import { sendRaw } from "./raw-http.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ environment: { REQUEST_TIMEOUT_MS: "1500" } });
});

const place = (body: unknown, headers: Record<string, string> = {}) =>
  api.call("POST", "/api/orders", { body, headers });

const line = (value: unknown) => ({ customerId: 1, items: [{ productId: 1, quantity: value }] });
const withItem = (more: object) => ({ customerId: 1, items: [{ productId: 1, quantity: 1, ...more }] });
const withRef = (externalRef: unknown) => ({ ...anOrder(), externalRef });
const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

test.each<[string, unknown, string, string?]>([
  ["quantity as text", line("5"), "/items/0/quantity", "wrong_type"],
  ["quantity as boolean", line(true), "/items/0/quantity", "wrong_type"],
  ["quantity null", line(null), "/items/0/quantity", "wrong_type"],
  ["quantity in a list", line([5]), "/items/0/quantity", "wrong_type"],
  ["quantity 0", line(0), "/items/0/quantity", "out_of_range"],
  ["quantity -1", line(-1), "/items/0/quantity", "out_of_range"],
  ["quantity 1.5", line(1.5), "/items/0/quantity", "wrong_type"],
  ["quantity 1000001", line(1_000_001), "/items/0/quantity", "out_of_range"],
  ["quantity 2^31", line(2 ** 31), "/items/0/quantity", "out_of_range"],
  ["quantity 2^53", line(2 ** 53), "/items/0/quantity", "out_of_range"],
  ["quantity 1e400", '{"customerId":1,"items":[{"productId":1,"quantity":1e400}]}', "/items/0/quantity"],
  ["no quantity", { customerId: 1, items: [{ productId: 1 }] }, "/items/0/quantity", "missing"],
  ["customer 2^53", { ...anOrder(), customerId: 2 ** 53 }, "/customerId", "out_of_range"],
  ["customer as text", { ...anOrder(), customerId: "1" }, "/customerId", "wrong_type"],
  ["no customer", { items: anOrder().items }, "/customerId", "missing"],
  ["no items", { customerId: 1 }, "/items", "missing"],
  ["empty items", { customerId: 1, items: [] }, "/items", "wrong_count"],
  [
    "201 items",
    { customerId: 1, items: Array.from({ length: 201 }, () => anOrder().items[0]) },
    "/items",
    "wrong_count",
  ],
  ["items as an object", { customerId: 1, items: { 0: anOrder().items[0] } }, "/items", "wrong_type"],
  ["an unknown field", { ...anOrder(), total: 1 }, "/total", "unknown_field"],
  ["an unknown field of a line", withItem({ unitPrice: 0.01 }), "/items/0/unitPrice", "unknown_field"],
  ["a field with a slash and a tilde", { ...anOrder(), "a/b~c": 1 }, "/a~1b~0c", "unknown_field"],
  ["a body that is a list", [anOrder()], "", "wrong_type"],
  ["a body that is text", '"hello"', "", "wrong_type"],
  ["a body that is null", "null", "", "wrong_type"],
  ["a reference with a NUL", withRef("a\0b"), "/externalRef", "wrong_format"],
  ["a reference with a line break", withRef("a\r\nb"), "/externalRef", "wrong_format"],
  ["a reference with an escape", withRef("\u001b[31m"), "/externalRef", "wrong_format"],
  [
    "a reference with half a surrogate",
    '{"customerId":1,"items":[{"productId":1,"quantity":1}],"externalRef":"\\ud800"}',
    "/externalRef",
    "wrong_format",
  ],
  ["a blank reference", withRef("  "), "/externalRef", "wrong_format"],
  ["an empty reference", withRef(""), "/externalRef"],
  ["a long reference", withRef("x".repeat(101)), "/externalRef", "wrong_length"],
  ["a reference that is null", withRef(null), "/externalRef", "wrong_type"],
  [
    "an unknown country",
    { ...anOrder(), billingAddress: { line1: "x", city: "y", countryCode: "XX" } },
    "/billingAddress/countryCode",
    "not_allowed",
  ],
  [
    "a discount below zero",
    { ...anOrder(), discounts: [{ label: "x", amount: -1 }] },
    "/discounts/0/amount",
    "out_of_range",
  ],
])("%s is 400 and names the field", async (_name, body, pointer, code) => {
  const before = await footprint(api.db);
  const reply = await place(body);
  expect(reply).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  const found = reply.body.errors.find((error: { pointer: string }) => error.pointer === pointer);
  expect(found, reply.text).toMatchObject({ in: "body", ...(code ? { code } : {}) });
  expect(await footprint(api.db)).toEqual(before);
});

test("every field that is wrong is named, up to fifty", async () => {
  const two = await place({ customerId: 0, items: [{ productId: 1, quantity: 0 }], x: 1 });
  expect(two.body.errors.map((error: { pointer: string }) => error.pointer).toSorted()).toEqual([
    "/customerId",
    "/items/0/quantity",
    "/x",
  ]);
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, 1]));
  const reply = await place({ ...anOrder(), ...many });
  expect(reply.status).toBe(400);
  expect(reply.body.errors).toHaveLength(50);
});

test.each([
  ["not JSON", "{", 400, "malformed_json"],
  ["half a body", '{"customerId":1,', 400, "malformed_json"],
  ["an empty body", "", 400, "malformed_json"],
  ["__proto__", '{"__proto__":{"admin":true},"customerId":1,"items":[]}', 400, "malformed_json"],
  ["constructor.prototype", '{"constructor":{"prototype":{"admin":true}}}', 400, "malformed_json"],
  ["depth", deep(20_000), 400, "validation_failed"],
  [
    "invalid UTF-8 as text",
    '{"customerId":1,"items":[{"productId":1,"quantity":1}],"externalRef":"\u0000"}',
    400,
    "malformed_json",
  ],
])("%s is 400", async (_name, body, status, code) => {
  const reply = await place(body);
  expect(reply).toMatchObject({ status, body: { code } });
  expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
});

test.each([
  ["text/plain", 415],
  ["application/x-www-form-urlencoded", 415],
  ["multipart/form-data; boundary=x", 415],
  ["application/xml", 415],
  ["nonsense", 415],
  ["application/json; charset=utf-8", 201],
])("the content type %s is %i", async (type, status) => {
  const reply = await place(JSON.stringify(anOrder()), { "content-type": type });
  expect(reply.status).toBe(status);
  if (status === 415) expect(reply.body.code).toBe("unsupported_media_type");
});

test("a body without a content type is 415", async () => {
  const body = JSON.stringify(anOrder());
  const reply = await sendRaw(
    api.url,
    `POST /api/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${developmentKey}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(reply.status).toBe(415);
  expect(JSON.parse(reply.body)).toMatchObject({ code: "unsupported_media_type" });
});

test("a body that is too large is 413, whether it says its length or not", async () => {
  const large = JSON.stringify(withRef("x".repeat(300_000)));
  expect(await place(large)).toMatchObject({ status: 413, body: { code: "body_too_large" } });
  const chunked = await sendRaw(
    api.url,
    `POST /api/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${developmentKey}\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`,
  );
  expect(chunked.status).toBe(413);
  expect(JSON.parse(chunked.body)).toMatchObject({ code: "body_too_large" });
});

test.each([
  ["PUT", "/api/orders", "GET, HEAD, POST"],
  ["PATCH", "/api/orders", "GET, HEAD, POST"],
  ["DELETE", "/health", "GET, HEAD"],
  ["POST", "/orders/ORD-2026-000001", "GET, HEAD"],
  ["OPTIONS", "/api/orders", "GET, HEAD, POST"],
])("%s %s is 405 and says what is allowed", async (method, path, allow) => {
  const reply = await api.call(method, path, { key: null });
  expect(reply).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
  expect(reply.headers.get("allow")).toBe(allow);
});

test.each([
  "/",
  "/api",
  "/api/",
  "/api/orders/",
  "/API/orders",
  "/api/nothing",
  "/api/orders/a/b/c",
  "/.env",
  "/%2e%2e/etc/passwd",
])("%s is 404", async (path) => {
  const reply = await api.call("GET", path);
  expect(reply).toMatchObject({ status: 404, body: { code: "route_not_found" } });
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
});

const auth = `Host: x\r\nAuthorization: Bearer ${developmentKey}\r\nContent-Type: application/json`;

test.each<[string, string, number]>([
  ["no HTTP", "hello\r\n\r\n", 400],
  ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400],
  ["a header of 20 kB", `GET /health HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
  [
    "CL and TE",
    `POST /api/orders HTTP/1.1\r\n${auth}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    "two lengths",
    `POST /api/orders HTTP/1.1\r\n${auth}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n{}  `,
    400,
  ],
  [
    "a folded TE",
    `POST /api/orders HTTP/1.1\r\n${auth}\r\nTransfer-Encoding:\r\n chunked\r\nContent-Length: 2\r\n\r\n{}`,
    400,
  ],
  ["a bare line feed", `GET /health HTTP/1.1\nHost: x\n\n`, 400],
  ["a header with a NUL", `GET /health HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n`, 400],
  ["no host", "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
  ["a length below zero", `POST /api/orders HTTP/1.1\r\n${auth}\r\nContent-Length: -1\r\n\r\n`, 400],
  ["an unfinished body", `POST /api/orders HTTP/1.1\r\n${auth}\r\nContent-Length: 100\r\n\r\n{`, 408],
  ["an unfinished header", "GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ", 408],
  ["a bad percent escape", "GET /api/orders/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400],
])("%s is a problem too", async (_name, bytes, status) => {
  const reply = await sendRaw(api.url, bytes);
  expect(reply.status).toBe(status);
  if (status !== 400 || reply.body !== "") {
    expect(reply.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(reply.headers["x-request-id"]).toBeTruthy();
    expect(JSON.parse(reply.body)).toMatchObject({ status, code: expect.any(String) });
  }
});

test.each([
  ["req-42", true],
  ["0af7651916cd43dd8448eb211c80319c/b7ad6b7169203331", true],
  ["a b", false],
  ["x".repeat(129), false],
  ["<script>", false],
  ['"},{"level":60', false],
])("the request id %s is taken over: %s", async (id, taken) => {
  const reply = await api.call("GET", "/api/orders/none", { headers: { "x-request-id": id } });
  const answered = reply.headers.get("x-request-id");
  expect(answered === id).toBe(taken);
  expect(reply.body.requestId).toBe(answered);
});

const unarchive = (body?: string, type = "application/json") =>
  api.call("POST", "/api/products/3/unarchive", {
    headers: { "content-type": type },
    ...(body === undefined ? {} : { body }),
  });

test("a route without a body refuses one, and minds no Content-Type without one", async () => {
  for (const [body, type] of [["{}"], ['{"archived":false}'], ["nonsense"], ["x=1", "text/plain"]] as const)
    expect(await unarchive(body, type)).toMatchObject({
      status: 400,
      body: { code: "validation_failed", errors: [{ in: "body", pointer: "", code: "unknown_field" }] },
    });
  expect((await unarchive()).status).toBe(200);
  expect((await unarchive(undefined, "text/plain")).status).toBe(200);
});

test("If-None-Match turns no change into a 304", async () => {
  const { body } = await place(anOrder());
  const reply = await api.call("PATCH", `/api/orders/${body.orderId}/billing-details`, {
    body: { name: "Doe Ltd" },
    headers: { "if-match": "*", "if-none-match": "*" },
  });
  expect(reply).toMatchObject({ status: 200, body: { orderId: body.orderId } });
});

test("a name that is a program is a name", async () => {
  const name = "{{constructor}}<img src=x onerror=alert(1)>'; drop table orders; --";
  const { id } = await api.db
    .insertInto("customers")
    .values({ client_id: 1, name, email: "x@example.com" })
    .returning("id")
    .executeTakeFirstOrThrow();
  const reply = await place({ ...anOrder(), customerId: id });
  expect(reply).toMatchObject({ status: 201, body: { customerName: name } });
  expect(reply.headers.get("content-type")).toContain("application/json");
});
