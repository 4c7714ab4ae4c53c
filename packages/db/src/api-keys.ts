import { hash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import type { Scope } from "@billpost/domain/scopes";
import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";

/** `bp_<prefix>_<secret>`: the prefix finds the row, the hash of the whole proves the secret. */
const keyPattern = /^bp_([a-z0-9]{1,32})_([A-Za-z0-9_-]{8,128})$/;
const prefixAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";

export interface ApiKey {
  readonly id: number;
  readonly clientId: number;
  readonly label: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** By the database's clock when it was read. */
  readonly expired: boolean;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** The part of a key that may be stored and shown; undefined when the text is no key at all. */
export const prefixOf = (key: string): string | undefined => keyPattern.exec(key)?.[1];

/** SHA-256: the secret is 256 random bits, so there is nothing for a slow hash to slow down. */
export const hashKey = (key: string): Buffer => hash("sha256", key, "buffer");

const generateKey = (): string => {
  const prefix = Array.from({ length: 10 }, () => prefixAlphabet[randomInt(prefixAlphabet.length)]).join("");
  return `bp_${prefix}_${randomBytes(32).toString("base64url")}`;
};

const columns = [
  "id",
  "client_id as clientId",
  "label",
  "prefix",
  "scopes",
  "created_at as createdAt",
  "expires_at as expiresAt",
  sql<boolean>`coalesce(expires_at <= clock_timestamp(), false)`.as("expired"),
  "revoked_at as revokedAt",
  "last_used_at as lastUsedAt",
] as const;

/** A key, and how long it may still be used. */
export interface FoundApiKey extends ApiKey {
  /** In ms, by the database's clock when it was read; not above 0: it has expired. Null: it does not expire. */
  readonly expiresInMs: number | null;
}

/** The row whose hash equals this key's, compared in constant time; revoked and expired ones too. */
export const findApiKey = async (db: Db, key: string): Promise<FoundApiKey | undefined> => {
  const prefix = prefixOf(key);
  if (prefix === undefined) return undefined;
  const row = await db
    .selectFrom("api_keys")
    .select([
      ...columns,
      "key_hash",
      sql<number | null>`(extract(epoch from expires_at - clock_timestamp()) * 1000)::float8`.as(
        "expiresInMs",
      ),
    ])
    .where("prefix", "=", prefix)
    .executeTakeFirst();
  if (!row) return undefined;
  const { key_hash: stored, ...found } = row;
  const presented = hashKey(key);
  return stored.length === presented.length && timingSafeEqual(stored, presented) ? found : undefined;
};

/** A key's row by the part of it that may be seen. */
export const findApiKeyByPrefix = (db: Db, prefix: string): Promise<ApiKey | undefined> =>
  db.selectFrom("api_keys").select(columns).where("prefix", "=", prefix).executeTakeFirst();

/** Notes that a key was used, at most once a minute for each key whatever the number of processes. */
export const touchApiKey = async (db: Db, id: number): Promise<void> => {
  await db
    .updateTable("api_keys")
    .set({ last_used_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where((eb) =>
      eb.or([
        eb("last_used_at", "is", null),
        eb("last_used_at", "<", sql<Date>`now() - interval '1 minute'`),
      ]),
    )
    .execute();
};

export interface NewApiKey {
  readonly clientId: number;
  readonly scopes: readonly Scope[];
  readonly label?: string | undefined;
  /** A date, or a span from now, in ms, by the database's clock. Absent: it does not expire. */
  readonly expires?: Date | number | undefined;
  /** The key itself, for the local stack's fixed one; absent: random. */
  readonly key?: string | undefined;
}

/** Makes a key. Its text is in the answer and nowhere else. */
export const insertApiKey = async (
  trx: Trx,
  input: NewApiKey,
): Promise<ApiKey & { readonly key: string }> => {
  const key = input.key ?? generateKey();
  const prefix = prefixOf(key);
  if (prefix === undefined) throw new RangeError("not of the form bp_<prefix>_<secret>");
  const row = await trx
    .insertInto("api_keys")
    .values({
      client_id: input.clientId,
      label: input.label ?? "",
      prefix,
      key_hash: hashKey(key),
      scopes: [...new Set(input.scopes)],
      expires_at: expiryOf(input.expires),
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  return { ...row, key };
};

const expiryOf = (expires: Date | number | undefined) =>
  typeof expires === "number"
    ? sql<Date>`now() + ${expires}::float8 * interval '1 millisecond'`
    : (expires ?? null);

/** A client's keys, newest first; of every client when none is named. */
export const listApiKeys = (db: Db, clientId?: number): Promise<ApiKey[]> =>
  db
    .selectFrom("api_keys")
    .select(columns)
    .$if(clientId !== undefined, (query) => query.where("client_id", "=", clientId ?? 0))
    .orderBy("id", "desc")
    .execute();

/** Locks a key of a client until the transaction ends. */
export const lockApiKey = (trx: Trx, clientId: number, id: number): Promise<ApiKey | undefined> =>
  trx
    .selectFrom("api_keys")
    .select(columns)
    .where("client_id", "=", clientId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();

/** Marks a key as revoked from now on. */
export const markRevoked = (trx: Trx, id: number): Promise<ApiKey> =>
  trx
    .updateTable("api_keys")
    .set({ revoked_at: sql<Date>`now()` })
    .where("id", "=", id)
    .returning(columns)
    .executeTakeFirstOrThrow();
