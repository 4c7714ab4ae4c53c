import { applyDeliveryEvent, lockDelivery } from "@billpost/db/deliveries";
import { advanceBulkOperation } from "@billpost/db/operators/advance-bulk";
import { carryOut } from "@billpost/db/operators/carry-out";
import { lockJobs } from "@billpost/db/operators/job-state";
import { decideAct } from "@billpost/domain/operators/job-acts";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Reply, type RunningApi, startApi } from "./src/catalogue-api.ts";
import { aDeliveryJob, aSiblingOf, queuedKeys } from "./src/operated-jobs.ts";
import { waitFor } from "./src/wait-for.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const preview = async (id: number, action: string) =>
  (await api.call(`GET /api/jobs/${id}/preview?action=${action}`)).body;
const act = (id: number, name: string, body: object = {}) => api.call(`POST /api/jobs/${id}/${name}`, body);

test("an invoice that another delivery brings is not retried as if no mail went out: that it may be the second is said, and needs a word", async () => {
  const job = await aDeliveryJob(api.db, "failed");
  const { id } = job;
  const other = await aSiblingOf(api.db, job, "failed");
  const previewed = await preview(id, "retry");
  expect(previewed).toMatchObject({ mayMailTwice: false, reasonRequired: false });
  for (const [state, said] of [
    ["stored", "is to come: this would be one more"],
    ["ambiguous", "may have gone out: this may be the second"],
    ["sent", "brought the same already: this would be one more"],
  ] as const) {
    await api.db.updateTable("deliveries").set({ state }).where("id", "=", other.deliveryId).execute();
    const seen = await preview(id, "retry");
    expect(seen, state).toMatchObject({ mayMailTwice: true, reasonRequired: true });
    expect(seen.summary).toContain(said);
  }
  // Neither a preview from before, nor none at all, is a word for it.
  expect((await act(id, "retry", { token: previewed.token })).body.code).toBe("preview_stale");
  expect((await act(id, "retry", { reason: "x" })).body.code).toBe("preview_needed");
  expect(await queuedKeys(api.db, id)).toEqual([]);
});

test("two operators who retry two deliveries of one invoice at once do not mail it twice: the second is told of the first", async () => {
  const first = await aDeliveryJob(api.db, "failed");
  const second = await aSiblingOf(api.db, first, "failed");
  const { token } = await preview(second.id, "retry");
  let answered: Reply | undefined;
  const late = await api.db.transaction().execute(async (trx) => {
    const [job] = await lockJobs(trx, [first.id]);
    const { effect } = job ? decideAct(job.facts, "retry") : { effect: undefined };
    if (!job || !effect) throw new Error("it can be retried");
    const reply = act(second.id, "retry", { token }).then((found) => (answered = found));
    await waitFor("the second to wait for the first, or to be done with it", async () => {
      const { rows } = await sql<{ waiting: number }>`select count(*) as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(api.db);
      return answered !== undefined || rows[0]?.waiting === 1;
    });
    await carryOut(trx, "retry", [{ job, effect }], { actor: "test", clientId: null });
    return { reply };
  });
  const { body } = await late.reply;
  expect(body).toMatchObject({ status: 409, code: "preview_stale", preview: { mayMailTwice: true } });
  expect(await queuedKeys(api.db, first.id)).toHaveLength(1);
  expect(await queuedKeys(api.db, second.id)).toEqual([]);
});

test("an address is corrected while another mail of the invoice is on its way: that one is noted as sent, and neither waits for the other for ever", async () => {
  const job = await aDeliveryJob(api.db, "bounced");
  const other = await aSiblingOf(api.db, job, "sending");
  const { token } = await preview(job.id, "correct-address");
  const late = await api.db.transaction().execute(async (trx) => {
    await lockDelivery(trx, other.deliveryId);
    const reply = act(job.id, "correct-address", { email: "new@example.com", reason: "by phone", token });
    await waitFor("the correction to wait for the other mail", async () => {
      const { rows } = await sql<{ waiting: number }>`select count(*) as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(api.db);
      return rows[0]?.waiting === 1;
    });
    // Its entry in the timeline of the order, which the correction holds.
    await applyDeliveryEvent(trx, other.deliveryId, "accepted", { sesMessageId: `m-${other.deliveryId}` });
    return { reply };
  });
  expect((await late.reply).body).toMatchObject({ status: 409, code: "preview_stale" });
});

test("of several failed mails with one invoice, one act on many lets the first go and passes the others over", async () => {
  const first = await aDeliveryJob(api.db, "failed");
  const second = await aSiblingOf(api.db, first, "failed");
  const alone = await aDeliveryJob(api.db, "failed");
  const wish = {
    action: "retry",
    ids: [first.id, second.id, alone.id],
    reason: "SES is back",
  };
  const { body: dry } = await api.call("POST /api/bulk-operations", { ...wish, dryRun: true });
  expect(dry.outcomes).toMatchObject([
    { result: "changed", mayMailTwice: false, count: 2 },
    { result: "skipped", because: "may_mail_twice", count: 1 },
  ]);
  const { body: begun } = await api.call("POST /api/bulk-operations", wish);
  while ((await api.db.transaction().execute((trx) => advanceBulkOperation(trx, begun.id))) !== "over");
  const { body: items } = await api.call(`GET /api/bulk-operations/${begun.id}/items`);
  expect(items.data).toMatchObject([
    { jobId: first.id, result: "changed" },
    { jobId: second.id, result: "skipped", because: "may_mail_twice" },
    { jobId: alone.id, result: "changed" },
  ]);
  expect(await queuedKeys(api.db, second.id)).toEqual([]);
});

test("after a bounce a corrected address gets the invoice without a word only while no other mail brings it", async () => {
  const job = await aDeliveryJob(api.db, "bounced");
  expect(await preview(job.id, "correct-address")).toMatchObject({ allowed: true, mayMailTwice: false });
  await aSiblingOf(api.db, job, "sent");
  expect(await preview(job.id, "correct-address")).toMatchObject({ allowed: true, mayMailTwice: true });
  const reply = await act(job.id, "correct-address", { email: "new@example.com", reason: "asked by phone" });
  expect(reply.body).toMatchObject({ status: 409, code: "preview_needed" });
});
