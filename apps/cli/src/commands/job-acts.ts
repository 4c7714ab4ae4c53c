import type { AnswerOf, Billpost } from "@billpost/client/billpost";
import type { Command } from "commander";
import { type ActOptions, acting, agreed, wrongUsage } from "../acting.ts";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { exitCodes } from "../exit-codes.ts";
import { given } from "../listing.ts";
import { printJson, printLine, say } from "../output.ts";

type Preview = AnswerOf<"get", "/api/jobs/{jobId}/preview">;
type Action = (typeof acts)[number]["action"];
type Result = AnswerOf<"post", "/api/jobs/{jobId}/retry">;
type Outcome = "was_sent" | "send_again";

interface JobActOptions extends ActOptions {
  readonly outcome?: Outcome;
  readonly at?: string;
}

const acts = [
  { action: "retry", description: "do it again, from the first stage that is not done" },
  { action: "run-now", description: "do not wait for its time" },
  { action: "cancel", description: "never do it" },
  { action: "reschedule", description: "do it at another time (--at)" },
  { action: "settle", description: "say what became of a mail in doubt (--outcome was_sent or send_again)" },
  { action: "release", description: "let a quarantined job run again" },
  { action: "mark-handled", description: "say that it was settled in another way" },
] as const;

/** `jobs preview` and the acts, each of which shows the preview and carries out exactly that. */
export const addJobActs = (jobs: Command): void => {
  jobs
    .command("preview")
    .description("say what an act would do, and whether a mail could go out twice; nothing is done")
    .argument("<id>", "as `jobs list` shows it", parseId)
    .argument("[action]", acts.map(({ action }) => action).join(", "), "retry")
    .option("--outcome <outcome>", "for settle: was_sent or send_again")
    .option("--json", "print JSON")
    .action(async (jobId: number, action: Action, options: JobActOptions) => {
      const preview = await previewOf(connect(), jobId, action, options.outcome);
      if (!preview.allowed) process.exitCode = exitCodes.refused;
      if (options.json) return printJson(preview);
      return show(preview);
    });

  for (const { action, description } of acts) {
    const command = acting(
      jobs
        .command(action)
        .description(description)
        .argument("<id...>", "one or more, as `jobs list` shows them"),
    );
    if (action === "settle")
      command.requiredOption("--outcome <outcome>", "was_sent (no mail goes out) or send_again (one does)");
    if (action === "reschedule") command.requiredOption("--at <instant>", "such as 2026-02-01T08:00:00Z");
    command.action((ids: readonly string[], options: JobActOptions) => actOnAll(action, ids, options));
  }
};

const previewOf = (billpost: Billpost, jobId: number, action: Action, outcome: Outcome | undefined) =>
  billpost.get("/api/jobs/{jobId}/preview", {
    params: { path: { jobId }, query: given({ action, outcome }) },
  });

const show = (preview: Preview): void => {
  printLine(`Job ${preview.jobId}, ${preview.action}: ${preview.summary}`);
  if (preview.mayMailTwice) printLine("  A mail may go out twice.");
  for (const warning of preview.warnings) printLine(`  ${warning}`);
  if (preview.missing.length > 0) printLine(`  The invoice lacks ${preview.missing.join(", ")}.`);
};

const actOnAll = async (action: Action, ids: readonly string[], options: JobActOptions): Promise<void> => {
  const billpost = connect();
  const results: (Result | Preview)[] = [];
  for (const id of ids.map(parseId)) {
    const preview = await previewOf(billpost, id, action, options.outcome);
    if (!options.json) show(preview);
    if (!preview.allowed) {
      results.push(preview);
      process.exitCode = exitCodes.refused;
      continue;
    }
    if (preview.reasonRequired && options.reason === undefined && !options.dryRun)
      wrongUsage("This needs a --reason, for the audit.");
    // Nobody there to ask, and silence is no answer to this.
    if (preview.mayMailTwice && !options.yes && !options.dryRun && !process.stdin.isTTY)
      wrongUsage("A mail may go out twice: pass --yes if that is meant.");
    if (!(await agreed(`${action.replace("-", " ")} job ${id}`, options))) {
      results.push(preview);
      continue;
    }
    const result = await carryOut(billpost, action, preview, options);
    results.push(result);
    if (!options.json)
      say(
        `Job ${id}: ${result.before.state} → ${result.after.state}${result.newJobId === null ? "" : `, by the new job ${result.newJobId}`}.`,
      );
  }
  if (options.json) printJson(results);
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
  action: Action,
  { jobId, token }: Preview,
  { reason, outcome = "was_sent", at = "" }: JobActOptions,
): Promise<Result> => {
  const params = { path: { jobId } };
  const body = given({ token: token ?? undefined, reason });
  if (action === "settle")
    return billpost.post("/api/jobs/{jobId}/settle", { params, body: { ...body, outcome } });
  if (action === "reschedule")
    return billpost.post("/api/jobs/{jobId}/reschedule", { params, body: { ...body, runAt: at } });
  return billpost.post(plainPaths[action], { params, body });
};
