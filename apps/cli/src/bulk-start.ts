import type { AnswerOf, Billpost } from "@billpost/client/billpost";
import type { operations } from "@billpost/client/api-types";
import type { Command } from "commander";
import { type ActOptions, agreed, wrongUsage } from "./acting.ts";
import { connect } from "./api.ts";
import { parseNumber, parseShare } from "./arguments.ts";
import { type BulkOperation, followBulk, showBulk, whySkipped } from "./bulk-progress.ts";
import { exitCodes } from "./exit-codes.ts";
import { filterInBody, type JobFilterOptions } from "./job-filter.ts";
import { given } from "./listing.ts";
import { printJson, printLine, printPairs, say } from "./output.ts";

type NewBulk = operations["beginBulkOperation"]["requestBody"]["content"]["application/json"];
type DryRun = Extract<AnswerOf<"post", "/api/bulk-operations">, { readonly dryRun: true }>;
export type BulkAct = NewBulk["action"];

export interface BulkOptions extends ActOptions, JobFilterOptions {
  readonly outcome?: NewBulk["outcome"];
  readonly at?: string;
  readonly canary?: number;
  readonly stopAtFailureRate?: number;
  readonly wait?: boolean;
}

/** The options of an act on many jobs, besides those of its filter. */
export const bulking = (command: Command): Command =>
  command
    .option("--canary <n>", "act on so many first; on the rest when none of them failed again", parseNumber)
    .option(
      "--stop-at-failure-rate <share>",
      "stop when more than this share failed again, such as 0.1 or 10%",
      parseShare,
    )
    .option("--wait", "watch it to its end; the exit code tells how it ended");

const verbs: Readonly<Record<BulkAct, string>> = {
  retry: "retry",
  "run-now": "run at once",
  cancel: "cancel",
  reschedule: "reschedule",
  settle: "settle",
  release: "release from quarantine",
  "mark-handled": "mark as handled",
};

/**
 * Acts on many jobs: shows what would become of them, asks, and begins one operation in the background, which survives
 * this command. Where nobody can be asked it needs --yes: nobody has seen the count.
 */
export const startBulk = async (
  action: BulkAct,
  ids: readonly number[],
  options: BulkOptions,
): Promise<void> => {
  const body = bodyOf(action, ids, options);
  const billpost = connect();
  const dry = await tryOut(billpost, body);
  const none = dry.examined === dry.total && dry.outcomes.every(({ result }) => result === "skipped");
  if (options.json && (options.dryRun || none)) printJson(dry);
  else if (!options.json) showDryRun(action, dry);
  if (none) {
    say(dry.total === 0 ? "No job matches." : "Every one of them would be passed over. Nothing was done.");
    if (dry.total > 0) process.exitCode = exitCodes.refused;
    return undefined;
  }
  const what = `${verbs[action]} ${changing(dry)}`;
  if (!options.yes && !options.dryRun && !process.stdin.isTTY)
    wrongUsage(`This would ${what}: pass --yes if that is meant, or --dry-run to look.`);
  if (!(await agreed(what, options))) return undefined;
  const { id } = (await billpost.post("/api/bulk-operations", { body })) as BulkOperation;
  if (options.wait) return followBulk(billpost, id, options);
  const begun = await billpost.get("/api/bulk-operations/{id}", { params: { path: { id } } });
  return options.json ? printJson(begun) : showBulk(begun);
};

const bodyOf = (action: BulkAct, ids: readonly number[], options: BulkOptions): NewBulk => {
  const { outcome, at, canary, stopAtFailureRate, dryRun } = options;
  const filter = filterInBody(options);
  if (filter === undefined && ids.length === 0)
    wrongUsage("Which jobs? Give their ids, or a filter such as --state failed; --help lists them.");
  if (action === "settle" && outcome === undefined)
    wrongUsage("To settle needs --outcome was_sent or send_again.");
  if (action === "reschedule" && at === undefined) wrongUsage("To reschedule needs --at.");
  const reason = options.reason ?? (dryRun ? "a dry run" : undefined);
  return {
    action,
    reason: reason ?? wrongUsage("Acting on many needs a --reason, for the audit."),
    ...given({
      filter,
      ids: ids.length === 0 ? undefined : [...new Set(ids)],
      outcome,
      runAt: at,
      canary,
      stopAtFailureRate,
    }),
  };
};

const tryOut = async (billpost: Billpost, body: NewBulk): Promise<DryRun> =>
  (await billpost.post("/api/bulk-operations", { body: { ...body, dryRun: true } })) as DryRun;

const jobs = (count: number): string => `${count} ${count === 1 ? "job" : "jobs"}`;

const changing = ({ total, examined, outcomes }: DryRun): string => {
  const sum = (wanted: (outcome: DryRun["outcomes"][number]) => boolean) =>
    outcomes.filter(wanted).reduce((count, outcome) => count + outcome.count, 0);
  const changed = sum(({ result }) => result === "changed");
  const notes = [
    ...(changed < examined ? [`${examined - changed} passed over`] : []),
    ...(examined < total ? [`judged by the first ${examined}`] : []),
    ...(sum(({ mayMailTwice }) => mayMailTwice) > 0
      ? [`${sum(({ mayMailTwice }) => mayMailTwice)} MAY MAIL TWICE`]
      : []),
  ];
  const count = examined < total ? `up to ${jobs(total)}` : jobs(changed);
  return `${count}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
};

const showDryRun = (action: BulkAct, { total, examined, outcomes }: DryRun): void => {
  if (total === 0) return;
  printLine(
    `${action}: ${total === 1 ? "1 job matches" : `${total} jobs match`}${examined < total ? `, the oldest ${examined} were judged` : ""}.`,
  );
  // Not as a table, of which a narrow terminal would cut what matters.
  printPairs(
    outcomes.map((outcome) => [
      `${outcome.count} ${outcome.result === "skipped" ? "passed over" : outcome.mayMailTwice ? "MAY MAIL TWICE" : "changed"}`,
      outcome.because === null ? outcome.summary : whySkipped(outcome.because),
    ]),
  );
};
