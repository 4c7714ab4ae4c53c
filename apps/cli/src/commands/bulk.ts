import type { ItemOf } from "@billpost/client/billpost";
import { bulkActs } from "@billpost/domain/operators/bulk-pace";
import { Argument, type Command } from "commander";
import { type ActOptions, acting, agreed } from "../acting.ts";
import { connect } from "../api.ts";
import { parseId, parseIds } from "../arguments.ts";
import { filterOf, followBulk, showBulk, whySkipped } from "../bulk-progress.ts";
import { type BulkAct, type BulkOptions, bulking, startBulk } from "../bulk-start.ts";
import { filtering } from "../job-filter.ts";
import { given, type ListOptions, listing, pageOf, printList } from "../listing.ts";
import { printJson, showInstant } from "../output.ts";

interface ItemOptions extends ListOptions {
  readonly result?: NonNullable<ItemOf<"/api/bulk-operations/{id}/items">["result"]>;
}

const examples = `
\`billpost jobs retry --state failed …\` begins the same. What it would do is shown first; nothing is done until it is
agreed to. Jobs whose mail could go out twice are passed over, unless they are settled in so many words.

Examples:
  billpost bulk start retry --fingerprint a1b2c3 --canary 5 --reason "SES is back" --wait
  billpost bulk start cancel 17 18 19 --reason "ordered by mistake" --yes`;

const id = ["<id>", "as `bulk list` shows it", parseId] as const;

export const addBulkCommands = (program: Command): void => {
  const bulk = program
    .command("bulk")
    .description("one act on many jobs, in the background")
    .addHelpText(
      "after",
      "\nExit code of --wait and `watch`: 0 done, 4 some jobs failed again, 1 stopped or every job passed over.",
    );

  bulking(
    filtering(
      acting(
        bulk
          .command("start")
          .description("act on selected jobs, or on all that match a filter")
          .addArgument(new Argument("<act>", "what is done to each").choices(bulkActs))
          .argument("[id...]", "these jobs; with a filter, those of them that it leaves", parseIds)
          .option("--outcome <outcome>", "for settle: was_sent or send_again")
          .option("--at <instant>", "for reschedule, such as 2026-02-01T08:00:00Z"),
      ),
    ),
  )
    .addHelpText("after", examples)
    .action((act: BulkAct, ids: readonly number[], options: BulkOptions) => startBulk(act, ids, options));

  listing(bulk.command("list").description("list operations, newest first")).action(
    async (options: ListOptions) => {
      const query = { limit: pageOf(options.limit) };
      await printList(
        connect().each("/api/bulk-operations", { params: { query } }),
        options,
        ["BULK", "ACT", "STATE", "JOBS", "CHANGED", "PASSED OVER", "FAILED", "BEGUN", "ON", "WHY"],
        (operation) => [
          operation.id,
          operation.action,
          operation.phase === "canary" ? "canary" : operation.state,
          operation.total,
          operation.changed,
          operation.skipped,
          operation.failed,
          showInstant(operation.createdAt),
          filterOf(operation),
          operation.reason,
        ],
        ["ON", "FAILED", "PASSED OVER", "BEGUN"],
      );
    },
  );

  bulk
    .command("show")
    .description("one operation: what it does, and how it stands")
    .argument(...id)
    .option("--json", "print JSON")
    .action(async (operationId: number, { json }: { readonly json?: boolean }) => {
      const path = { id: operationId };
      const operation = await connect().get("/api/bulk-operations/{id}", { params: { path } });
      return json ? printJson(operation) : showBulk(operation);
    });

  listing(
    bulk
      .command("items")
      .description("what became of each job")
      .argument(...id),
  )
    .option("--result <result>", "changed or skipped, which is passed over")
    .action(async (operationId: number, { result, ...options }: ItemOptions) => {
      const query = given({ limit: pageOf(options.limit), result });
      await printList(
        connect().each("/api/bulk-operations/{id}/items", { params: { path: { id: operationId }, query } }),
        options,
        ["#", "JOB", "RESULT", "STATE NOW", "WHY"],
        (item) => [
          item.position,
          item.jobId,
          item.result ?? "not yet",
          item.state,
          item.because === null ? null : whySkipped(item.because),
        ],
      );
    });

  bulk
    .command("watch")
    .description("follow an operation to its end; Ctrl-C leaves it running")
    .argument(...id)
    .option("--json", "print the operation as JSON at the end")
    .action((operationId: number, options: { readonly json?: boolean }) =>
      followBulk(connect(), operationId, options),
    );

  acting(
    bulk
      .command("stop")
      .description("let an operation act on no further jobs; what it has done stays done")
      .argument(...id),
    "required",
  ).action(async (operationId: number, options: ActOptions & { readonly reason: string }) => {
    const billpost = connect();
    const params = { path: { id: operationId } };
    const before = await billpost.get("/api/bulk-operations/{id}", { params });
    const what = `stop bulk operation ${operationId} (${before.action}, ${before.state}, ${before.waiting} of ${before.total} jobs not acted on yet)`;
    if (!(await agreed(what, options))) return undefined;
    const { reason } = options;
    const after = await billpost.post("/api/bulk-operations/{id}/stop", { params, body: { reason } });
    return options.json ? printJson(after) : showBulk(after);
  });
};
