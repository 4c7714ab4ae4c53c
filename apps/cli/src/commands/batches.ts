import type { Command } from "commander";
import { type ActOptions, acting, agreed } from "../acting.ts";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { given, type ListOptions, listing, pageOf, printList } from "../listing.ts";
import { printJson, showInstant } from "../output.ts";
import { type Batch, followBatch, showBatch } from "../batch-progress.ts";
import { addBatchItems } from "./batch-items.ts";
import { addBatchPlan } from "./batch-plan.ts";

interface WaitOptions extends ActOptions {
  readonly wait?: boolean;
}

const steps = [
  { verb: "start", path: "/api/batches/{id}/start", description: "carry out exactly what was planned" },
  { verb: "pause", path: "/api/batches/{id}/pause", description: "begin no further item" },
  { verb: "resume", path: "/api/batches/{id}/resume", description: "go on with a paused batch" },
  { verb: "cancel", path: "/api/batches/{id}/cancel", description: "skip what was not begun, for good" },
  {
    verb: "retry-failed",
    path: "/api/batches/{id}/retry-failed",
    description: "run the failed items again, but for those whose mail may have gone out",
  },
] as const;
const waiting: readonly string[] = ["start", "resume", "retry-failed"];

export const addBatchCommands = (program: Command): void => {
  const batches = program
    .command("batches")
    .description("re-send, re-render, correct or issue thousands of invoices, planned first")
    .addHelpText(
      "after",
      "\nA batch is planned, then started: `batches plan …`, look, `batches start <id> --wait`. Exit code of --wait and `watch`: 0 all done, 4 some failed, 5 paused, 1 cancelled or not planned.",
    );

  listing(batches.command("list").description("list batches, newest first"))
    .option("--state <state>", "planning, planned, running, paused, done, cancelled or failed")
    .option("--kind <kind>", "resend, rerender, reissue or issue")
    .action(async (options: ListOptions & { state?: Batch["state"]; kind?: Batch["kind"] }) => {
      const { state, kind } = options;
      const query = given({ limit: pageOf(options.limit), state, kind });
      await printList(
        connect().each("/api/batches", { params: { query } }),
        options,
        ["BATCH", "KIND", "STATE", "ITEMS", "DONE", "SKIPPED", "FAILED", "MADE", "REFERENCE", "WHY"],
        (batch) => [
          batch.id,
          batch.kind,
          batch.state,
          batch.counts.total,
          batch.counts.done,
          batch.counts.skipped,
          batch.counts.failed,
          showInstant(batch.createdAt),
          batch.externalRef,
          batch.reason,
        ],
      );
    });

  batches
    .command("show")
    .description("one batch: its plan and how it stands")
    .argument("<id>", "as `batches list` shows it", parseId)
    .option("--json", "print JSON")
    .action(async (id: number, { json }: { readonly json?: boolean }) => {
      const batch = await connect().get("/api/batches/{id}", { params: { path: { id } } });
      return json ? printJson(batch) : showBatch(batch);
    });

  addBatchPlan(batches);

  for (const { verb, path, description } of steps) {
    const command = acting(
      batches.command(verb).description(description).argument("<id>", "as `batches list` shows it", parseId),
    );
    if (waiting.includes(verb))
      command.option("--wait", "watch it to its end; the exit code tells how it ended");
    command.action(async (id: number, options: WaitOptions) => {
      const billpost = connect();
      const params = { path: { id } };
      const before = await billpost.get("/api/batches/{id}", { params });
      const what = `${verb.replace("-", " ")} batch ${id} (${before.kind}, ${before.state}, ${before.counts.total} items${emailsOf(before)})`;
      if (!(await agreed(what, options))) return undefined;
      const after = await billpost.post(path, { params, body: given({ reason: options.reason }) });
      if (options.wait) return followBatch(billpost, id, options);
      return options.json ? printJson(after) : showBatch(after);
    });
  }

  batches
    .command("watch")
    .description("follow a batch to its end, with rate and remaining time; Ctrl-C leaves it running")
    .argument("<id>", "as `batches list` shows it", parseId)
    .option("--json", "print the batch as JSON at the end")
    .action((id: number, options: { readonly json?: boolean }) => followBatch(connect(), id, options));

  addBatchItems(batches);
};

const emailsOf = ({ plan }: Batch): string => (plan && plan.emails > 0 ? `, ${plan.emails} emails` : "");
