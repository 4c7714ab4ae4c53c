import { type Scope, scopes as allScopes } from "@billpost/domain/scopes";
import type { Command } from "commander";
import { type ActOptions, acting, agreed } from "../acting.ts";
import { parseExpiry, parseScopes } from "../arguments.ts";
import { printJson, printTable, say, showInstant } from "../output.ts";
import { openRegistry, type RegisteredKey } from "../registry.ts";

interface CreateOptions extends ActOptions {
  readonly client: string;
  readonly scopes: Scope[];
  readonly expires?: Date | number;
  readonly label?: string;
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

  acting(
    keys
      .command("create")
      .description("make a key for a client, and the client when there is none of that name")
      .requiredOption("--client <name>", "whom it belongs to")
      .requiredOption("--scopes <list>", "what it may do: scopes with commas between, or `all`", parseScopes)
      .option("--expires <when>", "90d, 12h, 4w or a date; without it the key does not expire", (text) =>
        parseExpiry(text),
      )
      .option("--label <text>", "what it is for"),
  )
    .addHelpText("after", scopeHelp)
    .action(async ({ client: name, scopes, expires, label, ...options }: CreateOptions) => {
      // It harms nothing that is there, so nobody is asked.
      if (!(await agreed(`make a key for ${name} with ${scopes.join(", ")}`, { ...options, yes: true })))
        return undefined;
      const made = await openRegistry().createKey({
        client: name,
        scopes,
        label,
        expires,
        reason: options.reason,
      });
      const { client, key } = made;
      if (made.madeClient) say(`Made the client ${client.name} (id ${client.id}).`);
      if (options.json) return printJson({ ...key, client: client.name });
      say(
        `Key ${key.id} of ${client.name}: ${key.scopes.join(", ")}; ${key.expiresAt === null ? "does not expire" : `until ${showInstant(key.expiresAt)}`}.`,
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
      const found = await openRegistry().keys(client);
      if (json) return printJson(found);
      return printTable(
        ["ID", "CLIENT", "PREFIX", "STATE", "LAST USED", "EXPIRES", "LABEL", "SCOPES"],
        found.map((key) => [
          key.id,
          key.client,
          key.prefix,
          stateOf(key),
          showInstant(key.lastUsedAt),
          showInstant(key.expiresAt),
          key.label || "-",
          key.scopes.join(","),
        ]),
        ["LABEL", "LAST USED", "ID"],
      );
    });

  acting(
    keys
      .command("revoke")
      .description("revoke a key for good; every API process refuses it within seconds")
      .argument("<prefix>", "the key's prefix, as `keys list` shows it"),
  ).action(async (prefix: string, options: ActOptions) => {
    if (!(await agreed(`revoke the key ${prefix} for good`, options))) return undefined;
    const revoked = await openRegistry().revokeKey(prefix, options.reason);
    if (options.json) return printJson(revoked);
    return say(`Key ${revoked.prefix} is revoked since ${showInstant(revoked.revokedAt)}.`);
  });
};

const stateOf = (key: RegisteredKey): string => {
  if (key.revokedAt !== null) return "revoked";
  return key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now() ? "expired" : "live";
};
