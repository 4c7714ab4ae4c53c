import { beforeAll, expect, test } from "vitest";
import { anOrder, startApi, type TestApi } from "./api.ts";

let api: TestApi;
const placed: string[] = [];
beforeAll(async () => {
  api = await startApi();
  for (let index = 0; index < 25; index += 1) {
    const { body } = await api.call("POST", "/api/orders", {
      body: { ...anOrder(1, (index % 3) + 1), customerId: (index % 2) + 1, externalRef: `ref-${index}` },
    });
    placed.push(body.orderId);
  }
});

const readAll = async (query: string): Promise<{ ids: string[]; pages: number }> => {
  const ids: string[] = [];
  let pages = 0;
  let cursor: string | null = null;
  do {
    const { status, body } = await api.call(
      "GET",
      `/api/orders?${query}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    );
    expect(status).toBe(200);
    ids.push(...body.data.map(({ orderId }: { orderId: string }) => orderId));
    cursor = body.nextCursor;
    pages += 1;
  } while (cursor !== null);
  return { ids, pages };
};

test("orders are listed newest first, 20 a page, each once", async () => {
  const { body } = await api.call("GET", "/api/orders");
  expect(body.data).toHaveLength(20);
  expect(await readAll("")).toEqual({ ids: placed.toReversed(), pages: 2 });
  expect(await readAll("limit=5")).toEqual({ ids: placed.toReversed(), pages: 5 });
  expect(await readAll("limit=1")).toEqual({ ids: placed.toReversed(), pages: 25 });
});

test("a listed order is the order as it is read alone", async () => {
  const { body } = await api.call("GET", "/api/orders?limit=1");
  expect((await api.call("GET", `/api/orders/${body.data[0].orderId}`)).body).toEqual(body.data[0]);
});

test("orders placed while a list is read do not shift it", async () => {
  const first = await api.call("GET", "/api/orders?limit=10");
  const { body } = await api.call("POST", "/api/orders", { body: anOrder() });
  const second = await api.call("GET", `/api/orders?limit=10&cursor=${first.body.nextCursor}`);
  expect(second.body.data[0].orderId).toBe(placed.at(-11));
  placed.push(body.orderId);
});

test("orders are found by customer, status, reference and date", async () => {
  expect((await readAll("customerId=2")).ids).toHaveLength(12);
  expect((await readAll("externalRef=ref-7")).ids).toEqual([placed[7]]);
  expect((await readAll("status=CANCELLED")).ids).toEqual([]);
  await api.db
    .updateTable("orders")
    .set({ status: "CANCELLED", created_at: new Date("2020-05-05T05:05:05Z") })
    .where("order_id", "=", placed[3] as string)
    .execute();
  expect((await readAll("status=CANCELLED")).ids).toEqual([placed[3]]);
  expect((await readAll("createdTo=2021-01-01T00:00:00Z")).ids).toEqual([placed[3]]);
  expect((await readAll("createdFrom=2020-05-05T05:05:05Z&createdTo=2020-05-05T05:05:06Z")).ids).toEqual([
    placed[3],
  ]);
  expect((await readAll("createdTo=2020-05-05T05:05:05Z")).ids).toEqual([]);
  expect((await readAll("createdFrom=2021-01-01T00:00:00%2B02:00")).ids).toHaveLength(placed.length - 1);
});

test("changes can be followed from the last one seen, and only those come", async () => {
  const all = await readAll("updatedAfter=2019-01-01T00:00:00Z&limit=4");
  expect(all.ids.toSorted()).toEqual(placed.toSorted());
  const newest = (await api.call("GET", `/api/orders/${all.ids.at(-1)}`)).body.updatedAt;
  expect((await readAll(`updatedAfter=${newest}`)).ids).toEqual([]);
  await api.db
    .updateTable("orders")
    .set({ updated_at: new Date(Date.now() + 1_000) })
    .where("order_id", "=", placed[5] as string)
    .execute();
  expect((await readAll(`updatedAfter=${newest}`)).ids).toEqual([placed[5]]);
});

test.each([
  "limit=0",
  "limit=101",
  "limit=-1",
  "limit=1.5",
  "limit=1e1",
  "limit=0x10",
  "limit=",
  "limit=%201",
  "limit=ten",
  "limit=1&limit=2",
  "cursor=",
  "cursor=!",
  "cursor=bm9uc2Vuc2U",
  `cursor=${Buffer.from("clients:1").toString("base64url")}`,
  `cursor=${Buffer.from("orders:1:2").toString("base64url")}`,
  `cursor=${Buffer.from("orders:-1").toString("base64url")}`,
  `cursor=${Buffer.from("orders:99999999999999999").toString("base64url")}`,
  "customerId=0",
  "customerId=9007199254740993",
  "status=completed",
  "createdFrom=yesterday",
  "createdFrom=2026-02-30T00:00:00Z",
  "createdFrom=2026-01-01",
  "createdFrom=0000-01-01T00:00:00Z",
  "createdFrom=0001-01-01T00:00:00%2B01:00",
  "createdFrom=2026-06-30T23:59:60Z",
  "createdFrom=10000-01-01T00:00:00Z",
  "updatedAfter=2026-01-01T00:00:00",
  "externalRef=%00",
  "unknown=1",
  "__proto__=1",
  "constructor=1",
])("the query %s is refused, naming the parameter", async (query) => {
  const reply = await api.call("GET", `/api/orders?${query}`);
  expect(reply.status).toBe(400);
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  if (reply.body.code === "validation_failed")
    expect(reply.body.errors[0]).toMatchObject({ in: "query", pointer: `/${query.split("=")[0]}` });
  else expect(reply.body.code).toBe("invalid_cursor");
});
