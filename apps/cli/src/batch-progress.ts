import type { AnswerOf, Billpost } from "@billpost/client/billpost";
import { exitCodes } from "./exit-codes.ts";
import { follow } from "./follow.ts";
import {
  printFields,
  printJson,
  printLine,
  printTable,
  say,
  showInstant,
  showMoney,
  showSpan,
} from "./output.ts";
import { progressLine } from "./progress.ts";

export type Batch = AnswerOf<"get", "/api/batches/{id}">;

/** States in which nothing happens until somebody acts. */
const restful: readonly Batch["state"][] = ["done", "cancelled", "failed", "paused", "planned"];

/**
 * Follows a batch until it is over or paused, and sets the exit code. Ctrl-C ends the following alone, and says how
 * to come back.
 */
export const followBatch = async (
  billpost: Billpost,
  id: number,
  { json }: { readonly json?: boolean },
): Promise<void> => {
  const batch = await follow({
    read: () => billpost.get("/api/batches/{id}", { params: { path: { id } } }),
    over: ({ state }) => restful.includes(state),
    lineOf,
    farewell: `Batch ${id} goes on. \`billpost batches watch ${id}\` comes back to it, \`batches pause ${id}\` pauses it.`,
  });
  process.exitCode = exitCodeOf(batch);
  if (json) return printJson(batch);
  return showBatch(batch);
};

/** Waits until a batch is planned, or could not be. */
export const untilPlanned = (billpost: Billpost, id: number): Promise<Batch> =>
  follow({
    read: () => billpost.get("/api/batches/{id}", { params: { path: { id } } }),
    over: ({ state }) => state !== "planning",
    lineOf: ({ counts }) => `planning batch ${id}: ${counts.total} items so far`,
    farewell: `Batch ${id} goes on being planned. \`billpost batches show ${id}\` says how it stands.`,
  });

const lineOf = ({ id, state, counts, ratePerSecond, expectedEnd }: Batch): string => {
  const ended = counts.done + counts.skipped + counts.failed;
  const share = counts.total === 0 ? 0 : ended / counts.total;
  const left =
    expectedEnd === null ? "" : `, ${showSpan((Date.parse(expectedEnd) - Date.now()) / 1000)} left`;
  const failed = counts.failed === 0 ? "" : `, ${counts.failed} failed`;
  const tail = `${Math.floor(share * 100)} %  ${ended} of ${counts.total}${failed}, ${ratePerSecond}/s${left}`;
  return progressLine(`batch ${id} ${state}`, share, tail);
};

/** 0: all done; 4: some failed; 5: paused, or only planned; 1: cancelled, or it could not be planned. */
export const exitCodeOf = ({ state, counts }: Batch): number => {
  if (state === "cancelled" || state === "failed") return exitCodes.refused;
  if (state !== "done") return exitCodes.unfinished;
  return counts.failed > 0 ? exitCodes.partlyFailed : exitCodes.done;
};

/** What comes next. */
const nextStep = ({ id, state, counts, plan, pauseReason }: Batch): string | undefined => {
  if (state === "planned" && plan?.items === 0)
    return `There is nothing to carry out: \`billpost batches items ${id}\` shows what was looked at, and why it is skipped.`;
  if (state === "planned")
    return `\`billpost batches start ${id}\` carries it out; nothing has been done yet.`;
  if (state === "planning" || state === "running") return `\`billpost batches watch ${id}\` follows it.`;
  if (state === "paused")
    return `It is paused (${(pauseReason ?? "by_hand").replaceAll("_", " ")}). \`billpost batches items ${id} --outcome failed\` shows why, \`batches resume ${id}\` goes on.`;
  if (counts.failed > 0)
    return `\`billpost batches items ${id} --outcome failed\` shows why, \`batches retry-failed ${id}\` tries again.`;
  return undefined;
};

/** A batch for people: what is planned, how it stands, and what comes next. */
export const showBatch = (batch: Batch): void => {
  const { plan, counts } = batch;
  printFields({
    batch: `${batch.id}, ${batch.kind}, ${batch.state}`,
    reference: batch.externalRef,
    why: batch.reason,
    by: `${batch.createdBy}${batch.startedBy === null ? "" : `, started by ${batch.startedBy}`}`,
    items: `${counts.total}: ${counts.done} done, ${counts.skipped} skipped, ${counts.failed} failed, ${counts.running} running, ${counts.waiting} waiting${counts.inDoubt > 0 ? `, ${counts.inDoubt} in doubt` : ""}`,
    failure: batch.failure,
    emails: plan?.emails,
    size: plan && `${(plan.bytes / 1e6).toFixed(1)} MB`,
    takes: plan?.expectedSeconds == null ? null : `about ${showSpan(plan.expectedSeconds)}`,
    "to be skipped":
      plan &&
      (Object.entries(plan.skipped)
        .map(([reason, count]) => `${count} ${reason.replaceAll("_", " ")}`)
        .join(", ") ||
        null),
    samples: plan?.samples.join(" ") || null,
    finished: batch.finishedAt && showInstant(batch.finishedAt),
  });
  if (plan && plan.amounts.length > 0) {
    printLine();
    printTable(
      ["ITEMS", "OLD TOTAL", "NEW TOTAL", "DIFFERENCE"],
      plan.amounts.map(({ currency, items, oldTotal, newTotal, difference }) => [
        items,
        showMoney(oldTotal, currency),
        showMoney(newTotal, currency),
        showMoney(difference, currency),
      ]),
    );
  }
  const next = nextStep(batch);
  if (next !== undefined) say(next);
};
