import type { Address } from "@billpost/domain/address";
import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";

/** A buyer of one client. */
export interface Customer {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly address: Address | null;
  readonly vatId: string | null;
  readonly locale: string;
  readonly version: number;
  readonly erasedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const columns = [
  "id",
  "name",
  "email",
  "address",
  "vat_id as vatId",
  "locale",
  "version",
  "erased_at as erasedAt",
  "created_at as createdAt",
  "updated_at as updatedAt",
] as const;

export interface CustomerDetails {
  readonly name: string;
  readonly email: string;
  readonly address: Address | null;
  readonly vatId: string | null;
  readonly locale: string;
}

const toRow = ({ name, email, address, vatId, locale }: CustomerDetails) => ({
  name,
  email,
  address: address && JSON.stringify(address),
  vat_id: vatId,
  locale,
});

export const insertCustomer = (trx: Trx, clientId: number, details: CustomerDetails): Promise<Customer> =>
  trx
    .insertInto("customers")
    .values({ client_id: clientId, ...toRow(details) })
    .returning(columns)
    .executeTakeFirstOrThrow();

/** A client's customer; another client's is not found. */
export const findCustomer = (db: Db, clientId: number, id: number): Promise<Customer | undefined> =>
  db
    .selectFrom("customers")
    .select(columns)
    .where("client_id", "=", clientId)
    .where("id", "=", id)
    .executeTakeFirst();

/**
 * Locks a client's customer until the transaction ends. The lock conflicts with the one that placing an
 * order takes (FOR KEY SHARE), so that none is placed while a customer is erased.
 */
export const lockCustomer = (trx: Trx, clientId: number, id: number): Promise<Customer | undefined> =>
  trx
    .selectFrom("customers")
    .select(columns)
    .where("client_id", "=", clientId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();

export interface CustomerFilter {
  /** In any case. */
  readonly email?: string | undefined;
  /** Found in the name or the email, in any case. */
  readonly text?: string | undefined;
}

/** A client's customers by id, from after `afterId`. */
export const listCustomers = async (
  db: Db,
  clientId: number,
  filter: CustomerFilter,
  page: CustomerPage,
): Promise<Customer[]> =>
  customersQuery(db, clientId, filter, page, await rareThrees(db, filter.text ?? "")).execute();

export interface CustomerPage {
  readonly afterId?: number | undefined;
  readonly limit: number;
}

/**
 * The threes of a text that fewest customers have, by which they are looked for; none of a text that is shorter. They are
 * asked for first, so that the planner, too, sees how rare they are.
 */
export const rareThrees = async (db: Db, text: string): Promise<readonly string[]> => {
  if (text.length < 3) return [];
  const { rows } = await sql<{
    threes: string[];
  }>`/*prepared*/ select rare_threes(${text}::text) as threes`.execute(db);
  return rows[0]?.threes ?? [];
};

/** The query of `listCustomers`, for its plan to be looked at. */
export const customersQuery = (
  db: Db,
  clientId: number,
  { email, text }: CustomerFilter,
  { afterId = 0, limit }: CustomerPage,
  threes: readonly string[],
) => {
  let query = db
    .selectFrom("customers")
    .select(columns)
    .where("client_id", "=", clientId)
    .where("id", ">", afterId);
  if (email !== undefined) query = query.where(sql`lower(email)`, "=", email.toLowerCase());
  if (text !== undefined) {
    const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    query = query.where((eb) => eb.or([eb("name", "ilike", pattern), eb("email", "ilike", pattern)]));
  }
  // Found by an index of threes of characters; what has them is then judged by the pattern.
  if (threes.length > 0)
    query = query.where(sql<boolean>`threes(name || chr(10) || email) @> ${threes}::text[]`);
  return query.orderBy("id").limit(limit);
};

/** Replaces the details of a locked customer. */
export const updateCustomer = (trx: Trx, id: number, details: CustomerDetails): Promise<Customer> =>
  trx
    .updateTable("customers")
    .set({ ...toRow(details), version: sql<number>`version + 1`, updated_at: sql<Date>`now()` })
    .where("id", "=", id)
    .returning(columns)
    .executeTakeFirstOrThrow();
