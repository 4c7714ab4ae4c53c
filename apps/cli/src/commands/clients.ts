import type { Command } from "commander";
import { printJson, printTable, say, showInstant } from "../output.ts";
import { type ActOptions, acting, agreed } from "../acting.ts";
import { openRegistry } from "../registry.ts";

export const addClientCommands = (program: Command): void => {
  const clients = program.command("clients").description("the shops and back offices that call the API");

  acting(
    clients
      .command("create")
      .description("make a client")
      .argument("<name>", "lower case letters, digits and hyphens, such as shop-eu"),
  ).action(async (name: string, options: ActOptions) => {
    if (!(await agreed(`make the client ${name}`, { ...options, yes: true }))) return undefined;
    const client = await openRegistry().createClient(name, options.reason);
    if (options.json) return printJson(client);
    return say(`Made the client ${client.name} (id ${client.id}).`);
  });

  clients
    .command("list")
    .description("list the clients")
    .option("--json", "print JSON")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const all = await openRegistry().clients();
      if (json) return printJson(all);
      return printTable(
        ["ID", "NAME", "CREATED"],
        all.map(({ id, name, createdAt }) => [id, name, showInstant(createdAt)]),
      );
    });
};
