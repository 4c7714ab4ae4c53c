import { sql } from "kysely";
import type { Trx } from "./connection.ts";

/** A reply as it was first given, to be given again. */
export interface StoredReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact JSON text. */
  readonly body: string;
}

export interface IdempotencyClaim {
  readonly clientId: number;
  readonly key: string;
  /** SHA-256 over method, path and canonical body. */
  readonly fingerprint: Buffer;
}

/**
 * Claims a key until the transaction ends; false when another transaction holds it. An advisory lock
 * answers at once, where the row of an uncommitted transaction would make the second caller wait.
 */
export const claimIdempotencyKey = async (
  trx: Trx,
  { clientId, key }: IdempotencyClaim,
): Promise<boolean> => {
  const { rows } = await sql<{ claimed: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('idempotency:' || ${clientId}::bigint || ':' || ${key}::text, 0))
      as claimed`.execute(trx);
  return rows[0]?.claimed === true;
};

/**
 * The stored reply of a key, if it has one. It must be a statement of its own after the claim: a statement
 * sees what was committed when it began, and the holder may commit between its beginning and the lock.
 */
export const findStoredReply = (trx: Trx, { clientId, key }: IdempotencyClaim) =>
  trx
    .selectFrom("idempotency_keys")
    .select(["fingerprint", "status", "headers", "body"])
    .where("client_id", "=", clientId)
    .where("key", "=", key)
    .executeTakeFirst();

/** Keeps a reply under its key, in the transaction of what it reports. */
export const storeReply = async (trx: Trx, claim: IdempotencyClaim, reply: StoredReply): Promise<void> => {
  await trx
    .insertInto("idempotency_keys")
    .values({
      client_id: claim.clientId,
      key: claim.key,
      fingerprint: claim.fingerprint,
      status: reply.status,
      headers: JSON.stringify(reply.headers),
      body: reply.body,
    })
    .execute();
};

/** Removes replies older than `hours`, a bounded number at a time; answers how many. */
export const expireIdempotencyKeys = async (trx: Trx, hours: number, limit = 5_000): Promise<number> => {
  const { numAffectedRows } = await sql`
    delete from idempotency_keys where (client_id, key) in (
      select client_id, key from idempotency_keys
      where created_at < now() - make_interval(hours => ${hours}) order by created_at limit ${limit} for update skip locked
    )`.execute(trx);
  return Number(numAffectedRows ?? 0n);
};
