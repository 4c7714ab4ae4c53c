import { sql } from "kysely";
import { numbers, texts } from "./array-literal.ts";
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
 * Claims keys until the transaction ends; false for those that another transaction holds. An advisory lock
 * answers at once, where the row of an uncommitted transaction would make the second caller wait. The same
 * key twice in one call is claimed twice: the caller keeps them apart.
 */
export const claimIdempotencyKeys = async (
  trx: Trx,
  claims: readonly Pick<IdempotencyClaim, "clientId" | "key">[],
): Promise<boolean[]> => {
  if (claims.length === 0) return [];
  const { rows } = await sql<{ claimed: boolean }>`/*prepared*/
    select pg_try_advisory_xact_lock(hashtextextended('idempotency:' || client_id || ':' || key, 0)) as claimed
    from unnest(${numbers(claims.map(({ clientId }) => clientId))}::bigint[], ${texts(claims.map(({ key }) => key))}::text[])
      with ordinality as claim (client_id, key, place)
    order by place`.execute(trx);
  return rows.map(({ claimed }) => claimed);
};

/** A reply with what it was given to. */
export interface KeptReply extends StoredReply {
  readonly clientId: number;
  readonly key: string;
  readonly fingerprint: Buffer;
}

/**
 * The stored replies of those keys that have one. It must be a statement of its own after the claim: a
 * statement sees what was committed when it began, and the holder may commit between its beginning and the lock.
 */
export const findStoredReplies = async (
  trx: Trx,
  claims: readonly Pick<IdempotencyClaim, "clientId" | "key">[],
): Promise<KeptReply[]> => {
  if (claims.length === 0) return [];
  const { rows } = await sql<KeptReply>`/*prepared*/
    select client_id as "clientId", key, fingerprint, status, headers, body from idempotency_keys
    where (client_id, key) in (
      select * from unnest(${numbers(claims.map(({ clientId }) => clientId))}::bigint[], ${texts(claims.map(({ key }) => key))}::text[]))`.execute(
    trx,
  );
  return rows;
};

/** Keeps replies under their keys, in the transaction of what they report. */
export const storeReplies = async (
  trx: Trx,
  replies: readonly { readonly claim: IdempotencyClaim; readonly reply: StoredReply }[],
): Promise<void> => {
  if (replies.length === 0) return;
  await sql`/*prepared*/
    insert into idempotency_keys (client_id, key, fingerprint, status, headers, body)
    select * from unnest(${numbers(replies.map(({ claim }) => claim.clientId))}::bigint[],
      ${texts(replies.map(({ claim }) => claim.key))}::text[], ${replies.map(({ claim }) => claim.fingerprint)}::bytea[],
      ${numbers(replies.map(({ reply }) => reply.status))}::int[],
      ${texts(replies.map(({ reply }) => JSON.stringify(reply.headers)))}::jsonb[],
      ${texts(replies.map(({ reply }) => reply.body))}::text[])`.execute(trx);
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
