import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, startApi } from "./src/catalogue-api.ts";
import { fillHistory } from "./src/history.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  await fillHistory(api.db, 100);
});
afterAll(() => api.stop());

const jobsOf = async (query: string): Promise<readonly { id: number; state: string; task: string }[]> => {
  const { status, body } = await api.call(`GET /api/jobs?${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.data;
};

test("pages of jobs follow each other without gap or repetition, in both directions and with several states", async () => {
  for (const [order, states] of [
    ["newest", ""],
    ["oldest", ""],
    ["newest", "&state=failed,blocked,done"],
    ["oldest", "&state=failed,blocked,done"],
  ] as const) {
    const seen: number[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await api.call(`GET /api/jobs?limit=37&order=${order}${states}${cursor}`);
      seen.push(...body.data.map(({ id }: { id: number }) => id));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    const { rows } = {
      rows: await api.db.selectFrom("work_items").select(["id", "state"]).orderBy("id").execute(),
    };
    const all = rows
      .filter(({ state }) => states === "" || ["failed", "blocked", "done"].includes(state))
      .map(({ id }) => id);
    expect(seen).toEqual(order === "oldest" ? all : all.toReversed());
  }
});

test("a job is found by every name that somebody may have at hand, typed in any case and with spaces around", async () => {
  const [expected] = await jobsOf("orderId=ORD-2026-000077&task=deliver-invoice");
  for (const typed of [
    "ORD-2026-000077",
    " ord-2026-000077 ",
    "inv-2026-000077",
    "customer77@EXAMPLE.com",
    "shop-77",
    "message-77",
    "request-77",
    String(expected?.id),
    `#${expected?.id}`,
  ])
    expect(await jobsOf(`q=${encodeURIComponent(typed)}`), typed).toContainEqual(expected);
  for (const query of [
    "invoiceNumber=INV-2026-000077",
    "email=customer77@example.com",
    "externalRef=shop-77",
    "sesMessageId=message-77",
    "requestId=request-77",
  ])
    expect(await jobsOf(query), query).toContainEqual(expected);
  expect(await jobsOf("q=nobody@example.com")).toEqual([]);
  expect(await jobsOf(`q=${encodeURIComponent("' or true --")}`)).toEqual([]);
});

test("conditions of a list narrow each other", async () => {
  expect(await jobsOf("state=failed")).toHaveLength(3);
  expect(await jobsOf("state=failed&task=issue-invoice")).toEqual([]);
  expect(
    await jobsOf("state=failed&fingerprint=store:retryable:1&errorClass=retryable&attemptsFrom=4"),
  ).toHaveLength(3);
  expect(await jobsOf("attemptsTo=3&fingerprint=store:retryable:1")).toEqual([]);
  const { created_at } = await api.db
    .selectFrom("orders")
    .select("created_at")
    .where("order_id", "=", "ORD-2026-000011")
    .executeTakeFirstOrThrow();
  const instant = created_at.toISOString();
  expect(await jobsOf(`createdTo=${instant}&limit=100`)).toHaveLength(20);
  expect(await jobsOf(`createdTo=${instant}&state=failed,blocked`)).toHaveLength(6);
  expect(await jobsOf(`createdFrom=${instant}&createdTo=${instant}`)).toEqual([]);
  expect(await jobsOf("olderThanSeconds=0&state=failed")).toHaveLength(3);
  expect(await jobsOf("olderThanSeconds=3600")).toEqual([]);
});

test("a list refuses a state, a time or a cursor that there is not, and says which field is wrong", async () => {
  for (const [query, field] of [
    ["state=broken", "state"],
    ["state=failed,", "state"],
    ["createdFrom=yesterday", "createdFrom"],
    ["olderThanSeconds=-1", "olderThanSeconds"],
    ["colour=red", "colour"],
  ] as const) {
    const { status, body } = await api.call(`GET /api/jobs?${query}`);
    expect({ status, code: body.code }).toEqual({ status: 400, code: "validation_failed" });
    expect(JSON.stringify(body.errors)).toContain(field);
  }
  expect((await api.call("GET /api/jobs?cursor=abc")).body.code).toBe("invalid_cursor");
});

test("jobs are for operators: a client's own key sees none, a reading operator sees every client's", async () => {
  const shop = await api.clientWith(["orders:read", "invoices:read"]);
  expect((await shop.call("GET /api/jobs")).status).toBe(403);
  const reader = await api.clientWith(["operator:read"]);
  expect((await reader.call("GET /api/jobs")).body.data).toHaveLength(20);
  expect((await reader.call("GET /api/jobs/999999999")).body.code).toBe("job_not_found");
});

test("the search names each thing that a text can be the name of", async () => {
  const hits = async (text: string) => {
    const { status, body } = await api.call(`GET /api/search?q=${encodeURIComponent(text)}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body.data.map(
      ({ type, key, matched }: { type: string; key: string; matched: string }) => `${type} ${key} ${matched}`,
    );
  };
  const [order, invoice] = ["ORD-2026-000077", "INV-2026-000077"];
  const [delivery] = await jobsOf("sesMessageId=message-77");
  const customer = await api.db
    .selectFrom("customers")
    .select("id")
    .where("email", "=", "Customer77@example.com")
    .executeTakeFirstOrThrow();
  expect(await hits("ord-2026-000077")).toEqual([`order ${order} order`]);
  expect(await hits("inv-2026-000077")).toEqual([`invoice ${invoice} invoice`]);
  expect(await hits("CUSTOMER77@example.com")).toEqual([
    `customer ${customer.id} email`,
    `order ${order} email`,
  ]);
  expect(await hits("shop-77")).toEqual([`order ${order} external_ref`]);
  expect(await hits("message-77")).toEqual([`job ${delivery?.id} ses_message`]);
  expect(await hits("request-77")).toEqual([`order ${order} request`, `job ${delivery?.id} request`]);
  expect(await hits(`#${delivery?.id}`)).toEqual([`job ${delivery?.id} job`]);
  expect(await hits("<script>alert(1)</script>")).toEqual([]);
  // Where the mail went, though the customer has another address now.
  await api.db
    .updateTable("customers")
    .set({ email: "new@example.com" })
    .where("id", "=", customer.id)
    .execute();
  expect(await hits("customer77@example.com")).toEqual([`order ${order} email`]);
  expect(await hits("new@example.com")).toEqual([`customer ${customer.id} email`, `order ${order} email`]);
});
