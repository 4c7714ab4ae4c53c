import { createClient } from "@billpost/db/client-changes";
import { listClients } from "@billpost/db/clients";
import type { Command } from "commander";
import { printJson, printTable, say, showInstant } from "../output.ts";
import { actor, withDatabase } from "../session.ts";

interface JsonOption {
  readonly json?: boolean;
}

/** More than any installation has. */
const allClients = 10_000;

export const addClientCommands = (program: Command): void => {
  const clients = program.command("clients").description("the shops and back offices that call the API");

  clients
    .command("create")
    .description("make a client")
    .argument("<name>", "lower case letters, digits and hyphens, such as shop-eu")
    .option("--json", "print JSON")
    .action(async (name: string, { json }: JsonOption) => {
      const client = await withDatabase((db) =>
        db.transaction().execute((trx) => createClient(trx, { actor }, name)),
      );
      if (json) return printJson(client);
      return say(`Made the client ${client.name} (id ${client.id}).`);
    });

  clients
    .command("list")
    .description("list the clients")
    .option("--json", "print JSON")
    .action(async ({ json }: JsonOption) => {
      const all = await withDatabase((db) => listClients(db, { limit: allClients }));
      if (json) return printJson(all);
      return printTable(
        ["ID", "NAME", "CREATED"],
        all.map(({ id, name, createdAt }) => [id, name, showInstant(createdAt)]),
      );
    });
};
