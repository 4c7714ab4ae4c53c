import { type ApiKey, insertApiKey, lockApiKey, markRevoked } from "@billpost/db/api-keys";
import { recordAudit } from "@billpost/db/audit";
import { findClient, insertClient } from "@billpost/db/clients";
import type { Scope } from "@billpost/domain/scopes";
import type { Context } from "../context.ts";
import { refusal } from "../http/problems.ts";
import { write } from "../http/idempotency.ts";
import { presentClient } from "../schemas/clients.ts";

/** Makes a client. 409 when the name is taken. */
export const createClient = (context: Context, input: { readonly name: string }) =>
  write(context, async (trx) => {
    const client = await insertClient(trx, input.name);
    if (!client) throw refusal("client_name_taken", `A client named ${input.name} exists.`);
    await recordAudit(trx, {
      actor: context.actor,
      clientId: client.id,
      action: "client.created",
      targetType: "client",
      targetId: client.id,
      after: { name: client.name },
      requestId: context.requestId,
    });
    return { status: 201, headers: { location: `/api/clients/${client.id}` }, body: presentClient(client) };
  });

export interface CreateKeyInput {
  readonly clientId: number;
  readonly scopes: readonly Scope[];
  readonly label?: string | undefined;
  readonly expiresInDays?: number | undefined;
}

/** Makes a key for a client; the answer is the only place where its secret ever is. */
export const createKey = (
  { db, actor, requestId }: Context,
  { clientId, scopes, label, expiresInDays }: CreateKeyInput,
): Promise<ApiKey & { readonly key: string }> =>
  db.transaction().execute(async (trx) => {
    if (!(await findClient(trx, clientId))) throw refusal("client_not_found", "No such client.");
    const expiresAt = expiresInDays && new Date(Date.now() + expiresInDays * 86_400_000);
    const key = await insertApiKey(trx, { clientId, scopes, label, expiresAt: expiresAt || undefined });
    await recordAudit(trx, {
      actor,
      clientId,
      action: "api_key.created",
      targetType: "api_key",
      targetId: key.id,
      after: { prefix: key.prefix, scopes: key.scopes, expiresAt: key.expiresAt },
      requestId,
    });
    return key;
  });

/** Revokes a key; one that is revoked already stays as it was. */
export const revokeKey = (
  { db, actor, requestId }: Context,
  { clientId, keyId }: { readonly clientId: number; readonly keyId: number },
): Promise<ApiKey> =>
  db.transaction().execute(async (trx) => {
    const key = await lockApiKey(trx, clientId, keyId);
    if (!key) throw refusal("key_not_found", "The client has no such key.");
    if (key.revokedAt) return key;
    const revoked = await markRevoked(trx, key.id);
    await recordAudit(trx, {
      actor,
      clientId,
      action: "api_key.revoked",
      targetType: "api_key",
      targetId: key.id,
      before: { revokedAt: null },
      after: { revokedAt: revoked.revokedAt },
      requestId,
    });
    return revoked;
  });
