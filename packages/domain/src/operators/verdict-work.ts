import type { NextAct, PauseFacts, Situation, Standing, Verdict, VerdictCode, WorkFacts } from "./verdict.ts";

/** What a verdict is about, and how it begins. */
export interface Subject {
  readonly orderId: string;
  readonly invoiceNumber: string | null;
  readonly deliveryId: number | null;
  /** Such as "Order ORD-2026-000001 has no invoice yet". */
  readonly lead: string;
  /** Why trying again sends nothing twice. */
  readonly harmless: string;
  /** The stages that are still to come; absent: all. */
  readonly stagesLeft?: readonly string[];
}

/** Due for so long and held by nobody: something is wrong, in ms. */
const overdueMs = 15_000;

/** An instant as sentences have it. */
export const at = (date: Date): string => `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** A sentence's end in quotation marks, without a full stop of its own. */
export const quoted = (message: string | null): string =>
  message === null || message.trim() === ""
    ? "no reason was recorded"
    : `“${message.trim().replace(/\.$/, "")}”`;

export const listInWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;

export const verdict = (
  subject: Subject,
  code: VerdictCode,
  standing: Standing,
  cause: string,
  act: {
    readonly name: NextAct;
    readonly sentence: string;
    readonly jobId?: number;
    readonly suppressionId?: number;
  },
): Verdict => ({
  code,
  standing,
  sentence: `${subject.lead}: ${cause}.`,
  act: {
    name: act.name,
    sentence: act.sentence,
    jobId: act.jobId ?? null,
    suppressionId: act.suppressionId ?? null,
  },
  orderId: subject.orderId,
  invoiceNumber: subject.invoiceNumber,
  deliveryId: subject.deliveryId,
});

/** A document that nobody is going to bring. */
export const undelivered = (orderId: string, number: string, kind: "invoice" | "credit_note"): Verdict => {
  const what = kind === "invoice" ? "Invoice" : "Credit note";
  return verdict(
    {
      orderId,
      invoiceNumber: number,
      deliveryId: null,
      lead: `${what} ${number} was not sent`,
      harmless: "",
    },
    "no_delivery",
    "act",
    "no delivery of it exists",
    { name: "resend", sentence: "Send it: no email of it has gone out." },
  );
};

/** Why work is not done, for work that an email is not yet in question for. */
export const workVerdict = (work: WorkFacts | null, subject: Subject, situation: Situation): Verdict => {
  if (work === null)
    return verdict(subject, "no_job", "act", "no job exists that would do it", {
      name: "reconcile",
      sentence: "Start a reconciliation: it asks for the missing job. It sends nothing twice.",
    });
  const judge = (
    code: VerdictCode,
    standing: Standing,
    cause: string,
    name: NextAct,
    sentence: string,
  ): Verdict => verdict(subject, code, standing, cause, { name, sentence, jobId: work.id });
  const attempts = `attempt ${work.attempt} of ${work.maxAttempts}`;
  switch (work.state) {
    case "waiting":
    case "scheduled":
    case "retrying":
    case "throttled":
      return waitingVerdict(work, subject, situation);
    case "running":
      return judge(
        "running",
        "moving",
        `a worker is at it${work.startedAt ? ` since ${at(work.startedAt)}` : ""} (${attempts})`,
        "wait",
        "Wait: it is being done. Should its worker die, another takes over within seconds.",
      );
    case "failed":
      return judge(
        "failed",
        "act",
        `${attempts} failed for good, ${quoted(work.errorMessage)}`,
        "retry",
        `Put right what it says, then retry. ${subject.harmless}`,
      );
    case "quarantined":
      return judge(
        "quarantined",
        "act",
        `its job was put aside because it ended its worker again and again, ${quoted(work.errorMessage)}`,
        "release",
        `Find out what in it ends the worker, then release it: it runs alone. ${subject.harmless}`,
      );
    case "cancelled":
      return judge(
        "cancelled",
        "act",
        "an operator cancelled its job",
        "retry",
        `Read in the audit why it was cancelled; retry it when that was a mistake. ${subject.harmless}`,
      );
    case "handled":
      return judge(
        "handled",
        "settled",
        "an operator marked its job as handled by other means",
        "none",
        "Nothing: the audit says what was done.",
      );
    case "blocked":
      return judge(
        "blocked",
        "act",
        "its job is blocked",
        "complete-billing",
        "Complete the order's billing details: the job goes on by itself.",
      );
    case "ambiguous":
    case "suppressed":
    case "done":
    default:
      return judge(
        "no_job",
        "act",
        `its job is ${work.state}, and yet it is not there`,
        "reconcile",
        "Start a reconciliation: it asks for a new job, or says what a person must do. It sends nothing twice.",
      );
  }
};

/** Why work that goes on by itself has not begun: what stands in its way first. */
export const waitingVerdict = (work: WorkFacts, subject: Subject, situation: Situation): Verdict => {
  const { now, workers } = situation;
  const judge = (code: VerdictCode, standing: Standing, cause: string, name: NextAct, sentence: string) =>
    verdict(subject, code, standing, cause, { name, sentence, jobId: work.id });
  const pause = pauseOf(work, subject, situation);
  if (pause) return judge("paused", "stuck", pausedCause(pause), "resume", resumeSentence(pause));
  const dueMs = work.runAt.getTime() - now.getTime();
  if (workers === 0)
    return judge(
      "no_workers",
      "stuck",
      "no worker is running",
      "start-workers",
      "Start a worker: whatever waits is then done, in order.",
    );
  const when = at(work.runAt);
  const next = dueMs > 0 ? `the next is due at ${when}` : "the next is due now";
  if (work.state === "retrying")
    return judge(
      "retrying",
      "moving",
      `attempt ${work.attempt} of ${work.maxAttempts} failed, ${quoted(work.errorMessage)}; ${next}`,
      "wait",
      `Wait, or run it now when the cause is gone. ${subject.harmless}`,
    );
  if (work.state === "throttled")
    return judge(
      "throttled",
      "moving",
      `it was told to wait, ${quoted(work.errorMessage)}; ${next}`,
      "wait",
      `Wait: it goes on by itself and uses up no attempt. ${subject.harmless}`,
    );
  if (dueMs > 0)
    return judge("scheduled", "moving", `its job is due at ${when}`, "wait", "Wait, or run it now.");
  if (work.ahead === 0 && -dueMs > overdueMs)
    return judge(
      "overdue",
      "stuck",
      `its job is due since ${when}, nothing is before it, and no worker has taken it`,
      "reconcile",
      "Look whether workers are busy or stopping; else start a reconciliation, which repairs a lost job. It sends nothing twice.",
    );
  return judge(
    "waiting",
    "moving",
    work.ahead === null || work.ahead === 0
      ? "its job is next"
      : `${work.ahead >= aheadLimit ? `${aheadLimit} or more` : work.ahead} jobs are due before it`,
    "wait",
    "Wait: its turn comes by itself. More workers make it sooner.",
  );
};

/** Jobs ahead are counted up to so many. */
export const aheadLimit = 10_000;

const pauseOf = (work: WorkFacts, subject: Subject, { pauses }: Situation): PauseFacts | undefined =>
  pauses.find(
    ({ task, stage }) =>
      task === work.task && (stage === null || (subject.stagesLeft?.includes(stage) ?? true)),
  );

const pausedCause = ({ task, stage, reason, actor, since, until }: PauseFacts): string =>
  `${stage === null ? task : `the stage ${stage} of ${task}`} is paused since ${at(since)} by ${actor}${
    until ? ` until ${at(until)}` : ""
  }${reason === null ? "" : `, ${quoted(reason)}`}`;

const resumeSentence = ({ task, stage }: PauseFacts): string =>
  `Resume ${stage === null ? task : `${task}, stage ${stage}`} when its reason is gone; what waits then goes on by itself.`;
