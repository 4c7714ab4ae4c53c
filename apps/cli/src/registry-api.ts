import type { Billpost } from "@billpost/client/billpost";
import { DomainError } from "@billpost/domain/domain-error";
import { wrongUsage } from "./acting.ts";
import { given } from "./listing.ts";
import type { RegisteredClient, RegisteredKey, Registry } from "./registry.ts";

const dayMs = 86_400_000;

/** Clients and keys by the API; needs the scope `operator`, to look `operator:read`. */
export const apiRegistry = (billpost: Billpost): Registry => {
  const clients = async (): Promise<RegisteredClient[]> => {
    const found: RegisteredClient[] = [];
    for await (const client of billpost.each("/api/clients")) found.push(client);
    return found;
  };
  const createClient = (name: string, reason?: string) =>
    billpost.post("/api/clients", { body: { name, ...given({ reason }) } });
  const keysOf = async (client: RegisteredClient) => {
    const { data } = await billpost.get("/api/clients/{id}/keys", { params: { path: { id: client.id } } });
    return data.map((key): RegisteredKey & { client: string } => ({ ...key, client: client.name }));
  };
  const keys = async (name?: string) => {
    const all = await clients();
    const chosen = name === undefined ? all : all.filter((client) => client.name === name);
    if (name !== undefined && chosen.length === 0)
      throw new DomainError("not_found", "client_not_found", `There is no client named ${name}.`);
    const found: (RegisteredKey & { client: string })[] = [];
    for (const client of chosen) found.push(...(await keysOf(client)));
    return found.toSorted((a, b) => b.id - a.id);
  };
  return {
    clients,
    createClient,
    keys,
    createKey: async ({ client: name, scopes, label, expires, reason }) => {
      const ms = expires instanceof Date ? expires.getTime() - Date.now() : expires;
      if (ms !== undefined && ms < dayMs)
        wrongUsage("Through the API a key lives a day at least; give --expires in whole days.");
      const days = ms && Math.ceil(ms / dayMs);
      const known = (await clients()).find((client) => client.name === name);
      const client = known ?? (await createClient(name, reason));
      const key = await billpost.post("/api/clients/{id}/keys", {
        params: { path: { id: client.id } },
        body: { scopes: [...scopes], ...given({ label, expiresInDays: days, reason }) },
      });
      return { client, madeClient: known === undefined, key };
    },
    revokeKey: async (prefix, reason) => {
      const key = (await keys()).find((candidate) => candidate.prefix === prefix);
      if (!key)
        throw new DomainError("not_found", "key_not_found", `There is no key with the prefix ${prefix}.`);
      return billpost.delete("/api/clients/{id}/keys/{keyId}", {
        params: { path: { id: key.clientId, keyId: key.id }, query: given({ reason }) },
      });
    },
  };
};
