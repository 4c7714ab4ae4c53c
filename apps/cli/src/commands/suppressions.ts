import type { Command } from "commander";
import { type ActOptions, acting, agreed } from "../acting.ts";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { given, type ListOptions, listing, pageOf, printList } from "../listing.ts";
import { printJson, say, showInstant } from "../output.ts";

interface SuppressionListOptions extends ListOptions {
  readonly email?: string;
}

export const addSuppressionCommands = (program: Command): void => {
  const suppressions = program
    .command("suppressions")
    .description("addresses that get no mail, since it bounced or they complained");

  listing(suppressions.command("list").description("list them, newest first"))
    .option("--email <address>", "this address")
    .action(async ({ email, ...options }: SuppressionListOptions) => {
      const query = given({ limit: pageOf(options.limit), email });
      await printList(
        connect().each("/api/suppressions", { params: { query } }),
        options,
        ["ID", "ADDRESS", "WHY", "SINCE", "DELIVERY"],
        (entry) => [
          entry.id,
          entry.address ?? "(erased)",
          entry.reason.replace("_", " "),
          showInstant(entry.createdAt),
          entry.deliveryId,
        ],
      );
    });

  acting(
    suppressions
      .command("clear")
      .description("allow mail to an address again; nothing is sent by it")
      .argument("<id>", "as `suppressions list` shows it", parseId),
    "required",
  ).action(async (id: number, options: ActOptions & { readonly reason: string }) => {
    if (!(await agreed(`allow mail to the address of suppression ${id} again`, options))) return undefined;
    const cleared = await connect().delete("/api/suppressions/{id}", {
      params: { path: { id } },
      body: { reason: options.reason },
    });
    if (options.json) return printJson(cleared);
    return say(`${cleared.address ?? "The address"} gets mail again.`);
  });
};
