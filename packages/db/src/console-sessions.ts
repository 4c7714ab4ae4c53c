import { createHash, randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";

/** Someone who is signed in to the console, with the rights of the key that opened the session. */
export interface ConsoleSession {
  readonly keyId: number;
  readonly keyPrefix: string;
  readonly label: string;
  readonly clientId: number;
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
}

const secretPattern = /^[A-Za-z0-9_-]{43}$/;

/** The secret is 256 random bits, so a fast hash is enough, and looking it up by its hash gives no time away. */
const hashOf = (secret: string): Buffer => createHash("sha256").update(secret).digest();

/** Opens a session for a key and forgets those whose time is over. The answer is the only copy of the secret. */
export const openConsoleSession = async (trx: Trx, keyId: number, hours: number): Promise<string> => {
  const secret = randomBytes(32).toString("base64url");
  await sql`delete from console_sessions where expires_at <= clock_timestamp()`.execute(trx);
  await sql`
    insert into console_sessions (id_hash, key_id, expires_at)
    values (${hashOf(secret)}, ${keyId}, now() + make_interval(hours => ${hours}))`.execute(trx);
  return secret;
};

/** The living sessions among these secrets, by secret: not over by the database's clock, and their key neither revoked nor expired. */
export const findConsoleSessions = async (
  db: Db,
  secrets: readonly string[],
): Promise<Map<string, ConsoleSession>> => {
  const hashes = new Map(
    secrets
      .filter((secret) => secretPattern.test(secret))
      .map((secret) => [hashOf(secret).toString("hex"), secret]),
  );
  if (hashes.size === 0) return new Map();
  const rows = await db
    .selectFrom("console_sessions as session")
    .innerJoin("api_keys as key", "key.id", "session.key_id")
    .select([
      "session.id_hash as idHash",
      "session.expires_at as expiresAt",
      "key.id as keyId",
      "key.prefix as keyPrefix",
      "key.label",
      "key.client_id as clientId",
      "key.scopes",
    ])
    .where(
      "session.id_hash",
      "in",
      [...hashes.keys()].map((hex) => Buffer.from(hex, "hex")),
    )
    .where("session.expires_at", ">", sql<Date>`clock_timestamp()`)
    .where("key.revoked_at", "is", null)
    .where((eb) =>
      eb.or([eb("key.expires_at", "is", null), eb("key.expires_at", ">", sql<Date>`clock_timestamp()`)]),
    )
    .execute();
  return new Map(
    rows.map(({ idHash, ...session }) => [hashes.get(idHash.toString("hex")) ?? "", session] as const),
  );
};

/** Ends a session; one that is over already stays over. */
export const closeConsoleSession = async (trx: Trx, secret: string): Promise<void> => {
  await trx.deleteFrom("console_sessions").where("id_hash", "=", hashOf(secret)).execute();
};
