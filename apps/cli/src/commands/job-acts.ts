import type { AnswerOf, Billpost } from "@billpost/client/billpost";
import { Argument, type Command } from "commander";
import { type ActOptions, acting, agreed, wrongUsage } from "../acting.ts";
import { connect } from "../api.ts";
import { parseId, parseIds } from "../arguments.ts";
import { type BulkAct, type BulkOptions, bulking, startBulk } from "../bulk-start.ts";
import { exitCodes } from "../exit-codes.ts";
import { filterInBody, filtering } from "../job-filter.ts";
import { given } from "../listing.ts";
import { printJson, printLine, say } from "../output.ts";

type Preview = AnswerOf<"get", "/api/jobs/{jobId}/preview">;
type Action = Preview["action"];
type Result = AnswerOf<"post", "/api/jobs/{jobId}/retry">;
type Outcome = "was_sent" | "send_again";

const acts: readonly { readonly action: BulkAct; readonly description: string }[] = [
  { action: "retry", description: "do it again, from the first stage that is not done" },
  { action: "run-now", description: "do not wait for its time" },
  { action: "cancel", description: "never do it" },
  { action: "reschedule", description: "do it at another time (--at)" },
  { action: "settle", description: "say what became of a mail in doubt (--outcome was_sent or send_again)" },
  { action: "release", description: "let a quarantined job run again" },
  { action: "mark-handled", description: "say that it was settled in another way" },
];

const onMany = (action: BulkAct): string => `
With ids each job's preview is shown, and exactly that is done to it. With a filter all that match are acted on by one
operation in the background (\`billpost bulk\`), after the count and what follows were shown; --canary,
--stop-at-failure-rate and --wait are for that.

Examples:
  billpost jobs ${action} 17${examplesOf(action)} --reason "as agreed with the customer"
  billpost jobs ${action} --state ${usualState[action]} --older-than 1h${examplesOf(action)} --reason "an outage" --dry-run`;

const examplesOf = (action: BulkAct): string =>
  action === "settle" ? " --outcome was_sent" : action === "reschedule" ? " --at 2026-02-01T08:00:00Z" : "";

const usualState: Readonly<Record<BulkAct, string>> = {
  retry: "failed",
  "run-now": "retrying",
  cancel: "waiting",
  reschedule: "retrying",
  settle: "ambiguous",
  release: "quarantined",
  "mark-handled": "failed",
};

interface CorrectionOptions extends ActOptions {
  readonly email: string;
  readonly name?: string;
  readonly updateCustomer?: boolean;
}

/** `jobs preview` and the acts, each of which shows the preview and carries out exactly that. */
export const addJobActs = (jobs: Command): void => {
  jobs
    .command("preview")
    .description("say what an act would do, and whether a mail could go out twice; nothing is done")
    .argument("<id>", "as `jobs list` shows it", parseId)
    .addArgument(
      new Argument("[act]")
        .choices([...acts.map(({ action }) => action), "correct-address"])
        .default("retry"),
    )
    .option("--outcome <outcome>", "for settle: was_sent or send_again")
    .option("--json", "print JSON")
    .action(async (jobId: number, action: Action, options: { outcome?: Outcome; json?: boolean }) => {
      const preview = await previewOf(connect(), jobId, action, options.outcome);
      if (!preview.allowed) process.exitCode = exitCodes.refused;
      if (options.json) return printJson(preview);
      return show(preview);
    });

  for (const { action, description } of acts) {
    const command = acting(
      jobs
        .command(action)
        .description(`${description}; one job, some, or all that match a filter`)
        .argument("[id...]", "one or more, as `jobs list` shows them; or a filter", parseIds),
    );
    if (action === "settle")
      command.requiredOption("--outcome <outcome>", "was_sent (no mail goes out) or send_again (one does)");
    if (action === "reschedule") command.requiredOption("--at <instant>", "such as 2026-02-01T08:00:00Z");
    bulking(filtering(command))
      .addHelpText("after", onMany(action))
      .action((ids: readonly number[] | undefined, options: BulkOptions) =>
        actOn(action, ids ?? [], options),
      );
  }

  acting(
    jobs
      .command("correct-address")
      .description(
        "correct where a delivery goes, and send it there; the order's further mail goes there, too",
      )
      .argument("<id>", "as `jobs list` shows it", parseId)
      .requiredOption("--email <address>", "the corrected address")
      .option("--name <text>", "the reader's name; without it, as it was")
      .option("--update-customer", "correct the customer's own address, too, for orders to come"),
  ).action((jobId: number, options: CorrectionOptions) => correctAddress(jobId, options));
};

const previewOf = (billpost: Billpost, jobId: number, action: Action, outcome?: Outcome) =>
  billpost.get("/api/jobs/{jobId}/preview", {
    params: { path: { jobId }, query: given({ action, outcome }) },
  });

const show = (preview: Preview): void => {
  printLine(`Job ${preview.jobId}, ${preview.action}: ${preview.summary}`);
  if (preview.mayMailTwice) printLine("  A mail may go out twice.");
  for (const warning of preview.warnings) printLine(`  ${warning}`);
  if (preview.missing.length > 0) printLine(`  The invoice lacks ${preview.missing.join(", ")}.`);
};

const actOn = (action: BulkAct, ids: readonly number[], options: BulkOptions): Promise<void> => {
  const filtered = filterInBody(options) !== undefined;
  if (filtered && ids.length > 0)
    wrongUsage("Give ids or a filter; `billpost bulk start` takes both, for those of them that match.");
  if (filtered || ids.length === 0) return startBulk(action, [], options);
  if (options.canary !== undefined || options.stopAtFailureRate !== undefined || options.wait)
    wrongUsage(
      "--canary, --stop-at-failure-rate and --wait are for a filter, or for `billpost bulk start` with ids.",
    );
  return actOnEach(action, ids, options);
};

const actOnEach = async (action: BulkAct, ids: readonly number[], options: BulkOptions): Promise<void> => {
  const billpost = connect();
  const results: (Result | Preview)[] = [];
  for (const id of ids) {
    const preview = await previewOf(billpost, id, action, options.outcome);
    const what = `${action.replace("-", " ")} job ${id}`;
    results.push(
      await afterPreview(preview, what, options, () => carryOut(billpost, action, preview, options)),
    );
  }
  if (options.json) printJson(results);
};

/** Shows what would be done, asks, and does it. Answers the preview where nothing was done. */
const afterPreview = async (
  preview: Preview,
  what: string,
  options: ActOptions,
  act: () => Promise<Result>,
): Promise<Result | Preview> => {
  if (!options.json) show(preview);
  if (!preview.allowed) {
    process.exitCode = exitCodes.refused;
    return preview;
  }
  if (preview.reasonRequired && options.reason === undefined && !options.dryRun)
    wrongUsage("This needs a --reason, for the audit.");
  // Nobody there to ask, and silence is no answer to this.
  if (preview.mayMailTwice && !options.yes && !options.dryRun && !process.stdin.isTTY)
    wrongUsage("A mail may go out twice: pass --yes if that is meant.");
  if (!(await agreed(what, options))) return preview;
  const result = await act();
  if (!options.json)
    say(
      `Job ${result.jobId}: ${result.before.state} → ${result.after.state}${result.newJobId === null ? "" : `, by the new job ${result.newJobId}`}.`,
    );
  return result;
};

const correctAddress = async (jobId: number, options: CorrectionOptions): Promise<void> => {
  const { email, name, updateCustomer, reason } = options;
  const billpost = connect();
  const preview = await previewOf(billpost, jobId, "correct-address");
  const customer = updateCustomer ? ", and correct the customer's own address" : "";
  const result = await afterPreview(preview, `send job ${jobId} to ${email}${customer}`, options, () =>
    billpost.post("/api/jobs/{jobId}/correct-address", {
      params: { path: { jobId } },
      body: { email, ...given({ name, updateCustomer, reason, token: preview.token ?? undefined }) },
    }),
  );
  if (options.json) printJson(result);
};

/** The acts that take nothing but a token and a reason. */
const plainPaths = {
  retry: "/api/jobs/{jobId}/retry",
  "run-now": "/api/jobs/{jobId}/run-now",
  cancel: "/api/jobs/{jobId}/cancel",
  release: "/api/jobs/{jobId}/release",
  "mark-handled": "/api/jobs/{jobId}/mark-handled",
} as const;

/** With the preview's token: exactly what was shown, or `preview_stale`. */
const carryOut = (
  billpost: Billpost,
  action: BulkAct,
  { jobId, token }: Preview,
  { reason, outcome = "was_sent", at = "" }: BulkOptions,
): Promise<Result> => {
  const params = { path: { jobId } };
  const body = given({ token: token ?? undefined, reason });
  if (action === "settle")
    return billpost.post("/api/jobs/{jobId}/settle", { params, body: { ...body, outcome } });
  if (action === "reschedule")
    return billpost.post("/api/jobs/{jobId}/reschedule", { params, body: { ...body, runAt: at } });
  return billpost.post(plainPaths[action], { params, body });
};
