import { type ApiKey, findApiKeyByPrefix, listApiKeys } from "@billpost/db/api-keys";
import { createApiKey, createClient, revokeApiKey } from "@billpost/db/client-changes";
import { type Client, findClientByName, listClients } from "@billpost/db/clients";
import type { Db } from "@billpost/db/connection";
import { DomainError } from "@billpost/domain/domain-error";
import type { RegisteredClient, RegisteredKey, Registry } from "./registry.ts";
import { actor, withDatabase } from "./session.ts";

/** More than any installation has. */
const allClients = 10_000;

/** Clients and keys on DATABASE_URL, which needs no key. */
export const databaseRegistry = (): Registry => ({
  clients: async () => (await withDatabase((db) => listClients(db, { limit: allClients }))).map(showClient),
  createClient: async (name, reason) =>
    showClient(
      await withDatabase((db) =>
        db.transaction().execute((trx) => createClient(trx, { actor, reason }, name)),
      ),
    ),
  createKey: ({ client: name, scopes, label, expires, reason }) =>
    withDatabase((db) =>
      db.transaction().execute(async (trx) => {
        const known = await findClientByName(trx, name);
        const client = known ?? (await createClient(trx, { actor, reason }, name));
        const key = await createApiKey(
          trx,
          { actor, reason },
          { clientId: client.id, scopes, label, expires },
        );
        return {
          client: showClient(client),
          madeClient: known === undefined,
          key: { ...showKey(key), key: key.key },
        };
      }),
    ),
  keys: (name) =>
    withDatabase(async (db) => {
      const known =
        name === undefined ? await listClients(db, { limit: allClients }) : [await requireClient(db, name)];
      const names = new Map(known.map((client) => [client.id, client.name]));
      const keys = await listApiKeys(db, name === undefined ? undefined : known[0]?.id);
      return keys.map((key) => ({
        ...showKey(key),
        client: names.get(key.clientId) ?? String(key.clientId),
      }));
    }),
  revokeKey: async (prefix, reason) =>
    showKey(
      await withDatabase(async (db) => {
        const key = await findApiKeyByPrefix(db, prefix);
        if (!key)
          throw new DomainError("not_found", "key_not_found", `There is no key with the prefix ${prefix}.`);
        return db
          .transaction()
          .execute((trx) => revokeApiKey(trx, { actor, reason }, { clientId: key.clientId, keyId: key.id }));
      }),
    ),
});

const requireClient = async (db: Db, name: string): Promise<Client> => {
  const client = await findClientByName(db, name);
  if (!client) throw new DomainError("not_found", "client_not_found", `There is no client named ${name}.`);
  return client;
};

const showClient = ({ id, name, createdAt }: Client): RegisteredClient => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
});

const orNull = (date: Date | null): string | null => date?.toISOString() ?? null;

const showKey = (key: ApiKey): RegisteredKey => ({
  id: key.id,
  clientId: key.clientId,
  prefix: key.prefix,
  label: key.label,
  scopes: key.scopes,
  createdAt: key.createdAt.toISOString(),
  expiresAt: orNull(key.expiresAt),
  revokedAt: orNull(key.revokedAt),
  lastUsedAt: orNull(key.lastUsedAt),
});
