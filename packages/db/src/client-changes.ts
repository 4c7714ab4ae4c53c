import { DomainError } from "@billpost/domain/domain-error";
import { type ApiKey, insertApiKey, lockApiKey, markRevoked, type NewApiKey } from "./api-keys.ts";
import { type Actor, recordAudit } from "./audit.ts";
import { type Client, findClient, insertClient } from "./clients.ts";
import type { Trx } from "./connection.ts";

/** Who makes a change, for the audit. */
export interface ChangedBy {
  readonly actor: Actor;
  readonly requestId?: string | undefined;
  readonly reason?: string | undefined;
}

/** A client's name: as the table's own check has it. */
export const clientNamePattern = "^[a-z0-9][a-z0-9-]{0,62}$";

/** Makes a client, with its audit row. Throws `client_name_taken`, and `validation_failed` for a bad name. */
export const createClient = async (trx: Trx, by: ChangedBy, name: string): Promise<Client> => {
  if (!new RegExp(clientNamePattern).test(name))
    throw new DomainError(
      "invalid",
      "validation_failed",
      "A name has lower case letters, digits and hyphens.",
    );
  const client = await insertClient(trx, name);
  if (!client) throw new DomainError("conflict", "client_name_taken", `A client named ${name} exists.`);
  await recordAudit(trx, {
    ...by,
    clientId: client.id,
    action: "client.created",
    targetType: "client",
    targetId: client.id,
    after: { name },
  });
  return client;
};

/** Makes a key, with its audit row. The key's text is in the answer and nowhere else. Throws `client_not_found`. */
export const createApiKey = async (
  trx: Trx,
  by: ChangedBy,
  input: NewApiKey,
): Promise<ApiKey & { readonly key: string }> => {
  if (!(await findClient(trx, input.clientId)))
    throw new DomainError("not_found", "client_not_found", "There is no such client.");
  const key = await insertApiKey(trx, input);
  await recordAudit(trx, {
    ...by,
    clientId: key.clientId,
    action: "api_key.created",
    targetType: "api_key",
    targetId: key.id,
    after: { prefix: key.prefix, scopes: key.scopes, expiresAt: key.expiresAt },
  });
  return key;
};

/**
 * Revokes a key of a client, with its audit row; one that is revoked already stays as it was. Throws
 * `key_not_found`.
 */
export const revokeApiKey = async (
  trx: Trx,
  by: ChangedBy,
  { clientId, keyId }: { readonly clientId: number; readonly keyId: number },
): Promise<ApiKey> => {
  const key = await lockApiKey(trx, clientId, keyId);
  if (!key) throw new DomainError("not_found", "key_not_found", "The client has no such key.");
  if (key.revokedAt) return key;
  const revoked = await markRevoked(trx, key.id);
  await recordAudit(trx, {
    ...by,
    clientId,
    action: "api_key.revoked",
    targetType: "api_key",
    targetId: key.id,
    before: { revokedAt: null },
    after: { revokedAt: revoked.revokedAt },
  });
  return revoked;
};
