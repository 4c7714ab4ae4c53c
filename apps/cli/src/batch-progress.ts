import { setTimeout as wait } from "node:timers/promises";
import type { AnswerOf, Billpost } from "@billpost/client/billpost";
import { exitCodes } from "./exit-codes.ts";
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
import { type Progress, progressLine, showProgress } from "./progress.ts";

export type Batch = AnswerOf<"get", "/api/batches/{id}">;

const lookEveryMs = 500;
/** Without a terminal a line now and then, for a log. */
const tellEveryMs = 10_000;
const over: readonly Batch["state"][] = ["done", "cancelled", "failed"];

/**
 * Follows a batch until it is over or paused, and sets the exit code. Ctrl-C ends the following alone, and says how
 * to come back.
 */
export const followBatch = async (
  billpost: Billpost,
  id: number,
  { json }: { readonly json?: boolean },
): Promise<void> => {
  const progress = showProgress();
  const leave = () => {
    progress.clear();
    say(
      `Batch ${id} goes on. \`billpost batches watch ${id}\` comes back to it, \`batches pause ${id}\` pauses it.`,
    );
    process.exit(exitCodes.interrupted);
  };
  process.once("SIGINT", leave);
  const batch = await untilOver(billpost, id, progress);
  process.off("SIGINT", leave);
  progress.clear();
  process.exitCode = exitCodeOf(batch);
  if (json) return printJson(batch);
  return showBatch(batch);
};

const untilOver = async (billpost: Billpost, id: number, progress: Progress): Promise<Batch> => {
  let told = performance.now();
  for (;;) {
    const batch = await billpost.get("/api/batches/{id}", { params: { path: { id } } });
    if (over.includes(batch.state) || batch.state === "paused" || batch.state === "planned") return batch;
    progress.update(lineOf(batch));
    if (!process.stderr.isTTY && performance.now() - told > tellEveryMs) {
      told = performance.now();
      say(lineOf(batch));
    }
    await wait(lookEveryMs);
  }
};

/** Waits until a batch is planned, or could not be. */
export const untilPlanned = async (billpost: Billpost, id: number): Promise<Batch> => {
  const progress = showProgress();
  for (;;) {
    const batch = await billpost.get("/api/batches/{id}", { params: { path: { id } } });
    if (batch.state !== "planning") {
      progress.clear();
      return batch;
    }
    progress.update(`planning batch ${id}: ${batch.counts.total} items so far`);
    await wait(lookEveryMs);
  }
};

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
