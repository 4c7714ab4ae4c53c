import { lockCustomer } from "@billpost/db/customers";
import { redactCustomer } from "@billpost/db/customers-erase";
import { advanceBulkOperation } from "@billpost/db/operators/advance-bulk";
import { recordSesEvent, type SesEvent } from "@billpost/db/ses-events";
import { isSuppressed } from "@billpost/db/suppressions";
import type { DeliveryState } from "@billpost/domain/delivery";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCustomer, aProduct, type Reply, type RunningApi, startApi } from "./src/catalogue-api.ts";
import { columnsThatHold } from "./src/columns-that-hold.ts";
import { issueOrders } from "./src/invoicing/factory.ts";
import { waitFor } from "./src/wait-for.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const ok = async (reply: Promise<Reply>): Promise<Reply["body"]> => {
  const { status, body } = await reply;
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body;
};

/** The delivery of an order that was just issued, as its worker would leave it. */
const leave = async (jobId: number, delivery: DeliveryState, work: "failed" | "done") => {
  const { delivery_id } = await api.db
    .updateTable("work_items")
    .set({ state: work, finished_at: new Date() })
    .where("id", "=", jobId)
    .returning("delivery_id")
    .executeTakeFirstOrThrow();
  const deliveryId = delivery_id ?? 0;
  const sent = delivery === "sent" ? { ses_message_id: `ses-${deliveryId}` } : {};
  await api.db
    .updateTable("deliveries")
    .set({ state: delivery, ...sent })
    .where("id", "=", deliveryId)
    .execute();
  return deliveryId;
};

const bounceOf = (deliveryId: number, address: string): SesEvent => ({
  snsMessageId: crypto.randomUUID(),
  type: "bounce",
  sesMessageId: `ses-${deliveryId}`,
  permanent: true,
  deliveryId,
  fence: undefined,
  detail: { kind: "Permanent", status: "5.1.1" },
  stoppedAddresses: [address],
  occurredAt: undefined,
});
const bounce = (deliveryId: number, address: string) =>
  api.db.transaction().execute((trx) => recordSesEvent(trx, bounceOf(deliveryId, address)));

/** An issued order of a customer, and the job that is to deliver its invoice. */
const anIssuedOrder = async (name: string, email: string) => {
  const customerId = await aCustomer(api.call, { name, email });
  const productId = await aProduct(api.call);
  const order = await ok(api.call("POST /api/orders", { customerId, items: [{ productId, quantity: 1 }] }));
  await issueOrders(api.db, [order.id]);
  await api.db.updateTable("work_items").set({ state: "done" }).where("order_id", "=", order.id).execute();
  const { id: jobId } = await api.db
    .selectFrom("work_items")
    .select("id")
    .where("order_id", "=", order.id)
    .where("task", "=", "deliver-invoice")
    .executeTakeFirstOrThrow();
  return { customerId, order, jobId };
};

/** As if a batch had been planned with this one order, and started. */
const runBatchOf = async (batchId: number, orderId: number) => {
  await api.db.updateTable("batches").set({ state: "running" }).where("id", "=", batchId).execute();
  await api.db
    .insertInto("batch_items")
    .values({ batch_id: batchId, position: 1, order_id: orderId, version: "" })
    .execute();
};

test("what operators corrected, wrote and looked for about a person goes with the person", async () => {
  const first = "wilhelmina@one.example";
  const second = "Mina.K@two.example";
  const third = "mina@three.example";
  const forward = "forwarded@four.example";
  const name = "Wilhelmina Kowalczyk";
  const nickname = "Mina Kowalczyk-Brandt";
  const { call } = await api.clientWith(["operator"]);
  const { customerId, order, jobId } = await anIssuedOrder(name, first);
  const other = await anIssuedOrder("Bystander", "by@stander.example");

  // Corrected twice, on the way through an address that no row but the audit keeps.
  await leave(jobId, "failed", "failed");
  await ok(
    call(
      `POST /api/jobs/${jobId}/correct-address`,
      { email: second, name: nickname, reason: `${nickname} wrote from ${second}` },
      { "idempotency-key": "correct-1" },
    ),
  );
  const deliveryId = await leave(jobId, "failed", "failed");
  await bounce(deliveryId, second);
  await leave(jobId, "failed", "failed");
  await ok(
    call(`POST /api/jobs/${jobId}/correct-address`, {
      email: third,
      reason: "her third",
      updateCustomer: true,
    }),
  );
  await leave(jobId, "sent", "done");
  // It is forwarded, and bounced there; an operator clears that.
  await bounce(deliveryId, forward);
  const suppressed = await ok(call(`GET /api/suppressions?email=${encodeURIComponent(forward)}`));
  await ok(call(`DELETE /api/suppressions/${suppressed.data[0].id}`, { reason: `${nickname} repaired it` }));

  // Acts on many: looked for by the address, and with a reason that names the person, also on another's job.
  const bulk = await ok(
    call(
      "POST /api/bulk-operations",
      { action: "mark-handled", filter: { email: second }, reason: `for ${name}` },
      { "idempotency-key": "bulk-1" },
    ),
  );
  await leave(other.jobId, "failed", "failed");
  const both = await ok(
    call("POST /api/bulk-operations", {
      action: "mark-handled",
      ids: [jobId, other.jobId],
      reason: `${nickname} called about both`,
    }),
  );
  for (const { id } of [bulk, both])
    await waitFor(
      `bulk operation ${id} to be over`,
      async () => (await api.db.transaction().execute((trx) => advanceBulkOperation(trx, id))) === "over",
    );
  const aside = await ok(
    call("POST /api/bulk-operations", { action: "retry", ids: [other.jobId], reason: `asked by ${third}` }),
  );
  await ok(call(`POST /api/bulk-operations/${aside.id}/stop`, { reason: `not for ${third}, after all` }));
  await ok(call("POST /api/tasks/deliver-invoice/stages/send/pause", { reason: `${second} is a trap` }));
  await ok(call("POST /api/tasks/deliver-invoice/stages/send/resume", { reason: `${second} is none` }));
  const batch = await ok(
    api.call("POST /api/batches", {
      kind: "resend",
      externalRef: "resend-1",
      reason: `asked for by ${second}`,
      selection: { orderIds: [order.orderId] },
    }),
  );
  await runBatchOf(batch.id, order.id);
  // A name alone: it is found by what the batch is about.
  await ok(api.call(`POST /api/batches/${batch.id}/pause`, { reason: `${nickname} changed her mind` }));

  const texts = [first, second, third, forward, name, nickname];
  for (const text of texts) expect(await columnsThatHold(api.database, [text]), text).not.toEqual([]);
  await ok(api.call(`POST /api/customers/${customerId}/erase`));
  expect(await columnsThatHold(api.database, texts)).toEqual(["invoices.snapshot"]);
  expect(await columnsThatHold(api.database, [first, second, third, forward, nickname])).toEqual([]);
  expect(await isSuppressed(api.db, second)).toBe(true);
  expect(await columnsThatHold(api.database, ["Bystander"])).not.toEqual([]);
  const { before, reason } = await api.db
    .selectFrom("audit_events")
    .select(["before", "reason"])
    .where("action", "=", "job.handled")
    .where("target_id", "=", String(other.jobId))
    .executeTakeFirstOrThrow();
  expect({ before, reason }).toEqual({
    before: { state: "failed", deliveryState: "failed" },
    reason: "[erased] called about both",
  });

  // A bounce that comes only now stops the address by its hash alone.
  await bounce(deliveryId, third);
  expect(await isSuppressed(api.db, third)).toBe(true);
  expect(await columnsThatHold(api.database, [third])).toEqual([]);
});

test("a bounce that comes while its customer is being erased waits, and leaves no address behind", async () => {
  const email = "racing@bounce.example";
  const { customerId, jobId } = await anIssuedOrder("Racing Bouncer", email);
  const deliveryId = await leave(jobId, "sent", "done");
  let late: Promise<unknown> | undefined;
  await api.db.transaction().execute(async (trx) => {
    await lockCustomer(trx, api.clientId, customerId);
    await redactCustomer(trx, api.clientId, customerId);
    late = bounce(deliveryId, email);
    await waitFor("somebody to wait for a lock", async () => {
      const waiting = await sql`select from pg_locks where not granted`.execute(api.db);
      return waiting.rows.length > 0;
    });
  });
  await late;
  expect(await isSuppressed(api.db, email)).toBe(true);
  expect(await columnsThatHold(api.database, [email])).toEqual([]);
});
