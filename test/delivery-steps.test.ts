import type { Db } from "@billpost/db/connection";
import { noteRendered, noteStored, stepDelivery } from "@billpost/db/delivery-steps";
import { type Delivery, loadDelivery } from "@billpost/db/deliveries";
import { startHeartbeat } from "@billpost/db/heartbeats";
import { suppressAddress } from "@billpost/db/suppressions";
import { type Claim, ClaimLost, claimWorkItem } from "@billpost/db/work-items";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { advanceDelivery } from "../apps/worker/src/advance-delivery.ts";
import { createTestDatabase } from "./src/database.ts";
import { aDelivery, anInvoice, anOrder } from "./src/rows.ts";
import { openTestDatabase } from "./src/test-orders.ts";

let db: Db;
let claim: Claim;
let deliveryId: number;

beforeAll(async () => {
  db = openTestDatabase((await createTestDatabase()).url);
  const worker = { host: "elsewhere", pid: 1, version: "test", hostname: "elsewhere" };
  await startHeartbeat(db, { poolId: "worker", ...worker, slots: 1, renderSlots: 1 });
});
afterAll(() => db.destroy());

beforeEach(async () => {
  const delivery = await aDelivery(db, { state: "stored" });
  deliveryId = delivery.deliveryId;
  const taken = await claimWorkItem(db, { workItemId: delivery.workItemId, poolId: "worker", jobId: 1 });
  if (typeof taken === "string") throw new Error(`not claimed: ${taken}`);
  claim = taken;
});

const startSending = () =>
  stepDelivery(
    db,
    claim,
    deliveryId,
    { state: "stored", resends: 0 },
    { event: "send_started", notes: [{ stage: "send", event: "started" }], finish: "done" },
  );

/** All that a step can write. */
const written = async () => ({
  delivery: await db
    .selectFrom("deliveries")
    .selectAll()
    .where("id", "=", deliveryId)
    .executeTakeFirstOrThrow(),
  work: await db
    .selectFrom("work_items")
    .selectAll()
    .where("id", "=", claim.workItemId)
    .executeTakeFirstOrThrow(),
  history: await db.selectFrom("work_item_events").selectAll().orderBy("id").execute(),
  timeline: await db.selectFrom("order_events").selectAll().orderBy("id").execute(),
  documents: await db.selectFrom("documents").selectAll().orderBy("id").execute(),
});

test("a step of a claim that another holds by now writes nothing, whatever the delivery's state", async () => {
  const order = await anOrder(db);
  const { invoiceId, number } = await anInvoice(db, order);
  const rendered = {
    invoiceId,
    revision: 1,
    locale: "en",
    templateHash: "t",
    chromeVersion: "c",
    sha256: "s",
    byteSize: 1,
    pages: 1,
    s3Key: "k",
  };
  const document = await noteRendered(db, claim, rendered);
  if (!document) throw new Error("the document was not written");
  await db
    .updateTable("work_items")
    .set({ fence: claim.fence + 1 })
    .where("id", "=", claim.workItemId)
    .execute();
  const before = await written();
  const stored = { deliveryId, orderId: order.orderId, position: 1, document, number, put: "created" };
  await expect(startSending()).rejects.toThrow(ClaimLost);
  await expect(noteRendered(db, claim, { ...rendered, sha256: "other" })).rejects.toThrow(ClaimLost);
  await expect(noteStored(db, claim, stored)).rejects.toThrow(ClaimLost);
  expect(await written()).toEqual(before);
});

test("a step from a state that the delivery has left writes nothing, also under the claim", async () => {
  await db.updateTable("deliveries").set({ state: "cancelled" }).where("id", "=", deliveryId).execute();
  const before = await written();
  expect(await startSending()).toBeUndefined();
  expect(await written()).toEqual(before);
});

test("nothing is begun for an address that may not be written to, also when the delivery was moved since it was read", async () => {
  const address = "john.doe@example.com";
  const delivery = await loadDelivery(db, deliveryId);
  if (!delivery) throw new Error("the delivery is gone");
  const begin = (state: Delivery["state"]) =>
    advanceDelivery(
      { db, claim },
      { ...delivery, state },
      { event: "send_started", unlessSuppressed: address, notes: [{ stage: "send", event: "started" }] },
    );
  await db
    .transaction()
    .execute((trx) => suppressAddress(trx, ` ${address.toUpperCase()}`, { reason: "complaint", deliveryId }));
  const before = await written();
  for (const state of ["stored", "rendering"] as const) expect(await begin(state)).toBeUndefined();
  expect(await written()).toEqual(before);
  await db.updateTable("suppressed_addresses").set({ cleared_at: new Date() }).execute();
  expect(await begin("rendering")).toMatchObject({ state: "sending" });
});
