import { afterAll, beforeAll, expect, test } from "vitest";
import { aCustomer, aProduct, type Call, type RunningApi, startApi } from "./src/catalogue-api.ts";

let api: RunningApi;
let call: Call;
beforeAll(async () => {
  api = await startApi();
  call = api.call;
});
afterAll(() => api.stop());

const address = {
  line1: "1 Market Street",
  line2: "Floor 3",
  postalCode: "94105",
  city: "San Francisco",
  region: "CA",
  countryCode: "US",
};

test("a customer is answered as it was made", async () => {
  const made = await call("POST /api/customers", {
    name: "Ünïcode 田中 O'Neil",
    email: "john.doe@example.com",
    address,
    vatId: "12-3456789",
    locale: "ja",
  });
  expect(made.status).toBe(201);
  expect(made.headers.get("location")).toBe(`/api/customers/${made.body.id}`);
  expect(made.body).toEqual({
    id: made.body.id,
    name: "Ünïcode 田中 O'Neil",
    email: "john.doe@example.com",
    address,
    vatId: "12-3456789",
    locale: "ja",
    version: 1,
    erasedAt: null,
    createdAt: expect.stringMatching(/Z$/),
    updatedAt: expect.stringMatching(/Z$/),
  });
  const read = await call(`GET /api/customers/${made.body.id}`);
  expect(read.body).toEqual(made.body);
  const etag = read.headers.get("etag") ?? "";
  expect(
    (await call(`GET /api/customers/${made.body.id}`, undefined, { "if-none-match": etag })).status,
  ).toBe(304);
  expect((await call("POST /api/customers", { name: "A", email: "a@b.co" })).body).toMatchObject({
    address: null,
    vatId: null,
    locale: "en",
  });
});

test("an email that could name a second recipient or a header is 400 and writes nothing", async () => {
  const bad = [
    "c@b.co\r\nBcc: evil@x.co",
    "c@b.co, evil@x.co",
    "g: evil@x.co;",
    '"evil@x.co x"@b.co',
    "Evil <evil@x.co>",
    "a(comment)@b.co",
    "a@localhost",
    "ä@b.co",
    "",
    7,
  ];
  for (const email of bad) {
    const { body } = await call("POST /api/customers", { name: "A", email });
    expect({ email, status: body.status, pointer: body.errors?.[0].pointer }).toEqual({
      email,
      status: 400,
      pointer: "/email",
    });
  }
  expect((await call("GET /api/customers?q=evil")).body.data).toEqual([]);
});

test("addresses, VAT ids and locales are of known countries and forms", async () => {
  const bad: [object, string][] = [
    [{ address: { ...address, countryCode: "XX" } }, "/address/countryCode"],
    [{ address: { ...address, countryCode: "us" } }, "/address/countryCode"],
    [{ address: { ...address, planet: "Mars" } }, "/address/planet"],
    [{ address: { countryCode: "US", city: "X" } }, "/address/line1"],
    [{ address: { ...address, line1: "a\nb" } }, "/address/line1"],
    [{ address: "1 Market Street" }, "/address"],
    [{ vatId: "DE123", address: { ...address, countryCode: "DE" } }, "/vatId"],
    [{ locale: "english" }, "/locale"],
    [{ locale: "EN" }, "/locale"],
    [{ name: "\u202ea\u0007" }, "/name"],
    [{ erasedAt: null }, "/erasedAt"],
  ];
  for (const [parts, pointer] of bad) {
    const { body } = await call("POST /api/customers", { name: "A", email: "a@b.co", ...parts });
    const pointers = body.errors?.map((error: { pointer: string }) => error.pointer);
    expect({ parts, status: body.status, named: pointers?.includes(pointer) }).toEqual({
      parts,
      status: 400,
      named: true,
    });
  }
});

test("a customer belongs to its client: to another it is 404, in lists too", async () => {
  const id = await aCustomer(call, { name: "Private Person" });
  const other = await api.clientWith();
  const notThere = { status: 404, body: { code: "customer_not_found" } };
  expect(await other.call(`GET /api/customers/${id}`)).toMatchObject(notThere);
  expect(await other.call(`PATCH /api/customers/${id}`, { name: "X" }, { "if-match": "*" })).toMatchObject(
    notThere,
  );
  expect(await other.call(`POST /api/customers/${id}/erase`)).toMatchObject(notThere);
  expect((await other.call("GET /api/customers")).body.data).toEqual([]);
  expect((await call(`GET /api/customers/${id}`)).body.name).toBe("Private Person");
});

test("a change needs the ETag last read, is audited with before and after, and leaves orders as they were", async () => {
  const id = await aCustomer(call, { name: "Before Marriage", address });
  const productId = await aProduct(call);
  const order = await call("POST /api/orders", { customerId: id, items: [{ productId, quantity: 1 }] });
  const etag = (await call(`GET /api/customers/${id}`)).headers.get("etag") ?? "";
  expect((await call(`PATCH /api/customers/${id}`, { name: "X" })).status).toBe(428);
  const changed = await call(
    `PATCH /api/customers/${id}`,
    { name: "After Marriage", address: null },
    { "if-match": etag },
  );
  expect(changed).toMatchObject({ status: 200, body: { name: "After Marriage", address: null, version: 2 } });
  expect((await call(`PATCH /api/customers/${id}`, { name: "X" }, { "if-match": etag })).status).toBe(412);
  expect((await call(`GET /api/orders/${order.body.orderId}`)).body).toMatchObject({
    customerName: "Before Marriage",
    billing: { name: "Before Marriage", address },
  });
  const audit = await api.db
    .selectFrom("audit_events")
    .select(["action", "before", "after"])
    .where("target_type", "=", "customer")
    .where("target_id", "=", String(id))
    .orderBy("id")
    .execute();
  expect(audit).toEqual([
    { action: "customer.created", before: null, after: expect.objectContaining({ name: "Before Marriage" }) },
    {
      action: "customer.changed",
      before: { name: "Before Marriage", address },
      after: { name: "After Marriage", address: null },
    },
  ]);
});

test("customers are found by email in any case and by text, page by page", async () => {
  const { call: fresh } = await api.clientWith();
  for (const n of [1, 2, 3]) await aCustomer(fresh, { name: `Found ${n}`, email: `F${n}@Example.com` });
  const first = await fresh("GET /api/customers?q=found&limit=2");
  expect(first.body.data.map(({ name }: { name: string }) => name)).toEqual(["Found 1", "Found 2"]);
  const second = await fresh(`GET /api/customers?q=found&limit=2&cursor=${first.body.nextCursor}`);
  expect(second.body).toMatchObject({ data: [{ name: "Found 3" }], nextCursor: null });
  expect((await fresh("GET /api/customers?email=f2@example.com")).body.data).toMatchObject([
    { name: "Found 2" },
  ]);
});
