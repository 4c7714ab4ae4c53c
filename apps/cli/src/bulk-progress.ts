import type { AnswerOf, Billpost } from "@billpost/client/billpost";
import { letsRun } from "@billpost/domain/operators/bulk-pace";
import { exitCodes } from "./exit-codes.ts";
import { follow } from "./follow.ts";
import { type Cell, printFields, printJson, say, showInstant } from "./output.ts";
import { progressLine } from "./progress.ts";

export type BulkOperation = AnswerOf<"get", "/api/bulk-operations/{id}">;

/** How a job that was passed over is said to have been, by the code of the reason. */
const skippedWords: Readonly<Record<string, string>> = {
  may_mail_twice: "its mail could go out twice: look at it by itself",
  running: "a worker is at it",
  already_done: "it is done",
  already_waiting: "it is due and waits for a worker",
  already_settled: "it was settled by hand",
  not_waiting: "it does not wait for its time",
  in_doubt: "its mail is in doubt: settle it",
  not_in_doubt: "its mail is not in doubt",
  quarantined: "it is in quarantine: release it",
  not_quarantined: "it is not in quarantine",
  mail_was_sent: "its mail was sent, and came back: correct the address",
  other_task: "not with this kind of job",
  delivery_state: "its delivery does not allow it",
  gone: "it is kept no more",
};

/** The words for why a job was passed over. */
export const whySkipped = (because: string): string => skippedWords[because] ?? because.replaceAll("_", " ");

/** Jobs that were let run and whose outcome is not known yet; 0 for acts that let nothing run. */
const toCome = ({ action, options, changed, succeeded, failed }: BulkOperation): number =>
  letsRun(action, String(options["outcome"])) ? changed - succeeded - failed : 0;

/**
 * Follows an operation until it has acted on its jobs and the outcome of each is known, and sets the exit code. Ctrl-C
 * ends the following alone, and says how to come back.
 */
export const followBulk = async (
  billpost: Billpost,
  id: number,
  { json }: { readonly json?: boolean },
): Promise<void> => {
  const operation = await follow({
    read: () => billpost.get("/api/bulk-operations/{id}", { params: { path: { id } } }),
    over: (now) => now.state === "stopped" || (now.state === "done" && toCome(now) === 0),
    lineOf,
    farewell: `Bulk operation ${id} goes on. \`billpost bulk watch ${id}\` comes back to it, \`bulk stop ${id}\` stops it.`,
  });
  process.exitCode = bulkExitCode(operation);
  if (json) return printJson(operation);
  return showBulk(operation);
};

const lineOf = (operation: BulkOperation): string => {
  const { id, action, phase, canary, total, changed, skipped, failed } = operation;
  const acted = changed + skipped;
  const known = acted - toCome(operation);
  const share = total === 0 ? 1 : known / total;
  const first = phase === "canary" ? `, canary of ${canary}` : "";
  const bad = failed === 0 ? "" : `, ${failed} failed again`;
  const open = toCome(operation) === 0 ? "" : `, ${toCome(operation)} under way`;
  const tail = `${Math.floor(share * 100)} %  ${acted} of ${total} jobs${open}${bad}${first} (bulk ${id})`;
  return progressLine(action, share, tail);
};

/** 0: done; 4: some jobs failed again; 1: stopped, or every job was passed over; 5: not over. */
const bulkExitCode = ({ state, total, changed, failed }: BulkOperation): number => {
  if (state === "running") return exitCodes.unfinished;
  if (state === "stopped" || (total > 0 && changed === 0)) return exitCodes.refused;
  return failed > 0 ? exitCodes.partlyFailed : exitCodes.done;
};

const valueOf = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : String(value));

/** The conditions of its filter, in a line. */
export const filterOf = ({ filter }: BulkOperation): Cell =>
  Object.entries(filter)
    .map(([name, value]) =>
      name === "ids" ? `${valueOf(value)} selected jobs` : `${name} ${valueOf(value)}`,
    )
    .join("; ");

/** An operation for people: what it does, how it stands, and what comes next. */
export const showBulk = (operation: BulkOperation): void => {
  const { id, action, options, state, phase, total, changed, skipped, waiting } = operation;
  const { canary, stopAtFailureRate: rate } = operation;
  const settled = Object.values(options).map(String);
  printFields({
    "bulk operation": `${id}, ${[action, ...settled].join(" ")}, ${phase === "canary" ? "running its canary" : state}`,
    on: filterOf(operation),
    why: operation.reason,
    by: operation.actor,
    canary: canary === null ? null : `${canary} first`,
    "stops when": rate === null ? null : `more than ${Math.round(rate * 1000) / 10} % fail again`,
    jobs: `${total}: ${changed} changed, ${skipped} passed over, ${waiting} ${state === "running" ? "to come" : "left as they were"}`,
    "of these by now": letsRun(action, String(options["outcome"]))
      ? `${operation.succeeded} succeeded, ${operation.failed} failed again, ${toCome(operation)} under way`
      : null,
    "passed over":
      Object.entries(operation.skippedBecause)
        .map(([because, count]) => `${count}: ${whySkipped(because)}`)
        .join("; ") || null,
    "stopped because": operation.stopReason,
    begun: showInstant(operation.createdAt),
    ended: operation.finishedAt && showInstant(operation.finishedAt),
  });
  const next = nextStep(operation);
  if (next !== undefined) say(next);
};

const nextStep = ({ id, state, failed, skipped }: BulkOperation): string | undefined => {
  if (state === "running") return `\`billpost bulk watch ${id}\` follows it, \`bulk stop ${id}\` stops it.`;
  if (failed > 0)
    return `\`billpost bulk items ${id} --result changed\` shows how each job stands, \`jobs show\` why.`;
  if (skipped > 0) return `\`billpost bulk items ${id} --result skipped\` shows which were passed over.`;
  return undefined;
};
