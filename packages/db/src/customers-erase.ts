import { settledStates } from "@billpost/domain/delivery";
import { sql } from "kysely";
import type { Trx } from "./connection.ts";
import { applyDeliveryEvent } from "./deliveries.ts";
import { bulkOperationsAbout, isAddress, redactOperatorActs } from "./operators/erase-acts.ts";
import type { WorkItemState } from "./schema.ts";
import { redactSuppressions, redactSuppressionsOfCustomer } from "./suppressions.ts";

/** What stands where a name stood. */
const erasedName = "[erased]";
/** An address that can never exist (RFC 2606). */
export const erasedEmail = "erased@erased.invalid";

/** Work in one of these is over, whatever came of it. */
const closedWork: readonly WorkItemState[] = ["done", "cancelled", "handled", "suppressed"];

/** Locks every order of a customer in id order, as issuing and cancelling lock one. */
export const lockOrdersOfCustomer = async (trx: Trx, customerId: number): Promise<void> => {
  await trx
    .selectFrom("orders")
    .select("id")
    .where("customer_id", "=", customerId)
    .orderBy("id")
    .forUpdate()
    .execute();
};

/**
 * The orders of a customer, at most 20, that still need the customer's data: not yet invoiced, with a credit
 * note to come, or with a document on its way. A delivery that failed for good needs it no more.
 */
export const ordersThatNeedCustomer = async (trx: Trx, customerId: number): Promise<string[]> => {
  const rows = await trx
    .selectFrom("orders")
    .select("orders.order_id")
    .where("customer_id", "=", customerId)
    .where((eb) =>
      eb.or([
        eb("invoice_status", "in", ["pending", "blocked"]),
        eb.exists(
          eb
            .selectFrom("work_items")
            .select("work_items.id")
            .whereRef("work_items.order_id", "=", "orders.id")
            .where("task", "in", ["issue-invoice", "issue-credit-note"])
            .where("state", "not in", closedWork),
        ),
        eb.exists(
          eb
            .selectFrom("deliveries")
            .select("deliveries.id")
            .whereRef("deliveries.order_id", "=", "orders.id")
            .where("state", "not in", settledStates),
        ),
      ]),
    )
    .orderBy("id")
    .limit(20)
    .execute();
  return rows.map((row) => row.order_id);
};

/**
 * Redacts a customer everywhere but in issued invoices: the row itself, the copies in orders, stored replies,
 * the audit, events, and deliveries' recipients. The caller holds the customer and its orders, and has made
 * sure that nothing needs the data any more.
 */
export const redactCustomer = async (trx: Trx, clientId: number, customerId: number): Promise<void> => {
  await trx
    .updateTable("customers")
    .set({ erased_at: sql<Date>`now()`, updated_at: sql<Date>`now()`, version: sql<number>`version + 1` })
    .where("id", "=", customerId)
    .execute();
  const { rows } = await sql<{ personal: string[] }>`
    select customer_personal_texts(${customerId}) as personal`.execute(trx);
  const personal = rows[0]?.personal ?? [];
  const bulkOperationIds = await bulkOperationsAbout(trx, customerId, personal);
  // It finds names in the rows below, so it comes first.
  await sql`select erase_customer_from_history(${customerId})`.execute(trx);
  await cancelFailedDeliveries(trx, customerId);
  await redactWork(trx, customerId, personal);
  await redactOperatorActs(trx, bulkOperationIds, personal);
  await redactReplies(trx, clientId, customerId, personal);
  for (const email of personal.filter(isAddress)) await redactSuppressions(trx, email);
  await redactSuppressionsOfCustomer(trx, customerId);
  await redactOrders(trx, customerId, personal);
  await trx
    .updateTable("customers")
    .set({ name: erasedName, email: erasedEmail, address: null, vat_id: null })
    .where("id", "=", customerId)
    .execute();
};

/** What could still be retried by hand: there is nobody left to send it to. */
const cancelFailedDeliveries = async (trx: Trx, customerId: number): Promise<void> => {
  const items = await trx
    .selectFrom("work_items")
    .innerJoin("deliveries", "deliveries.id", "work_items.delivery_id")
    .innerJoin("orders", "orders.id", "deliveries.order_id")
    .select(["work_items.id", "deliveries.id as deliveryId"])
    .where("orders.customer_id", "=", customerId)
    .where("deliveries.state", "in", ["failed", "suppressed", "quarantined"])
    .orderBy("work_items.id")
    .forUpdate("work_items")
    .execute();
  for (const { id, deliveryId } of items) {
    if (!(await applyDeliveryEvent(trx, deliveryId, "cancelled"))) continue;
    await trx
      .updateTable("work_items")
      .set({ state: "cancelled", finished_at: sql<Date>`now()`, updated_at: sql<Date>`now()` })
      .where("id", "=", id)
      .execute();
  }
};

const redactOrders = async (trx: Trx, customerId: number, personal: string[]): Promise<void> => {
  await sql`
    update order_returns set reason = redact_text(reason, ${personal}::text[])
    where order_id in (select id from orders where customer_id = ${customerId})`.execute(trx);
  await sql`
    update credit_requests set reason = redact_text(reason, ${personal}::text[])
    where order_id in (select id from orders where customer_id = ${customerId})`.execute(trx);
  await sql`
    update orders set
      customer_name = ${erasedName}, customer_email = ${erasedEmail},
      billing_details = jsonb_build_object('name', ${erasedName}::text, 'address', null, 'vatId', null),
      discounts = redact_json(discounts, '{}', ${personal}::text[]),
      purchase_order = redact_text(purchase_order, ${personal}::text[]),
      external_ref = case
        when redact_text(external_ref, ${personal}::text[]) = external_ref then external_ref
        else 'erased:' || id end,
      version = version + 1, updated_at = now()
    where customer_id = ${customerId}`.execute(trx);
};

const redactWork = async (trx: Trx, customerId: number, personal: string[]): Promise<void> => {
  await sql`
    update work_items set
      payload = redact_json(payload, '{}', ${personal}::text[]),
      last_error_message = redact_text(last_error_message, ${personal}::text[])
    where order_id in (select id from orders where customer_id = ${customerId})
      or delivery_id in (
        select deliveries.id from deliveries join orders on orders.id = deliveries.order_id where customer_id = ${customerId})`.execute(
    trx,
  );
  await redactBatches(trx, customerId, personal);
  await sql`
    update deliveries set
      recipient_name = ${erasedName}, recipient_email = ${erasedEmail},
      reason = redact_text(reason, ${personal}::text[]),
      last_error_message = redact_text(last_error_message, ${personal}::text[])
    where order_id in (select id from orders where customer_id = ${customerId})`.execute(trx);
};

/** What batches say of the customer: billing details to put right, reasons, and the texts that differed. */
const redactBatches = async (trx: Trx, customerId: number, personal: string[]): Promise<void> => {
  const orders = sql`select id from orders where customer_id = ${customerId}`;
  await sql`
    update batches set
      options = redact_json(options, '{billingDetails}', ${personal}::text[]),
      reason = redact_text(reason, ${personal}::text[])
    where id in (select batch_id from batch_items where order_id in (${orders}))`.execute(trx);
  await sql`
    update batch_items set changes = null, detail = redact_text(detail, ${personal}::text[])
    where order_id in (${orders})`.execute(trx);
};

/**
 * Replies that are kept to be replayed, to the customer's client and to operators: those about the customer (`id`
 * beside an `email`), about its orders, and any that holds one of its addresses. They stay valid JSON of the same
 * shape.
 */
const redactReplies = async (
  trx: Trx,
  clientId: number,
  customerId: number,
  personal: string[],
): Promise<void> => {
  const emails = personal.filter(isAddress).map((email) => email.toLowerCase());
  const aboutOrder = JSON.stringify({ customerId });
  const aboutCustomer = JSON.stringify({ id: customerId });
  await sql`
    with reply as (
      select client_id, key, case when body is json object then body::jsonb end as body
      from idempotency_keys
      where (client_id = ${clientId} or client_id in (select client_id from api_keys where 'operator' = any(scopes))) and (
        client_id = ${clientId} and body ~ ${`"(id|customerId)": ?${customerId}[,}]`}
        or exists (select from unnest(${emails}::text[]) email where strpos(lower(body), email) > 0))
    ), judged as (
      select client_id, key, body, body @> ${aboutCustomer}::jsonb and body ? 'email' as customer
      from reply where body is not null
    )
    update idempotency_keys set body = redact_json(
      judged.body,
      case when customer then '{name,email,address,vatId}'::text[]
        when judged.body @> ${aboutOrder}::jsonb then '{customerName,customerEmail,name,address,vatId}'
        else '{}' end,
      ${personal}::text[])::text
    from judged where idempotency_keys.client_id = judged.client_id and idempotency_keys.key = judged.key`.execute(
    trx,
  );
};
