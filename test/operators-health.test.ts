import { recordAudit } from "@billpost/db/audit";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, startApi } from "./src/catalogue-api.ts";
import { fillHistory } from "./src/history.ts";
import { aDelivery } from "./src/rows.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  await fillHistory(api.db, 100);
});
afterAll(() => api.stop());

const get = async (path: `/${string}`) => {
  const { status, body } = await api.call(`GET ${path}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
};

test("failures of one kind are one line, with how many jobs and orders wait, their trend and a job to look at", async () => {
  const { data } = await get("/api/failures");
  expect(data).toHaveLength(1);
  const [group] = data;
  expect(group).toMatchObject({
    fingerprint: "store:retryable:1",
    errorClass: "retryable",
    stage: "store",
    message: "S3 answered 500",
    lastDay: 120,
  });
  expect(group.trend).toHaveLength(24);
  expect(group.trend.at(-1)).toBe(120);
  const { data: open } = await get(
    `/api/jobs?fingerprint=${group.fingerprint}&limit=100&state=waiting,scheduled,running,retrying,blocked,throttled,failed,ambiguous,quarantined`,
  );
  expect(open).toHaveLength(group.openJobs);
  expect(new Set(open.map(({ orderId }: { orderId: string }) => orderId)).size).toBe(group.openOrders);
  expect((await get(`/api/jobs/${group.sampleJobId}`)).error.fingerprint).toBe(group.fingerprint);
  expect(Date.parse(group.firstSeenAt)).toBeLessThan(Date.parse(group.lastSeenAt));
});

test("what waits for a person is counted by its kind, with the oldest; what was sent again after a bounce is not", async () => {
  const bounced = await aDelivery(api.db, { state: "bounced" });
  const again = await aDelivery(api.db, { state: "bounced" });
  const { id: invoiceId } = await api.db
    .selectFrom("invoices")
    .select("id")
    .limit(1)
    .executeTakeFirstOrThrow();
  const later = await aDelivery(api.db, { state: "delivered" });
  await api.db
    .insertInto("delivery_documents")
    .values([
      { delivery_id: again.deliveryId, position: 1, invoice_id: invoiceId },
      { delivery_id: later.deliveryId, position: 1, invoice_id: invoiceId },
    ])
    .execute();
  await sql`update deliveries set updated_at = '2026-01-01T00:00:00Z' where id = ${bounced.deliveryId}`.execute(
    api.db,
  );
  const attention = await get("/api/attention");
  expect(
    Object.fromEntries(
      attention.data.map(({ state, count }: { state: string; count: number }) => [state, count]),
    ),
  ).toEqual({
    blocked: 3,
    failed: 3,
    ambiguous: 3,
    quarantined: 3,
    suppressed: 3,
    bounced: 1,
  });
  expect(attention.total).toBe(16);
  expect(attention.data.at(-1)).toMatchObject({ state: "bounced", oldestAt: "2026-01-01T00:00:00.000Z" });
});

test("the figures say how long things wait and take, and call it no workers only when nothing is paused", async () => {
  await sql`update deliveries set sent_at = created_at + interval '4 seconds' where purpose like 'invoice:%'`.execute(
    api.db,
  );
  const stats = await get("/api/stats");
  expect(stats).toMatchObject({ health: "no_workers", workers: 0, pauses: [] });
  expect(stats.queue).toMatchObject({ waiting: 12, running: 3, later: 0 });
  expect(stats.queue.stuck).toBe(12);
  expect(stats.queue.oldestWaitSeconds).toBeGreaterThan(60);
  // What broke was finished once; 3 of each of blocked, failed, ambiguous, quarantined and suppressed are not well.
  expect(stats.lastHour).toMatchObject({
    unsuccessful: 15,
    emails: 100,
    orderToEmailP50Ms: 4_000,
    orderToEmailP95Ms: 4_000,
  });
  expect(stats.lastHour.successRate).toBeCloseTo(stats.lastHour.done / (stats.lastHour.done + 15));
  expect(stats.lastDay.finished).toBe(stats.lastHour.finished);
  await api.call("POST /api/tasks/deliver-invoice/pause", { reason: "SES is down" });
  const paused = await get("/api/stats");
  expect(paused).toMatchObject({
    health: "paused",
    pauses: [{ task: "deliver-invoice", stage: null, reason: "SES is down" }],
  });
  expect(paused.queue).toMatchObject({ waiting: 12, stuck: 0 });
  await api.call("POST /api/tasks/deliver-invoice/resume", { reason: "it is up" });
  await sql`insert into worker_heartbeats (pool_id, host, pid, version) values ('w', 'h', 1, 'test')`.execute(
    api.db,
  );
  expect((await get("/api/stats")).health).toBe("stuck");
});

test("the audit says who did what, when, why, and what it changed; it narrows by each, and pages", async () => {
  for (const place of [1, 2, 3]) {
    // In a millisecond of its own: replies tell no more of an instant, and are filtered by.
    await sql`select pg_sleep(0.002)`.execute(api.db);
    await api.db.transaction().execute((trx) =>
      recordAudit(trx, {
        actor: place === 3 ? "key:other" : "key:operator",
        clientId: api.clientId,
        action: place === 1 ? "job.retried" : "job.cancelled",
        targetType: "job",
        targetId: place,
        before: { state: "failed" },
        after: { state: "waiting" },
        reason: `<script>alert(${place})</script>`,
        requestId: `audit-${place}`,
      }),
    );
  }
  const acts = async (query: string) =>
    (await get(`/api/audit?${query}`)).data.map(({ targetId }: { targetId: string }) => targetId);
  const {
    data: [newest],
  } = await get("/api/audit?limit=1");
  expect(newest).toMatchObject({
    actor: "key:other",
    client: { id: api.clientId },
    action: "job.cancelled",
    targetType: "job",
    targetId: "3",
    reason: "<script>alert(3)</script>",
    before: { state: "failed" },
    after: { state: "waiting" },
    requestId: "audit-3",
  });
  expect(await acts("actor=key:operator")).toEqual(["2", "1"]);
  expect(await acts("action=job.cancelled")).toEqual(["3", "2"]);
  expect(await acts("targetType=job&targetId=1")).toEqual(["1"]);
  expect(await acts("targetId=ORD-2026-000007")).toEqual(["ORD-2026-000007"]);
  expect(await acts("requestId=audit-2")).toEqual(["2"]);
  expect(await acts(`clientId=${api.clientId}&actor=key:other`)).toEqual(["3"]);
  expect(await acts(`from=${newest.occurredAt}&actor=key:operator`)).toEqual([]);
  expect(await acts("action=order.placed&limit=100")).toHaveLength(100);
  const pages: string[] = [];
  for (let cursor = ""; ; ) {
    const { data, nextCursor } = await get(`/api/audit?limit=1&targetType=job${cursor}`);
    pages.push(...data.map(({ targetId }: { targetId: string }) => targetId));
    if (nextCursor === null) break;
    cursor = `&cursor=${nextCursor}`;
  }
  expect(pages).toEqual(["3", "2", "1"]);
});

test("a client's own key sees none of this", async () => {
  const shop = await api.clientWith(["orders:write", "invoices:write", "customers:write", "catalog:write"]);
  for (const path of ["stats", "attention", "failures", "audit", "suppressions"] as const)
    expect((await shop.call(`GET /api/${path}`)).status, path).toBe(403);
});

const told = async (query: string) =>
  (await get(`/api/audit${query}`)).data.some(
    ({ targetId }: { targetId: string }) => targetId === "ORD-AUDITED",
  );

test("orders that were placed, which nearly all audit is of, are told only when they are asked for", async () => {
  await api.db.transaction().execute((trx) =>
    recordAudit(trx, {
      actor: "key:shop",
      clientId: api.clientId,
      action: "order.placed",
      targetType: "order",
      targetId: "ORD-AUDITED",
    }),
  );
  expect(await told("?actor=key:shop")).toBe(false);
  expect(await told("?action=order.placed")).toBe(true);
  expect(await told("?targetId=ORD-AUDITED")).toBe(true);
});
