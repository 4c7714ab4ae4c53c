import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ItemOf } from "@billpost/client/billpost";
import type { Command } from "commander";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { given, type ListOptions, listing, pageOf, printList } from "../listing.ts";
import { showMoney } from "../output.ts";

interface ItemOptions extends ListOptions {
  readonly outcome?: ItemOf<"/api/batches/{id}/items">["outcome"];
  readonly why?: string;
  readonly csv?: boolean;
  readonly ndjson?: boolean;
}

/** `batches items`. */
export const addBatchItems = (batches: Command): void => {
  listing(
    batches
      .command("items")
      .description("what became of each item")
      .argument("<id>", "as `batches list` shows it", parseId),
  )
    .option("--outcome <outcome>", "waiting, running, done, skipped or failed")
    .option("--why <reason>", "with this reason, such as changed_since_plan")
    .option("--csv", "all of them as CSV, whatever --limit says")
    .option("--ndjson", "all of them as JSON Lines, whatever --limit says")
    .action(async (id: number, { outcome, why, csv, ndjson, ...options }: ItemOptions) => {
      const billpost = connect();
      const query = given({ outcome, reason: why });
      const params = { path: { id }, query };
      if (csv) return copyOut(await billpost.stream("/api/batches/{id}/items.csv", { params }));
      if (ndjson) return copyOut(await billpost.stream("/api/batches/{id}/items.ndjson", { params }));
      return printList(
        billpost.each("/api/batches/{id}/items", {
          params: { path: { id }, query: { ...query, limit: pageOf(options.limit) } },
        }),
        options,
        ["#", "OUTCOME", "ORDER", "INVOICE", "CREDIT NOTE", "NEW INVOICE", "DIFFERENCE", "EMAIL", "WHY"],
        (item) => [
          item.position,
          item.outcome,
          item.orderId,
          item.invoiceNumber,
          item.creditNoteNumber,
          item.newInvoiceNumber,
          item.difference === null ? null : showMoney(item.difference, item.currency),
          item.deliveryState,
          item.detail ?? item.reason,
        ],
      );
    });
};

const copyOut = (stream: ReadableStream<Uint8Array>): Promise<void> =>
  pipeline(Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]), process.stdout, {
    end: false,
  });
