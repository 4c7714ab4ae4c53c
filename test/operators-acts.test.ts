import { suppressAddress } from "@billpost/db/suppressions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, startApi } from "./src/catalogue-api.ts";
import { aDeliveryJob, aJob, queuedKeys } from "./src/operated-jobs.ts";
import { anOrder } from "./src/rows.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const preview = async (id: number, query: string) =>
  (await api.call(`GET /api/jobs/${id}/preview?action=${query}`)).body;
const act = (id: number, name: string, body: object = {}) => api.call(`POST /api/jobs/${id}/${name}`, body);
const work = (id: number) =>
  api.db.selectFrom("work_items").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
const delivery = (id: number) =>
  api.db.selectFrom("deliveries").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
const auditOf = (id: number) =>
  api.db
    .selectFrom("audit_events")
    .select(["action", "reason", "before", "after", "actor"])
    .where("target_type", "=", "work_item")
    .where("target_id", "=", String(id))
    .orderBy("id")
    .execute();

test("a failed delivery is previewed, retried without a reason, and waits with one job and all its attempts", async () => {
  const { id, deliveryId } = await aDeliveryJob(api.db, "failed");
  const seen = await preview(id, "retry");
  expect(seen).toMatchObject({
    allowed: true,
    summary: "The PDF exists: rendering is skipped; no mail was sent so far: one will be.",
    skips: ["render", "store"],
    willSend: true,
    mayMailTwice: false,
    reasonRequired: false,
  });
  const reply = await act(id, "retry", { token: seen.token });
  expect(reply.body).toMatchObject({
    summary: seen.summary,
    before: { state: "failed", deliveryState: "failed" },
    after: { state: "waiting", deliveryState: "pending" },
  });
  expect(await work(id)).toMatchObject({ state: "waiting", attempt: 0, fence: 1, finished_at: null });
  expect((await delivery(deliveryId)).state).toBe("pending");
  expect(await queuedKeys(api.db, id)).toEqual([`work:${id}:1`]);
  expect(await auditOf(id)).toMatchObject([
    {
      action: "job.retried",
      reason: null,
      before: { state: "failed", deliveryState: "failed" },
      after: { state: "waiting", deliveryState: "pending" },
      actor: expect.stringMatching(/^key:/),
    },
  ]);
});

test("whoever acts on a preview that is no longer true changes nothing and is told what is true now", async () => {
  const { id, deliveryId } = await aDeliveryJob(api.db, "failed");
  const { token } = await preview(id, "retry");
  await api.db.updateTable("deliveries").set({ state: "sent" }).where("id", "=", deliveryId).execute();
  await api.db.updateTable("work_items").set({ state: "done" }).where("id", "=", id).execute();
  const reply = await act(id, "retry", { token });
  expect(reply.body).toMatchObject({
    status: 409,
    code: "preview_stale",
    preview: { allowed: false, token: null, because: "already_done" },
  });
  expect(await queuedKeys(api.db, id)).toEqual([]);
  expect(await auditOf(id)).toEqual([]);
});

test("a preview's token is good for the act that it showed, the attempt and the delivery's state, and nothing else", async () => {
  const { id, deliveryId } = await aDeliveryJob(api.db, "failed");
  const { token } = await preview(id, "retry");
  expect((await act(id, "mark-handled", { token, reason: "a test" })).body.code).toBe("preview_stale");
  await api.db.updateTable("work_items").set({ fence: 7 }).where("id", "=", id).execute();
  expect((await act(id, "retry", { token })).body.code).toBe("preview_stale");
  const { token: next } = await preview(id, "retry");
  await api.db.updateTable("deliveries").set({ state: "ambiguous" }).where("id", "=", deliveryId).execute();
  expect((await act(id, "retry", { token: next, reason: "a test" })).body.code).toBe("preview_stale");
  expect(await queuedKeys(api.db, id)).toEqual([]);
  const { token: last } = await preview(id, "mark-handled");
  expect(await act(id, "mark-handled", { token: last, reason: "a test" })).toMatchObject({ status: 200 });
});

test("of two operators who act on one job with the same preview, one succeeds and the other is told that it is stale", async () => {
  const { id } = await aDeliveryJob(api.db, "ambiguous");
  const { token } = await preview(id, "settle&outcome=send_again");
  const replies = await Promise.all([
    act(id, "settle", { outcome: "send_again", token, reason: "asked the customer" }),
    act(id, "settle", { outcome: "send_again", token, reason: "asked the customer, too" }),
  ]);
  expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  expect(replies.find(({ status }) => status === 409)?.body.code).toBe("preview_stale");
  expect(await queuedKeys(api.db, id)).toHaveLength(1);
  expect(await auditOf(id)).toHaveLength(1);
});

test("what may mail twice is done only with a preview's token and a reason", async () => {
  const { id, deliveryId } = await aDeliveryJob(api.db, "ambiguous");
  for (const [name, body] of [
    ["retry", {}],
    ["settle", { outcome: "send_again" }],
  ] as const)
    expect((await act(id, name, { ...body, reason: "impatience" })).body).toMatchObject({
      status: 409,
      code: "preview_needed",
      preview: { mayMailTwice: true, token: expect.any(String) },
    });
  const seen = await preview(id, "retry");
  expect(seen.summary).toContain("the mail's fate is unknown: a retry may send it twice");
  expect((await act(id, "retry", { token: seen.token })).body).toMatchObject({
    status: 422,
    code: "reason_required",
  });
  expect((await delivery(deliveryId)).state).toBe("ambiguous");
  expect((await act(id, "retry", { token: seen.token, reason: "the customer has none" })).status).toBe(200);
  expect(await delivery(deliveryId)).toMatchObject({ state: "stored", resends: 1 });
});

test("a delivery in doubt that was sent is settled as sent, shows so in the order's timeline, and mails nobody", async () => {
  const { id, deliveryId, orderId } = await aDeliveryJob(api.db, "ambiguous");
  expect((await api.call(`GET /api/jobs/${id}/preview?action=settle`)).status).toBe(400);
  const reply = await act(id, "settle", { outcome: "was_sent", reason: "it is in the SES console" });
  expect(reply.body).toMatchObject({ after: { state: "done", deliveryState: "sent" } });
  expect((await work(id)).state).toBe("done");
  expect((await delivery(deliveryId)).state).toBe("sent");
  expect(await queuedKeys(api.db, id)).toEqual([]);
  const events = await api.db
    .selectFrom("order_events")
    .select(["type", "data"])
    .where("order_id", "=", orderId)
    .execute();
  expect(events).toEqual([{ type: "email.sent", data: { deliveryId, by: "operator" } }]);
  expect(await auditOf(id)).toMatchObject([{ action: "job.settled", after: { outcome: "was_sent" } }]);
});

test("a job that a worker is at is left alone, whatever is asked", async () => {
  const { id } = await aDeliveryJob(api.db, "rendering");
  await api.db.updateTable("work_items").set({ state: "running" }).where("id", "=", id).execute();
  const before = await work(id);
  for (const [name, body] of [
    ["retry", {}],
    ["run-now", {}],
    ["cancel", {}],
    ["release", {}],
    ["mark-handled", {}],
    ["settle", { outcome: "was_sent" }],
    ["reschedule", { runAt: new Date(Date.now() + 60_000).toISOString() }],
    ["correct-address", { email: "new@example.com" }],
  ] as const)
    expect((await act(id, name, { ...body, reason: "now" })).body, name).toMatchObject({
      status: 409,
      code: "job_running",
    });
  expect(await work(id)).toEqual(before);
});

test("a job that waits for its time can be run now, later, or not at all, and always has one job or none", async () => {
  const { id } = await aDeliveryJob(api.db, "stored");
  expect((await act(id, "run-now")).body.code).toBe("reason_required");
  await act(id, "run-now", { reason: "SES is back" });
  expect(await work(id)).toMatchObject({ state: "waiting", attempt: 8 });
  expect(await queuedKeys(api.db, id)).toEqual([`work:${id}:1`]);
  const runAt = new Date(Date.now() + 3_600_000).toISOString();
  await act(id, "reschedule", { runAt, reason: "after the maintenance" });
  expect(await work(id)).toMatchObject({ state: "scheduled", run_at: new Date(runAt) });
  expect(await queuedKeys(api.db, id)).toEqual([`work:${id}:2`]);
  const past = await act(id, "reschedule", { runAt: "2020-01-01T00:00:00Z", reason: "oops" });
  expect(past.body).toMatchObject({ status: 400, errors: [{ pointer: "/runAt", code: "in_the_past" }] });
  const cancelled = await act(id, "cancel", { reason: "paid in the shop" });
  expect(cancelled.body.after).toEqual({ state: "cancelled", deliveryState: "cancelled" });
  expect(await queuedKeys(api.db, id)).toEqual([]);
  expect((await act(id, "retry")).body).toMatchObject({
    code: "act_not_allowed",
    because: "already_settled",
  });
});

test("a quarantined job is released with its deaths forgiven, and still runs alone", async () => {
  const { id } = await aDeliveryJob(api.db, "quarantined", { stored: false });
  await api.db
    .updateTable("work_items")
    .set({ alone: true, crashes_alone: 3 })
    .where("id", "=", id)
    .execute();
  expect((await act(id, "retry")).body).toMatchObject({ because: "quarantined" });
  const seen = await preview(id, "release");
  expect(seen.summary).toBe(
    "It runs again, alone in its worker. The PDF is rendered and stored first; no mail was sent so far: one will be.",
  );
  expect((await act(id, "release", { token: seen.token, reason: "the template was fixed" })).status).toBe(
    200,
  );
  expect(await work(id)).toMatchObject({ state: "waiting", alone: true, crashes_alone: 0 });
});

test("a bounced delivery is marked as handled, and one that was sent is not", async () => {
  const bounced = await aDeliveryJob(api.db, "bounced");
  const handled = await act(bounced.id, "mark-handled", { reason: "sent by letter" });
  expect(handled.body.after).toEqual({ state: "handled", deliveryState: "handled" });
  const sent = await aDeliveryJob(api.db, "sent");
  expect((await act(sent.id, "mark-handled", { reason: "sent by letter" })).body.because).toBe(
    "already_done",
  );
});

test("failed work of any task can be retried, and what is blocked says what is missing", async () => {
  for (const task of [
    "issue-invoice",
    "issue-credit-note",
    "verify-invoice",
    "render-document",
    "reconcile",
  ] as const) {
    const { orderId } = await anOrder(api.db);
    const id = await aJob(api.db, task, "failed", { orderId });
    expect((await act(id, "retry")).body, task).toMatchObject({
      after: { state: "waiting", deliveryState: null },
    });
    expect(await queuedKeys(api.db, id)).toEqual([`work:${id}:1`]);
  }
  const { orderId } = await anOrder(api.db);
  await api.db
    .updateTable("orders")
    .set({ invoice_status: "blocked", invoice_missing: ["buyer.address"] })
    .where("id", "=", orderId)
    .execute();
  const id = await aJob(api.db, "issue-invoice", "blocked", { orderId });
  expect(await preview(id, "retry")).toMatchObject({
    allowed: true,
    missing: ["buyer.address"],
    summary: "The invoice lacks buyer.address: until that is completed it will be blocked again.",
  });
});

test("correcting an address sends the same unsent delivery there, and the order's further mail too", async () => {
  const { id, deliveryId, orderId } = await aDeliveryJob(api.db, "failed");
  const reply = await act(id, "correct-address", {
    email: "jane.doe@example.com",
    updateCustomer: true,
    reason: "a typing error",
  });
  expect(reply.body).toMatchObject({ after: { state: "waiting", deliveryState: "pending" }, newJobId: null });
  expect(await delivery(deliveryId)).toMatchObject({
    recipient_email: "jane.doe@example.com",
    recipient_name: "John Doe",
  });
  const order = await api.db
    .selectFrom("orders")
    .selectAll()
    .where("id", "=", orderId)
    .executeTakeFirstOrThrow();
  expect(order).toMatchObject({ customer_email: "jane.doe@example.com", version: 2 });
  const customer = await api.db
    .selectFrom("customers")
    .select(["email", "version"])
    .where("id", "=", order.customer_id)
    .executeTakeFirstOrThrow();
  expect(customer).toEqual({ email: "jane.doe@example.com", version: 2 });
  expect(await auditOf(id)).toMatchObject([{ action: "job.address_corrected", reason: "a typing error" }]);
});

test("after a bounce the corrected address gets a delivery of its own with the same PDF, and the old one is handled", async () => {
  const { id, invoiceId } = await aDeliveryJob(api.db, "bounced");
  await api.db
    .transaction()
    .execute((trx) =>
      suppressAddress(trx, "john.doe@example.com", { reason: "hard_bounce", deliveryId: null }),
    );
  const again = { email: "John.Doe@example.com", reason: "asked by phone" };
  expect((await act(id, "correct-address", again)).body).toMatchObject({
    status: 409,
    code: "address_suppressed",
  });
  const reply = await act(id, "correct-address", { email: "new@example.com", reason: "asked by phone" });
  expect(reply.body).toMatchObject({
    after: { state: "handled", deliveryState: "handled" },
    newJobId: expect.any(Number),
  });
  const made = await work(reply.body.newJobId);
  expect(made).toMatchObject({ task: "deliver-invoice", state: "waiting", invoice_id: invoiceId });
  expect(await delivery(made.delivery_id ?? 0)).toMatchObject({
    recipient_email: "new@example.com",
    state: "pending",
    reason: "asked by phone",
  });
  const old = await api.db
    .selectFrom("suppressed_addresses")
    .select("cleared_at")
    .where("address", "=", "john.doe@example.com")
    .executeTakeFirstOrThrow();
  expect(old.cleared_at).toBeNull();
});

test("a key that may only look previews and changes nothing; a repeated request is answered from its key", async () => {
  const { id } = await aDeliveryJob(api.db, "failed");
  const { call } = await api.clientWith(["operator:read"]);
  expect((await call(`GET /api/jobs/${id}/preview?action=retry`)).status).toBe(200);
  for (const name of ["retry", "cancel", "mark-handled", "release", "run-now"])
    expect((await call(`POST /api/jobs/${id}/${name}` as `POST /${string}`, { reason: "x" })).status).toBe(
      403,
    );
  const headers = { "idempotency-key": "retry-once" };
  const first = await api.call(`POST /api/jobs/${id}/retry`, {}, headers);
  const second = await api.call(`POST /api/jobs/${id}/retry`, {}, headers);
  expect(second.body).toEqual(first.body);
  expect(await auditOf(id)).toHaveLength(1);
  expect((await api.call("POST /api/jobs/999999999/retry", {})).body.code).toBe("job_not_found");
});
