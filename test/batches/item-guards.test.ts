import { settleItems } from "@billpost/db/batches/advance";
import type { Batch } from "@billpost/db/batches/batch";
import { beginEach, beginResends } from "@billpost/db/batches/begin-items";
import { endItem, lockItem } from "@billpost/db/batches/item-work";
import { letRun, pauseBatch, retryFailed } from "@billpost/db/batches/steer";
import type { Trx } from "@billpost/db/connection";
import { applyDeliveryEvent, lockDelivery } from "@billpost/db/deliveries";
import type { DeliveryEvent } from "@billpost/domain/delivery";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedSentInvoices } from "../src/batch-history.ts";
import { type InvoicingDatabase, openInvoicingDatabase } from "../src/invoicing/factory.ts";
import { planBatch } from "../src/planned-batch.ts";
import { waitFor } from "../src/wait-for.ts";

let on: InvoicingDatabase;
beforeAll(async () => {
  on = await openInvoicingDatabase();
});
afterAll(() => on.close());

const inOne = <Result>(work: (trx: Trx) => Promise<Result>) => on.db.transaction().execute(work);

/** A running batch of which every item was begun. */
const begun = async (kind: "resend" | "reissue", count: number): Promise<Batch> => {
  const numbers = await seedSentInvoices(on, count, () => {});
  const batch = await planBatch(on, kind, numbers);
  await inOne((trx) => letRun(trx, batch, batch));
  await beginAll(batch);
  return batch;
};

const beginAll = (batch: Batch) =>
  inOne((trx) => {
    const positions = Array.from({ length: batch.total }, (_, index) => index + 1);
    return (batch.kind === "resend" ? beginResends : beginEach)(trx, batch, positions);
  });

const itemsOf = (batch: Batch) =>
  on.db
    .selectFrom("batch_items")
    .select(["position", "state", "reason", "work_item_id as workItemId", "delivery_id as deliveryId"])
    .where("batch_id", "=", batch.id)
    .orderBy("position")
    .execute();

const workStates = async (ids: readonly (number | null)[], state: "waiting" | "failed") => {
  await on.db
    .updateTable("work_items")
    .set({ state, finished_at: state === "failed" ? new Date() : null })
    .where("id", "in", ids as number[])
    .execute();
};

/** What happens to the delivery of an item, by the rules of its state machine. */
const happens = async (deliveryId: number | null | undefined, ...events: readonly DeliveryEvent[]) => {
  for (const event of events) {
    const moved = await inOne((trx) =>
      applyDeliveryEvent(trx, deliveryId ?? 0, event, { sesMessageId: `m-${deliveryId}` }),
    );
    if (!moved) throw new Error(`${event} was refused`);
  }
};

test("an item is carried out by the work that was enqueued for it last, and only while it runs", async () => {
  const batch = await begun("reissue", 1);
  const lock = (workItemId: number | null | undefined) =>
    inOne((trx) => lockItem(trx, { workItemId: workItemId ?? 0 }, { batchId: batch.id, position: 1 }));
  const [first] = await itemsOf(batch);
  expect(await lock(first?.workItemId)).toMatchObject({ position: 1 });
  // Given up, then run again by the batch: what an operator now does with the old work concerns nobody.
  await workStates([first?.workItemId ?? 0], "failed");
  await inOne((trx) => settleItems(trx, batch.id));
  await inOne((trx) => retryFailed(trx, batch.id));
  await beginAll(batch);
  const [second] = await itemsOf(batch);
  expect(await lock(first?.workItemId)).toBeUndefined();
  expect(await lock(second?.workItemId)).toMatchObject({ position: 1, tries: 1 });
  await inOne((trx) => endItem(trx, { batchId: batch.id, position: 1 }, "skipped", "changed_since_plan"));
  expect(await lock(second?.workItemId)).toBeUndefined();
});

const storedAndSent = ["begun", "documents_stored", "send_started"] as const;

test("retry-failed repeats no message that may have gone out", async () => {
  const batch = await begun("resend", 5);
  const deliveries = (await itemsOf(batch)).map(({ deliveryId }) => deliveryId);
  const [refused, resent, cancelledInDoubt, cancelled, bounced] = deliveries;
  await happens(refused, ...storedAndSent, "gave_up");
  // One of the two messages came back; what became of the other nobody knows.
  await happens(resent, ...storedAndSent, "reply_lost", "resend_started", "ses_bounce");
  await happens(cancelledInDoubt, ...storedAndSent, "reply_lost", "cancelled");
  await happens(cancelled, "begun", "cancelled");
  await happens(bounced, ...storedAndSent, "accepted", "ses_bounce");
  expect(await inOne((trx) => settleItems(trx, batch.id))).toBe(5);
  expect(await inOne((trx) => retryFailed(trx, batch.id))).toBe(3);
  expect((await itemsOf(batch)).map(({ state, reason }) => [state, reason])).toEqual([
    ["waiting", null],
    ["failed", "bounced"],
    ["failed", "cancelled_by_operator"],
    ["waiting", null],
    ["waiting", null],
  ]);
  // The earlier delivery is over: an operator's retry would be a second mail beside the batch's own.
  await expect(happens(refused, "retried")).rejects.toThrow("retried was refused");
});

test("what an operator has sent since it failed is not sent again by retry-failed, and counts as done", async () => {
  const batch = await begun("resend", 2);
  const [sent, onItsWay] = await itemsOf(batch);
  for (const { deliveryId } of [sent, onItsWay] as NonNullable<typeof sent>[])
    await happens(deliveryId, ...storedAndSent, "gave_up");
  await inOne((trx) => settleItems(trx, batch.id));
  await happens(sent?.deliveryId, "retried", ...storedAndSent, "accepted");
  await happens(onItsWay?.deliveryId, "retried");
  expect(await inOne((trx) => retryFailed(trx, batch.id))).toBe(2);
  await inOne((trx) => settleItems(trx, batch.id));
  const outcomes = () =>
    itemsOf(batch).then((items) => items.map(({ state, reason, deliveryId }) => [state, reason, deliveryId]));
  expect(await outcomes()).toEqual([
    ["done", "sent", sent?.deliveryId],
    ["running", null, onItsWay?.deliveryId],
  ]);
  await happens(onItsWay?.deliveryId, ...storedAndSent, "accepted");
  await inOne((trx) => settleItems(trx, batch.id));
  expect((await outcomes())[1]).toEqual(["done", "sent", onItsWay?.deliveryId]);
});

test("a pause takes back what was not begun, and nothing whose message may have gone out", async () => {
  const batch = await begun("resend", 2);
  const [waits, doubtful] = await itemsOf(batch);
  // Whatever its work is called, its delivery decides.
  await happens(doubtful?.deliveryId, ...storedAndSent, "reply_lost", "handed_back");
  await workStates([doubtful?.workItemId ?? 0], "waiting");
  await inOne((trx) => pauseBatch(trx, batch.id, "by_hand"));
  expect(await itemsOf(batch)).toMatchObject([
    { position: waits?.position, state: "waiting", workItemId: null, deliveryId: null },
    { state: "running", workItemId: doubtful?.workItemId, deliveryId: doubtful?.deliveryId },
  ]);
});

const mailsOf = (batch: Batch) =>
  itemsOf(batch).then((items) => items.map(({ deliveryId }) => deliveryId ?? 0));

test("a pause and retry-failed hold mails in the order of their ids, as an operator holds those of one invoice", async () => {
  const pausing = await begun("resend", 4);
  expect(await heldBefore(await mailsOf(pausing), (trx) => pauseBatch(trx, pausing.id, "by_hand"))).toEqual(
    [],
  );
  const retrying = await begun("resend", 4);
  const fail = async (ids: readonly number[]) => {
    for (const id of ids) await happens(id, "begun", "gave_up");
    await inOne((trx) => settleItems(trx, retrying.id));
  };
  // The first item's mail is the latest once it was tried before.
  const [once = 0] = await mailsOf(retrying);
  await fail([once]);
  await inOne((trx) => retryFailed(trx, retrying.id));
  await beginAll(retrying);
  const failed = (await mailsOf(retrying)).toSorted((a, b) => a - b);
  await fail(failed);
  expect(await heldBefore(failed, (trx) => retryFailed(trx, retrying.id))).toEqual([]);
});

/** Which of these deliveries `work` has locked when it comes to the first, which somebody else holds. */
const heldBefore = async (
  [first = 0, ...others]: readonly number[],
  work: (trx: Trx) => Promise<unknown>,
) => {
  // Its row now lies behind the others'.
  await on.db.updateTable("deliveries").set({ locale: "de" }).where("id", "=", first).execute();
  const seen = await inOne(async (trx) => {
    await lockDelivery(trx, first);
    const done = inOne(work);
    await waitFor("it to come to the first", async () => {
      const { rows } = await sql<{ waiting: number }>`select count(*) as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(on.db);
      return rows[0]?.waiting === 1;
    });
    const { rows: free } = await sql<{ id: number }>`
      select id from deliveries where id = any(${others}::bigint[]) for update skip locked`.execute(trx);
    return { held: others.filter((id) => !free.some((row) => row.id === id)), done };
  });
  await seen.done;
  return seen.held;
};
