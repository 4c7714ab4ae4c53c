import type { BatchFilter } from "@billpost/db/batches/batch";
import { requestCreditForCancellation } from "@billpost/db/credit-requests";
import { applyDeliveryEvent } from "@billpost/db/deliveries";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedSentInvoices } from "../src/batch-history.ts";
import {
  creditNow,
  type InvoicingDatabase,
  issueOne,
  openInvoicingDatabase,
} from "../src/invoicing/factory.ts";
import { planBatch } from "../src/planned-batch.ts";

let on: InvoicingDatabase;
beforeAll(async () => {
  on = await openInvoicingDatabase();
});
afterAll(() => on.close());

const select = async (filter: BatchFilter, kind: "rerender" | "reissue" = "rerender"): Promise<string[]> => {
  const batch = await planBatch(on, kind, { filter });
  const items = await on.db
    .selectFrom("batch_items")
    .innerJoin("invoices", "invoices.id", "batch_items.invoice_id")
    .select("number")
    .where("batch_id", "=", batch.id)
    .orderBy("position")
    .execute();
  return items.map(({ number }) => number);
};

test("each condition of a filter selects what fits it, and all of them together what fits all", async () => {
  const [bounced = "", sent = ""] = await seedSentInvoices(on, 2, () => {});
  const { id: otherCustomer } = await on.db
    .insertInto("customers")
    .values({ client_id: on.clientId, name: "Jane Roe", email: "jane.roe@example.com" })
    .returning("id")
    .executeTakeFirstOrThrow();
  const unsent = await issueOne({ ...on, customerId: otherCustomer }, { currency: "USD" });
  const returned = await issueOne(on);
  const request = await on.db.transaction().execute((trx) =>
    requestCreditForCancellation(trx, {
      clientId: on.clientId,
      orderId: returned.orderId,
      reason: "Cancelled",
      actor: "test",
    }),
  );
  await creditNow(on.db, returned.orderId, request);
  const rows = await on.db
    .selectFrom("invoices as i")
    .innerJoin("delivery_documents as d", "d.invoice_id", "i.id")
    .innerJoin("order_items as l", "l.order_id", "i.order_id")
    .select(["i.number", "i.kind", "d.delivery_id as deliveryId", "l.product_id as productId"])
    .execute();
  const rowOf = (number: string) => rows.find((row) => row.number === number);
  const creditNote = rows.find(({ kind }) => kind === "credit_note")?.number as string;
  const bounce = { sesMessageId: "came-back" };
  await on.db
    .transaction()
    .execute((trx) => applyDeliveryEvent(trx, rowOf(bounced)?.deliveryId ?? 0, "ses_bounce", bounce));

  const invoices = [bounced, sent, unsent.number, returned.number];
  expect(await select({})).toEqual(invoices);
  expect(await select({ documents: "all" })).toEqual([...invoices, creditNote]);
  expect(await select({ documents: "credit_notes" })).toEqual([creditNote]);
  // Credit notes are not corrected, whatever is asked for.
  expect(await select({ documents: "all" }, "reissue")).toEqual(invoices);
  expect(await select({ deliveryState: "bounced" })).toEqual([bounced]);
  expect(await select({ deliveryState: "sent" })).toEqual([sent]);
  expect(await select({ templateHash: "old" })).toEqual([bounced, sent]);
  expect(await select({ templateHash: "another" })).toEqual([]);
  expect(await select({ customerId: otherCustomer })).toEqual([unsent.number]);
  expect(await select({ productId: rowOf(unsent.number)?.productId ?? 0 })).toEqual([unsent.number]);
  expect(await select({ state: "credited" })).toEqual([returned.number]);
  expect(await select({ state: "issued" })).toEqual([bounced, sent, unsent.number]);
  expect(await select({ from: "2999-01-01" })).toEqual([]);
  expect(await select({ to: "2001-01-01" })).toEqual([]);
  expect(await select({ from: "2001-01-01", to: "2999-01-01" })).toEqual(invoices);
  expect(await select({ templateHash: "old", deliveryState: "sent" })).toEqual([sent]);
});

test("of what is to be sent again, only what never arrived is, or only what bounced, and each other says why not", async () => {
  const [bounced = "", delivered = "", sent = ""] = await seedSentInvoices(on, 3, () => {});
  const deliveries = await on.db
    .selectFrom("invoices")
    .innerJoin("delivery_documents", "delivery_documents.invoice_id", "invoices.id")
    .select(["number", "delivery_id"])
    .execute();
  const happens = (number: string, event: "ses_bounce" | "ses_delivery") =>
    on.db.transaction().execute((trx) =>
      applyDeliveryEvent(trx, deliveries.find((row) => row.number === number)?.delivery_id ?? 0, event, {
        sesMessageId: `of-${number}`,
      }),
    );
  await happens(bounced, "ses_bounce");
  await happens(delivered, "ses_delivery");
  const outcomes = async (only: "all" | "undelivered" | "bounced") => {
    const { id } = await planBatch(on, "resend", [bounced, delivered, sent], { only });
    const items = await on.db
      .selectFrom("batch_items")
      .select("reason")
      .where("batch_id", "=", id)
      .orderBy("position")
      .execute();
    return items.map(({ reason }) => reason);
  };
  expect(await outcomes("all")).toEqual([null, null, null]);
  expect(await outcomes("undelivered")).toEqual([null, "already_delivered", "already_delivered"]);
  expect(await outcomes("bounced")).toEqual([null, "not_bounced", "not_bounced"]);
});
