import type { ApiKey } from "@billpost/db/api-keys";
import { createApiKey, createClient as insertClient, revokeApiKey } from "@billpost/db/client-changes";
import type { Scope } from "@billpost/domain/scopes";
import type { Context } from "../context.ts";
import { write } from "../http/idempotency.ts";
import { presentClient } from "../schemas/clients.ts";

const day = 86_400_000;

/** Makes a client. 409 when the name is taken. */
export const createClient = (
  context: Context,
  input: { readonly name: string; readonly reason?: string | undefined },
) =>
  write(context, async (trx) => {
    const client = await insertClient(
      trx,
      { actor: context.actor, requestId: context.requestId, reason: input.reason },
      input.name,
    );
    return { status: 201, headers: { location: `/api/clients/${client.id}` }, body: presentClient(client) };
  });

export interface CreateKeyInput {
  readonly clientId: number;
  readonly scopes: readonly Scope[];
  readonly label?: string | undefined;
  readonly expiresInDays?: number | undefined;
  /** For the audit. */
  readonly reason?: string | undefined;
}

/** Makes a key for a client; the answer is the only place where its secret ever is. */
export const createKey = (
  { db, actor, requestId }: Context,
  { expiresInDays, reason, ...input }: CreateKeyInput,
): Promise<ApiKey & { readonly key: string }> => {
  const expires = expiresInDays === undefined ? undefined : expiresInDays * day;
  return db
    .transaction()
    .execute((trx) => createApiKey(trx, { actor, requestId, reason }, { ...input, expires }));
};

/** Revokes a key; one that is revoked already stays as it was. */
export const revokeKey = (
  { db, actor, requestId }: Context,
  key: { readonly clientId: number; readonly keyId: number },
  reason?: string,
): Promise<ApiKey> => db.transaction().execute((trx) => revokeApiKey(trx, { actor, requestId, reason }, key));
