import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";

type SuppressionReason = "hard_bounce" | "complaint";

export interface Suppression {
  readonly id: number;
  /** Null when its customer was erased; it goes on being suppressed. */
  readonly address: string | null;
  readonly reason: SuppressionReason;
  readonly deliveryId: number | null;
  readonly createdAt: Date;
}

/**
 * What a suppressed address is found by. Mail servers may tell letters' case in the local part apart, but none that
 * matters does.
 */
export const addressHash = (email: string): string =>
  createHash("sha256").update(email.trim().toLowerCase()).digest("hex");

const columns = ["id", "address", "reason", "delivery_id as deliveryId", "created_at as createdAt"] as const;

/** Whether an address gets no automatic mail. The intent to send asks it again, in its own statement. */
export const isSuppressed = async (db: Db, email: string): Promise<boolean> => {
  const { rows } = await sql`/*prepared*/
    select from suppressed_addresses where address_sha256 = ${addressHash(email)} and cleared_at is null`.execute(
    db,
  );
  return rows.length > 0;
};

/** Which of these addresses get no automatic mail. */
export const findSuppressed = async (db: Db, emails: readonly string[]): Promise<ReadonlySet<string>> => {
  const byHash = new Map(emails.map((email) => [addressHash(email), email]));
  if (byHash.size === 0) return new Set();
  const found = await db
    .selectFrom("suppressed_addresses")
    .select("address_sha256 as hash")
    .where("address_sha256", "in", [...byHash.keys()])
    .where("cleared_at", "is", null)
    .execute();
  const stopped = new Set(found.map(({ hash }) => hash));
  return new Set(emails.filter((email) => stopped.has(addressHash(email))));
};

interface SuppressionCause {
  readonly reason: SuppressionReason;
  readonly deliveryId: number | null;
  /** Its customer was erased: only the address' hash is kept. */
  readonly anonymous?: boolean;
}

/** Stops automatic mail to an address; a second time changes nothing. */
export const suppressAddress = async (
  trx: Trx,
  email: string,
  { reason, deliveryId, anonymous = false }: SuppressionCause,
): Promise<void> => {
  const address = anonymous ? null : email.trim();
  await trx
    .insertInto("suppressed_addresses")
    .values({ address_sha256: addressHash(email), address, reason, delivery_id: deliveryId })
    .onConflict((conflict) => conflict.column("address_sha256").where("cleared_at", "is", null).doNothing())
    .execute();
};

/** The addresses that get no mail now, newest first, from below `beforeId`; with `email` that one alone. */
export const listSuppressions = (
  db: Db,
  {
    limit,
    beforeId,
    email,
  }: {
    readonly limit: number;
    readonly beforeId?: number | undefined;
    readonly email?: string | undefined;
  },
): Promise<Suppression[]> =>
  db
    .selectFrom("suppressed_addresses")
    .select(columns)
    .where("cleared_at", "is", null)
    .$if(beforeId !== undefined, (query) => query.where("id", "<", beforeId ?? 0))
    .$if(email !== undefined, (query) => query.where("address_sha256", "=", addressHash(email ?? "")))
    .orderBy("id", "desc")
    .limit(limit)
    .execute();

/** Allows mail to an address again; undefined when that suppression is not there or already cleared. */
export const clearSuppression = (trx: Trx, id: number, actor: string): Promise<Suppression | undefined> =>
  trx
    .updateTable("suppressed_addresses")
    .set({ cleared_at: sql<Date>`clock_timestamp()`, cleared_by: actor })
    .where("id", "=", id)
    .where("cleared_at", "is", null)
    .returning(columns)
    .executeTakeFirst();

/** Forgets an address in words, for the erasure of its customer; its hash goes on stopping mail. */
export const redactSuppressions = async (trx: Trx, email: string): Promise<void> => {
  await trx
    .updateTable("suppressed_addresses")
    .set({ address: null })
    .where("address_sha256", "=", addressHash(email))
    .execute();
};

/** The same for what SES named in answer to a customer's mail, such as where an address forwards to. */
export const redactSuppressionsOfCustomer = async (trx: Trx, customerId: number): Promise<void> => {
  await trx
    .updateTable("suppressed_addresses")
    .set({ address: null })
    .where("delivery_id", "in", (query) =>
      query
        .selectFrom("deliveries")
        .innerJoin("orders", "orders.id", "deliveries.order_id")
        .select("deliveries.id")
        .where("orders.customer_id", "=", customerId),
    )
    .where("address", "is not", null)
    .execute();
};
