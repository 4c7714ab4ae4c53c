import { createDatabase, createPool, type Db } from "@billpost/db/connection";
import { enqueue } from "@billpost/db/outbox";
import type { BillingDetails } from "@billpost/db/schema";
import { priceLines } from "@billpost/domain/pricing";
import type { TaxCategory } from "@billpost/domain/tax";
import { sql } from "kysely";

/** A database as the applications see it, for a test's own questions. End it with `destroy()`. */
export const openTestDatabase = (url: string): Db =>
  createDatabase(createPool({ url, max: 3, applicationName: "billpost-test", onIdleError: () => {} }));

export interface TestOrder {
  readonly lines?: readonly { readonly quantity: number; readonly unitPriceMinor: number }[];
  readonly taxCategory?: TaxCategory;
  readonly email?: string;
  readonly billingDetails?: Partial<BillingDetails>;
  readonly locale?: string;
  readonly maxAttempts?: number;
}

export interface PlacedTestOrder {
  readonly id: number;
  readonly orderId: string;
  readonly workItemId: number;
}

const buyer: BillingDetails = {
  name: "John Doe",
  address: { line1: "1 Market Street", postalCode: "94105", city: "San Francisco", countryCode: "US" },
  vatId: null,
};

/**
 * Writes orders as the API does, each with its work item and job, in one transaction: what the worker
 * starts from. Client, customer and product are made when they are not there.
 */
export const placeTestOrders = (db: Db, orders: readonly TestOrder[]): Promise<PlacedTestOrder[]> =>
  db.transaction().execute(async (trx) => {
    await sql`insert into clients (name) select 'test' where not exists (select from clients)`.execute(trx);
    await sql`insert into customers (client_id, name, email) select 1, 'John Doe', 'john.doe@example.com'
      where not exists (select from customers)`.execute(trx);
    await sql`insert into products (sku, name, unit_price_minor, currency) select 'WID-A-001', 'Widget A', 1999, 'USD'
      where not exists (select from products)`.execute(trx);
    const placed: PlacedTestOrder[] = [];
    for (const order of orders) {
      const lines = (order.lines ?? [{ quantity: 2, unitPriceMinor: 1999 }]).map((line) => ({
        ...line,
        priceIncludesTax: false,
        taxCategory: order.taxCategory ?? ("standard" as const),
        taxRatePpm: 100_000,
        exemptionReason: null,
      }));
      const pricing = priceLines(lines);
      const { rows } = await sql<{ id: number }>`select nextval('order_number') as id`.execute(trx);
      const id = rows[0]?.id ?? 0;
      const orderId = `ORD-2026-${String(id).padStart(6, "0")}`;
      await trx
        .insertInto("orders")
        .values({
          id,
          order_id: orderId,
          client_id: 1,
          customer_id: 1,
          customer_name: "John Doe",
          customer_email: order.email ?? "john.doe@example.com",
          billing_details: JSON.stringify({ ...buyer, ...order.billingDetails }),
          locale: order.locale ?? "en",
          currency: "USD",
          subtotal_minor: pricing.netMinor,
          tax_minor: pricing.taxMinor,
          rounding_minor: pricing.roundingMinor,
          total_minor: pricing.grossMinor,
          taxes: JSON.stringify(pricing.taxes),
        })
        .execute();
      await trx
        .insertInto("order_items")
        .values(
          lines.map((line, index) => ({
            order_id: id,
            line_number: index + 1,
            product_id: 1,
            sku: "WID-A-001",
            product_name: "Widget A",
            unit: "piece",
            quantity: line.quantity,
            unit_price_minor: line.unitPriceMinor,
            price_includes_tax: false,
            total_minor: pricing.lines[index]?.totalMinor ?? 0,
            net_minor: pricing.lines[index]?.netMinor ?? 0,
            tax_category: line.taxCategory,
            tax_rate_ppm: pricing.lines[index]?.taxRatePpm ?? 0,
            tracks_stock: true,
          })),
        )
        .execute();
      const [workItemId = 0] = await enqueue(trx, [
        { task: "issue-invoice", clientId: 1, orderId: id, maxAttempts: order.maxAttempts },
      ]);
      placed.push({ id, orderId, workItemId });
    }
    return placed;
  });

/** Ids of orders, for `placeTestOrders(db, many(200))`. */
export const many = (count: number, order: TestOrder = {}): TestOrder[] =>
  Array.from({ length: count }, () => order);
