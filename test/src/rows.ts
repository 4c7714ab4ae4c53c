import { createHash, randomUUID } from "node:crypto";
import type { Db } from "@billpost/db/connection";
import type { DeliveryState } from "@billpost/domain/delivery";
import { settledStates } from "@billpost/domain/delivery";
import { settledWork } from "@billpost/db/attempts";

/** An order of one line for a new customer, written as rows: for tests that are not about ordering. */
export async function anOrder(db: Db): Promise<{ readonly orderId: number; readonly clientId: number }> {
  const name = `client-${randomUUID()}`;
  const client = await db.insertInto("clients").values({ name }).returning("id").executeTakeFirstOrThrow();
  const customer = await db
    .insertInto("customers")
    .values({ client_id: client.id, name: "John Doe", email: "john.doe@example.com" })
    .returning("id")
    .executeTakeFirstOrThrow();
  const product = await db
    .insertInto("products")
    .values({
      sku: randomUUID(),
      name: "Widget A",
      unit_price_minor: 1999,
      currency: "USD",
      tracks_stock: false,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const order = await db
    .insertInto("orders")
    .values({
      order_id: `ORD-TEST-${randomUUID()}`,
      client_id: client.id,
      customer_id: customer.id,
      customer_name: "John Doe",
      customer_email: "john.doe@example.com",
      billing_details: JSON.stringify({
        name: "John Doe",
        address: { line1: "1 High Street", city: "Springfield", postalCode: "12345", countryCode: "US" },
        vatId: null,
      }),
      currency: "USD",
      subtotal_minor: 1999,
      tax_minor: 200,
      total_minor: 2199,
      taxes: JSON.stringify([
        { category: "standard", ratePpm: 100_000, taxableMinor: 1999, taxMinor: 200, exemptionReason: null },
      ]),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await db
    .insertInto("order_items")
    .values({
      order_id: order.id,
      line_number: 1,
      product_id: product.id,
      sku: "W",
      product_name: "Widget A",
      unit: "piece",
      quantity: 1,
      unit_price_minor: 1999,
      price_includes_tax: false,
      total_minor: 1999,
      net_minor: 1999,
      tax_category: "standard",
      tax_rate_ppm: 100_000,
      tracks_stock: false,
    })
    .execute();
  return { orderId: order.id, clientId: client.id };
}

/** An issued invoice of an order, without a delivery or a document. */
export async function anInvoice(
  db: Db,
  { orderId, clientId }: { readonly orderId: number; readonly clientId: number },
): Promise<{ readonly invoiceId: number; readonly number: string }> {
  const { customer_id } = await db
    .selectFrom("orders")
    .select("customer_id")
    .where("id", "=", orderId)
    .executeTakeFirstOrThrow();
  // Several may ask at once; the conflict has no target, since the table has two unique keys.
  await db
    .insertInto("invoice_series")
    .values({ kind: "invoice", year: 2026, prefix: "INV", next_number: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const series = await db
    .updateTable("invoice_series")
    .set((e) => ({ next_number: e("next_number", "+", 1) }))
    .where("kind", "=", "invoice")
    .where("year", "=", 2026)
    .returning(["id", "next_number"])
    .executeTakeFirstOrThrow();
  const sequenceNumber = series.next_number - 1;
  const number = `INV-2026-${String(sequenceNumber).padStart(6, "0")}`;
  const snapshot = JSON.stringify({ number });
  const invoice = await db
    .insertInto("invoices")
    .values({
      series_id: series.id,
      sequence_number: sequenceNumber,
      number,
      kind: "invoice",
      client_id: clientId,
      customer_id,
      order_id: orderId,
      issue_date: "2026-03-01",
      currency: "USD",
      net_minor: 1999,
      tax_minor: 200,
      gross_minor: 2199,
      snapshot,
      snapshot_sha256: createHash("sha256").update(snapshot).digest("hex"),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await db.updateTable("orders").set({ invoice_status: "issued" }).where("id", "=", orderId).execute();
  return { invoiceId: invoice.id, number };
}

/** A delivery in a state, with the work item that such a delivery has and no job. */
export async function aDelivery(
  db: Db,
  { state }: { readonly state: DeliveryState },
): Promise<{ readonly deliveryId: number; readonly workItemId: number; readonly messageId: string }> {
  const { orderId, clientId } = await anOrder(db);
  const messageId = randomUUID();
  const delivery = await db
    .insertInto("deliveries")
    .values({
      client_id: clientId,
      order_id: orderId,
      purpose: `test:${randomUUID()}`,
      recipient_name: "John Doe",
      recipient_email: "john.doe@example.com",
      locale: "en",
      state,
      ses_message_id: ["sent", "delivered", "bounced"].includes(state) ? messageId : null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const work = await db
    .insertInto("work_items")
    .values({
      task: "deliver-invoice",
      delivery_id: delivery.id,
      order_id: orderId,
      client_id: clientId,
      max_attempts: 8,
      state: workStateOf(state),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return { deliveryId: delivery.id, workItemId: work.id, messageId };
}

const workStateOf = (state: DeliveryState) => {
  if (settledStates.includes(state)) return settledWork(state);
  if (state === "ambiguous" || state === "throttled") return state;
  return state === "sending" ? "running" : "waiting";
};
