import type { Address } from "@billpost/domain/address";
import { scopeNames } from "@billpost/domain/scopes";
import { sql } from "kysely";
import { prefixOf } from "./api-keys.ts";
import { createApiKey, createClient } from "./client-changes.ts";
import { findClientByName } from "./clients.ts";
import type { Db, Trx } from "./connection.ts";
import { insertCustomer } from "./customers.ts";
import { insertProduct } from "./products.ts";
import { moveStock } from "./stock.ts";

const actor = "sample-data";
const clientName = "local";

const customers: readonly { name: string; email: string; address: Address }[] = [
  {
    name: "John Doe",
    email: "john.doe@example.com",
    address: {
      line1: "1 Market Street",
      postalCode: "94105",
      city: "San Francisco",
      region: "CA",
      countryCode: "US",
    },
  },
  {
    name: "Jane Smith",
    email: "jane.smith@example.com",
    address: {
      line1: "221 Baker Street",
      line2: "Flat B",
      postalCode: "NW1 6XE",
      city: "London",
      countryCode: "GB",
    },
  },
];

/** Prices in minor units. */
const products = [
  { sku: "WID-A-001", name: "Widget A", unit_price_minor: 19_99, stock: 100 },
  { sku: "WID-B-001", name: "Widget B", unit_price_minor: 29_99, stock: 50 },
  { sku: "GAD-X-001", name: "Gadget X", unit_price_minor: 49_99, stock: 25 },
] as const;

export interface SampleDataOptions {
  /** A fixed key with every scope, for the local stack's own database only. Absent: none is made. */
  readonly developmentKey?: string | undefined;
  /** ISO 4217, with two decimals. */
  readonly currency?: string | undefined;
}

/**
 * Loads a client, two customers and three products with stock, so that a first order can be placed. In an
 * empty database they get the ids 1 to 3. Does nothing where the client exists, but for a missing key.
 * Answers whether anything was loaded.
 */
export const loadSampleData = (
  db: Db,
  { developmentKey, currency = "USD" }: SampleDataOptions = {},
): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('sample-data', 0))`.execute(trx);
    const existing = await findClientByName(trx, clientName);
    const client = existing ?? (await createClient(trx, { actor }, clientName));
    if (!existing) {
      for (const { name, email, address } of customers)
        await insertCustomer(trx, client.id, { name, email, address, vatId: null, locale: "en" });
      for (const product of products) await addProduct(trx, product, currency);
    }
    if (developmentKey !== undefined) await addKey(trx, client.id, developmentKey);
    return !existing;
  });

const addProduct = async (
  trx: Trx,
  { stock, ...product }: (typeof products)[number],
  currency: string,
): Promise<void> => {
  const made = await insertProduct(trx, {
    ...product,
    currency,
    description: "",
    price_includes_tax: false,
    tax_category: "standard",
    tax_rate_ppm: null,
    tax_exemption_reason: null,
    unit: "piece",
    tracks_stock: true,
  });
  if (made) await moveStock(trx, [{ productId: made.id, quantity: stock }], { type: "receipt", actor });
};

const addKey = async (trx: Trx, clientId: number, key: string): Promise<void> => {
  const known = await trx
    .selectFrom("api_keys")
    .select("id")
    .where("prefix", "=", prefixOf(key) ?? "")
    .executeTakeFirst();
  if (known) return;
  await createApiKey(trx, { actor }, { clientId, key, scopes: scopeNames, label: "local development" });
};
