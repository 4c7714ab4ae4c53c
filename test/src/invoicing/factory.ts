import { createDatabase, createPool, type Db, type Trx } from "@billpost/db/connection";
import { issueCreditNote, type Credited } from "@billpost/db/credit-notes";
import { type IssuingSettings, issueInvoices } from "@billpost/db/invoices";
import type { SeriesSettings } from "@billpost/db/series";
import { type LineToPrice, priceLines } from "@billpost/domain/pricing";
import { sql } from "kysely";
import { createTestDatabase, type TestDatabase } from "../database.ts";

/** A database of the test's own with one client and one customer. */
export interface InvoicingDatabase {
  readonly database: TestDatabase;
  readonly db: Db;
  readonly clientId: number;
  readonly customerId: number;
  close(): Promise<void>;
}

const johnDoe = {
  name: "John Doe",
  email: "john.doe@example.com",
  address: { line1: "1 Main Street", postalCode: "12345", city: "Springfield", countryCode: "US" },
} as const;

export const openInvoicingDatabase = async (max = 10): Promise<InvoicingDatabase> => {
  const database = await createTestDatabase();
  const pool = createPool({
    url: database.url,
    max,
    applicationName: "billpost-test",
    onIdleError: () => {},
  });
  const db = createDatabase(pool);
  const client = await db
    .insertInto("clients")
    .values({ name: "shop" })
    .returning("id")
    .executeTakeFirstOrThrow();
  const customer = await db
    .insertInto("customers")
    .values({
      client_id: client.id,
      name: johnDoe.name,
      email: johnDoe.email,
      address: JSON.stringify(johnDoe.address),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return { database, db, clientId: client.id, customerId: customer.id, close: () => db.destroy() };
};

/** A line to order; what is left out is a taxed piece of 10.00 at 10 %. */
type TestLine = Partial<LineToPrice> & { readonly name?: string; readonly unit?: string };

export interface TestOrder {
  readonly currency?: string;
  readonly lines?: readonly TestLine[];
  readonly discount?: { readonly label: string; readonly amountMinor: number };
  readonly vatId?: string | null;
  readonly locale?: string;
}

/** Writes an order as placing one does, without its job; answers its row id. */
export const seedOrder = (
  { db, clientId, customerId }: InvoicingDatabase,
  { currency = "EUR", lines = [{}], discount, vatId = null, locale = "en" }: TestOrder = {},
): Promise<number> =>
  db.transaction().execute(async (trx) => {
    const items = lines.map(
      (line): LineToPrice => ({
        quantity: 1,
        unitPriceMinor: 1000,
        priceIncludesTax: false,
        taxCategory: "standard",
        taxRatePpm: 100_000,
        exemptionReason: null,
        ...line,
      }),
    );
    const pricing = priceLines(items, discount?.amountMinor);
    const productId = await anyProduct(trx, currency);
    const { id } = await trx
      .insertInto("orders")
      .values({
        order_id: `ORD-TEST-${crypto.randomUUID().slice(0, 13)}`,
        client_id: clientId,
        customer_id: customerId,
        customer_name: johnDoe.name,
        customer_email: johnDoe.email,
        billing_details: JSON.stringify({ name: johnDoe.name, address: johnDoe.address, vatId }),
        locale,
        currency,
        subtotal_minor: pricing.netMinor,
        tax_minor: pricing.taxMinor,
        rounding_minor: pricing.roundingMinor,
        total_minor: pricing.grossMinor,
        taxes: JSON.stringify(pricing.taxes),
        discounts: JSON.stringify(discount ? [discount] : []),
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    await trx
      .insertInto("order_items")
      .values(
        items.map((item, index) => {
          const priced = pricing.lines[index];
          if (!priced) throw new Error("every line is priced");
          return {
            order_id: id,
            line_number: index + 1,
            product_id: productId,
            sku: `SKU-${index + 1}`,
            product_name: lines[index]?.name ?? `Thing ${index + 1}`,
            unit: lines[index]?.unit ?? "piece",
            quantity: item.quantity,
            unit_price_minor: item.unitPriceMinor,
            price_includes_tax: item.priceIncludesTax,
            total_minor: priced.totalMinor,
            discount_minor: priced.discountMinor,
            net_minor: priced.netMinor,
            tax_category: item.taxCategory,
            tax_rate_ppm: priced.taxRatePpm,
            tax_exemption_reason: item.exemptionReason,
            tracks_stock: true,
          };
        }),
      )
      .execute();
    return id;
  });

/** Orders like one that was seeded, as many as one wants, in two statements. */
export const copyOrder = async (db: Db, orderId: number, count: number, tag = "ORD"): Promise<number[]> => {
  const columns = sql`client_id, customer_id, customer_name, customer_email, billing_details, locale, currency,
    subtotal_minor, tax_minor, rounding_minor, total_minor, taxes, discounts`;
  const { rows } = await sql<{ id: number }>`
    insert into orders (order_id, ${columns})
    select ${tag}::text || '-COPY-' || n, ${columns} from orders, generate_series(1, ${count}::int) n where id = ${orderId}
    returning id`.execute(db);
  const ids = rows.map(({ id }) => id);
  const lineColumns = sql`line_number, product_id, sku, product_name, unit, quantity, unit_price_minor,
    price_includes_tax, total_minor, discount_minor, net_minor, tax_category, tax_rate_ppm, tracks_stock`;
  await sql`
    insert into order_items (order_id, ${lineColumns})
    select copy, ${lineColumns} from order_items, unnest(${ids}::bigint[]) copy where order_id = ${orderId}`.execute(
    db,
  );
  return ids;
};

const anyProduct = async (trx: Trx, currency: string): Promise<number> => {
  const found = await trx
    .selectFrom("products")
    .select("id")
    .where("currency", "=", currency)
    .limit(1)
    .executeTakeFirst();
  if (found) return found.id;
  const { id } = await trx
    .insertInto("products")
    .values({
      sku: `ANY-${currency}-${crypto.randomUUID()}`,
      name: "Any",
      currency,
      unit_price_minor: 1000,
      inventory_quantity: 1_000_000,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
};

const series = (kind: SeriesSettings["kind"], prefix: string): SeriesSettings => ({
  kind,
  prefix,
  padding: 6,
  startNumber: 1,
  timeZone: "UTC",
});

export const issuingSettings: IssuingSettings = {
  seller: {
    name: "Billpost Demo",
    address: { line1: "2 Side Street", postalCode: "10115", city: "Berlin", countryCode: "DE" },
    vatId: "DE123456789",
    email: "billing@example.com",
  },
  profile: "basic",
  timeZone: "UTC",
  invoiceSeries: series("invoice", "INV"),
  deliveryAttempts: 8,
};

export const creditNoteSeries = series("credit_note", "CN");

export interface TestInvoice {
  readonly id: number;
  readonly number: string;
}

/** Numbers orders as the worker does, all in one transaction. */
export const issueOrders = async (
  db: Db,
  orderIds: readonly number[],
  settings: IssuingSettings = issuingSettings,
): Promise<TestInvoice[]> => {
  const issued = await db.transaction().execute(async (trx) => {
    await lockOrders(trx, orderIds);
    return issueInvoices(trx, orderIds, settings);
  });
  return issued.map((result) => {
    if (result.outcome !== "issued") throw new Error(`order ${result.orderId} was ${result.outcome}`);
    return { id: result.invoiceId, number: result.number };
  });
};

const lockOrders = (trx: Trx, orderIds: readonly number[]) =>
  trx
    .selectFrom("orders")
    .select("id")
    .where("id", "in", [...orderIds])
    .orderBy("id")
    .forUpdate()
    .execute();

/** Makes the credit note of a request as the worker does. */
export const creditNow = (db: Db, orderId: number, creditRequestId: number): Promise<Credited> =>
  db.transaction().execute(async (trx) => {
    await lockOrders(trx, [orderId]);
    return issueCreditNote(trx, creditRequestId, { creditNoteSeries, deliveryAttempts: 8 });
  });

/** Places and numbers one order. */
export const issueOne = async (
  on: InvoicingDatabase,
  order: TestOrder = {},
): Promise<TestInvoice & { readonly orderId: number }> => {
  const orderId = await seedOrder(on, order);
  const [invoice] = await issueOrders(on.db, [orderId]);
  if (!invoice) throw new Error("nothing was issued");
  return { ...invoice, orderId };
};
