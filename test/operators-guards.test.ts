import { enqueue } from "@billpost/db/outbox";
import { advanceBulkOperation } from "@billpost/db/operators/advance-bulk";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCustomer, aProduct, type Reply, type RunningApi, startApi } from "./src/catalogue-api.ts";
import { waitFor } from "./src/wait-for.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

test("a key that may only look as an operator reads the verdict on any client's order and customer, and neither of these", async () => {
  const customerId = await aCustomer(api.call);
  const items = [{ productId: await aProduct(api.call), quantity: 1 }];
  const { body: order } = await api.call("POST /api/orders", { customerId, items });
  const { call } = await api.clientWith(["operator:read"]);
  for (const subject of [`orders/${order.orderId}`, `customers/${customerId}`] as const) {
    expect(await call(`GET /api/${subject}/verdict`), subject).toMatchObject({
      status: 200,
      body: { sentence: expect.any(String) },
    });
    expect(await call(`GET /api/${subject}`)).toMatchObject({ status: 403, body: { code: "scope_missing" } });
  }
  const other = await api.clientWith(["catalog:write"]);
  const refused = await other.call(`GET /api/orders/${order.orderId}/verdict`);
  expect(refused).toMatchObject({ status: 403 });
  expect(refused.body.detail).toContain("orders:read or operator:read");
  const stranger = await api.clientWith(["orders:read"]);
  expect((await stranger.call(`GET /api/orders/${order.orderId}/verdict`)).status).toBe(404);
});

/** A worker whose beat is old by the database's clock, as one is whose clock, or the database's, was set. */
const aLateWorker = (id: string) =>
  api.db
    .insertInto("worker_heartbeats")
    .values({
      pool_id: id,
      host: "elsewhere",
      pid: 1,
      version: "0",
      last_beat_at: sql<Date>`clock_timestamp() - interval '1 hour'`,
    })
    .execute();

const stateOf = async (id: number) =>
  (await api.db.selectFrom("work_items").select("state").where("id", "=", id).executeTakeFirstOrThrow())
    .state;

test("of two workers whose beat is old, the one that beats while it is watched keeps its jobs, and the other loses them", async () => {
  const held: Record<string, number> = {};
  for (const id of ["worker-alive", "worker-dead"]) {
    await aLateWorker(id);
    const [job = 0] = await api.db
      .transaction()
      .execute((trx) => enqueue(trx, [{ task: "verify-invoice", maxAttempts: 8 }]));
    await api.db
      .updateTable("work_items")
      .set({ state: "running", worker_id: id, fence: 1, attempt: 1 })
      .where("id", "=", job)
      .execute();
    held[id] = job;
  }
  const replies = new Map<string, Reply>();
  const unlock = (id: string) =>
    api.call(`POST /api/workers/${id}/unlock`, { reason: "a test" }).then((reply) => replies.set(id, reply));
  const both = Promise.all(["worker-alive", "worker-dead"].map(unlock));
  await waitFor("both to be answered", async () => {
    await sql`update worker_heartbeats set beat = beat + 1 where pool_id = 'worker-alive'`.execute(api.db);
    return replies.size === 2;
  });
  await both;
  expect(replies.get("worker-alive")?.body).toMatchObject({ status: 409, code: "worker_alive" });
  expect(replies.get("worker-dead")?.body).toMatchObject({ released: 1, unfinished: false });
  expect(await stateOf(held["worker-alive"] ?? 0)).toBe("running");
  expect(await stateOf(held["worker-dead"] ?? 0)).toBe("retrying");
});

test("without a canary an act on many stops once more than the given share of its jobs failed again, and leaves the rest", async () => {
  const ids = await api.db.transaction().execute((trx) =>
    enqueue(
      trx,
      Array.from({ length: 230 }, () => ({ task: "verify-invoice" as const, maxAttempts: 8 })),
    ),
  );
  const set = (state: "failed" | "done", jobs: readonly number[]) =>
    api.db
      .updateTable("work_items")
      .set({ state, finished_at: new Date() })
      .where("id", "in", jobs)
      .execute();
  await set("failed", ids);
  const { body: begun } = await api.call("POST /api/bulk-operations", {
    action: "retry",
    ids,
    reason: "the store is back",
    stopAtFailureRate: 0.1,
  });
  const advance = () => api.db.transaction().execute((trx) => advanceBulkOperation(trx, begun.id));
  const read = async () => (await api.call(`GET /api/bulk-operations/${begun.id}`)).body;
  expect(await advance()).toBe("again");
  expect(await read()).toMatchObject({ state: "running", changed: 200, waiting: 30 });
  await set("done", ids.slice(0, 175));
  await set("failed", ids.slice(175, 200));
  expect(await advance()).toBe("over");
  expect(await read()).toMatchObject({
    state: "stopped",
    changed: 200,
    succeeded: 175,
    failed: 25,
    waiting: 30,
    stopReason: "25 of 200 jobs failed again: more than 10 %",
  });
});

test("a reconciliation is asked for by an operator alone, noted in the audit, and found at its address", async () => {
  const reader = await api.clientWith(["operator:read"]);
  expect((await reader.call("POST /api/reconciliations", {})).status).toBe(403);
  const asked = await api.call("POST /api/reconciliations", { deep: true });
  expect(asked).toMatchObject({ status: 202, body: { state: "running", deep: true } });
  const address = asked.headers.get("location") ?? "";
  expect(address).toBe(`/api/reconciliations/${asked.body.id}`);
  expect((await reader.call(`GET ${address}` as `GET /${string}`)).body).toEqual(asked.body);
  const { body: audit } = await reader.call("GET /api/audit?action=reconciliation.started");
  expect(audit.data).toMatchObject([
    { targetId: String(asked.body.id), actor: expect.stringMatching(/^key:/) },
  ]);
});
