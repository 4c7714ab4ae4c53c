import { type ApiKey, findApiKeyByPrefix, listApiKeys } from "@billpost/db/api-keys";
import { createApiKey, createClient, revokeApiKey } from "@billpost/db/client-changes";
import { type Client, findClientByName, listClients } from "@billpost/db/clients";
import type { Db, Trx } from "@billpost/db/connection";
import { DomainError } from "@billpost/domain/domain-error";
import { type Scope, scopes as allScopes } from "@billpost/domain/scopes";
import type { Command } from "commander";
import { parseExpiry, parseScopes } from "../arguments.ts";
import { printJson, printTable, say, showInstant } from "../output.ts";
import { actor, withDatabase } from "../session.ts";

interface CreateOptions {
  readonly client: string;
  readonly scopes: Scope[];
  readonly expires?: Date | number;
  readonly label?: string;
  readonly json?: boolean;
}

interface ListOptions {
  readonly client?: string;
  readonly json?: boolean;
}

const scopeHelp = `
Scopes:
${Object.entries(allScopes)
  .map(([name, meaning]) => `  ${name.padEnd(16)} ${meaning}`)
  .join("\n")}

The key is printed alone on standard output, once; it is stored nowhere.

Example:
  billpost keys create --client shop-eu --scopes orders:write,customers:write --expires 90d --label checkout`;

export const addKeyCommands = (program: Command): void => {
  const keys = program.command("keys").description("the keys that clients call the API with");

  keys
    .command("create")
    .description("make a key for a client, and the client when there is none of that name")
    .requiredOption("--client <name>", "whom it belongs to")
    .requiredOption("--scopes <list>", "what it may do: scopes with commas between, or `all`", parseScopes)
    .option("--expires <when>", "90d, 12h, 4w or a date; without it the key does not expire", (text) =>
      parseExpiry(text),
    )
    .option("--label <text>", "what it is for")
    .option("--json", "print JSON")
    .addHelpText("after", scopeHelp)
    .action(async ({ client: name, scopes, expires, label, json }: CreateOptions) => {
      const { client, key } = await withDatabase((db) =>
        db.transaction().execute(async (trx) => {
          const client = await findOrMakeClient(trx, name);
          const input = { clientId: client.id, scopes, label, expires };
          return { client, key: await createApiKey(trx, { actor }, input) };
        }),
      );
      if (json) return printJson({ ...key, client: client.name });
      say(
        `Key ${key.id} of ${client.name}: ${key.scopes.join(", ")}; ${key.expiresAt ? `until ${showInstant(key.expiresAt)}` : "does not expire"}.`,
      );
      say("It is shown this once:");
      return console.log(key.key);
    });

  keys
    .command("list")
    .description("list keys, newest first; secrets are not kept, so none are shown")
    .option("--client <name>", "of this client only")
    .option("--json", "print JSON")
    .action(async ({ client, json }: ListOptions) => {
      const { found, names } = await withDatabase(async (db) => {
        const clients = client === undefined ? undefined : [await requireClient(db, client)];
        const known = clients ?? (await listClients(db, { limit: 10_000 }));
        return {
          found: await listApiKeys(db, clients?.[0]?.id),
          names: new Map(known.map(({ id, name }) => [id, name])),
        };
      });
      if (json) return printJson(found.map((key) => ({ ...key, client: names.get(key.clientId) })));
      return printTable(
        ["ID", "CLIENT", "PREFIX", "STATE", "LAST USED", "EXPIRES", "LABEL", "SCOPES"],
        found.map((key) => [
          key.id,
          names.get(key.clientId) ?? key.clientId,
          key.prefix,
          stateOf(key),
          showInstant(key.lastUsedAt),
          showInstant(key.expiresAt),
          key.label || "-",
          key.scopes.join(","),
        ]),
      );
    });

  keys
    .command("revoke")
    .description("revoke a key; every API process refuses it within seconds")
    .argument("<prefix>", "the key's prefix, as `keys list` shows it")
    .option("--json", "print JSON")
    .action(async (prefix: string, { json }: { readonly json?: boolean }) => {
      const revoked = await withDatabase(async (db) => {
        const key = await findApiKeyByPrefix(db, prefix);
        if (!key)
          throw new DomainError("not_found", "key_not_found", `There is no key with the prefix ${prefix}.`);
        return db
          .transaction()
          .execute((trx) => revokeApiKey(trx, { actor }, { clientId: key.clientId, keyId: key.id }));
      });
      if (json) return printJson(revoked);
      return say(`Key ${revoked.prefix} is revoked since ${showInstant(revoked.revokedAt)}.`);
    });
};

const findOrMakeClient = async (trx: Trx, name: string): Promise<Client> => {
  const known = await findClientByName(trx, name);
  if (known) return known;
  const made = await createClient(trx, { actor }, name);
  say(`Made the client ${name} (id ${made.id}).`);
  return made;
};

const requireClient = async (db: Db, name: string): Promise<Client> => {
  const client = await findClientByName(db, name);
  if (!client) throw new DomainError("not_found", "client_not_found", `There is no client named ${name}.`);
  return client;
};

const stateOf = (key: ApiKey): string => {
  if (key.revokedAt) return "revoked";
  return key.expired ? "expired" : "live";
};
