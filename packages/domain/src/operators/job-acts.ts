import { type DeliveryEvent, type DeliveryTransition, deliveryTransition } from "../delivery.ts";
import { deliveryEnd, deliveryOutlook, otherOutlook } from "./act-sentences.ts";
import type { DeliveryFacts, JobFacts, JobState } from "./job-facts.ts";

/** What an operator can do with a job. The list is authoritative. */
export const jobActs = [
  "retry",
  "run-now",
  "cancel",
  "reschedule",
  "settle",
  "release",
  "mark-handled",
  "correct-address",
] as const;
export type JobAct = (typeof jobActs)[number];

/** What an operator found out about a message in doubt. */
export type SettleOutcome = "was_sent" | "send_again";

export interface ActOptions {
  /** For `settle`. */
  readonly outcome?: SettleOutcome | undefined;
}

/** Why an act is refused; in bulk, why a job is skipped. */
type RefusedBecause =
  | "running"
  | "already_done"
  | "already_waiting"
  | "already_settled"
  | "not_waiting"
  | "in_doubt"
  | "not_in_doubt"
  | "quarantined"
  | "not_quarantined"
  | "mail_was_sent"
  | "other_task"
  | "delivery_state";

/** What the act makes of the job. */
export interface JobEffect {
  /** `unchanged`: a new delivery is made, and this job stays as it is. */
  readonly to: "waiting" | "scheduled" | "cancelled" | "handled" | "done" | "unchanged";
  /** Its attempts are counted anew. */
  readonly restart: boolean;
  /** Deaths of workers that it was held for are forgiven. */
  readonly forgive: boolean;
  /** What happens to its delivery; undefined: nothing, or it has none. */
  readonly transition: DeliveryTransition | undefined;
}

/** What an act would do, or why not, before it is done. */
interface ActPreview {
  readonly allowed: boolean;
  /** One or two plain sentences. */
  readonly summary: string;
  readonly because: RefusedBecause | null;
  readonly willSend: boolean;
  /** False only where it is proven that no message can go out a second time. */
  readonly mayMailTwice: boolean;
  readonly skips: readonly ("render" | "store")[];
  readonly reasonRequired: boolean;
  readonly warnings: readonly string[];
  /** What the order's invoice lacks. */
  readonly missing: readonly string[];
}

export type Decision =
  | { readonly preview: ActPreview & { readonly allowed: true }; readonly effect: JobEffect }
  | { readonly preview: ActPreview & { readonly allowed: false }; readonly effect: undefined };

/** Whether an operator may do this to a job as it stands, and what exactly would follow. */
export const decideAct = (facts: JobFacts, act: JobAct, options: ActOptions = {}): Decision =>
  facts.state === "running"
    ? refused(facts, "running", "A worker is at it right now: wait until this attempt has ended.")
    : rules[act](facts, options);

const live: readonly JobState[] = ["waiting", "scheduled", "retrying", "throttled"];
const dispensable = ["deliver-invoice", "issue-invoice", "render-document", "verify-invoice", "reconcile"];

const refused = ({ missing }: JobFacts, because: RefusedBecause, summary: string): Decision => ({
  preview: {
    allowed: false,
    summary,
    because,
    willSend: false,
    mayMailTwice: false,
    skips: [],
    reasonRequired: false,
    warnings: [],
    missing,
  },
  effect: undefined,
});

interface Allowed {
  readonly to: JobEffect["to"];
  readonly summary: string;
  readonly restart?: boolean;
  readonly forgive?: boolean;
  readonly event?: DeliveryEvent;
  readonly willSend?: boolean;
  readonly mayMailTwice?: boolean;
  readonly skips?: readonly ("render" | "store")[];
  readonly warnings?: readonly string[];
  readonly reasonRequired?: boolean;
}

/** Allowed, if the delivery's own state machine agrees. */
const allowed = (facts: JobFacts, act: Allowed): Decision => {
  const { delivery, missing } = facts;
  const transition = delivery && act.event ? deliveryTransition(delivery, act.event) : undefined;
  if (delivery && act.event && !transition)
    return refused(facts, "delivery_state", `Its delivery is ${delivery.state}: this cannot be done to it.`);
  return {
    preview: {
      allowed: true,
      summary: act.summary,
      because: null,
      willSend: act.willSend ?? false,
      mayMailTwice: act.mayMailTwice ?? false,
      skips: act.skips ?? [],
      reasonRequired: act.reasonRequired ?? true,
      warnings: act.warnings ?? [],
      missing,
    },
    effect: { to: act.to, restart: act.restart ?? false, forgive: act.forgive ?? false, transition },
  };
};

/** The work begins again: what follows is told by what is already done. */
const again = (facts: JobFacts, extra: Partial<Allowed> = {}): Decision => {
  const { delivery, task } = facts;
  const lead = extra.summary === undefined ? "" : `${extra.summary} `;
  if (!delivery)
    return allowed(facts, {
      to: "waiting",
      restart: true,
      willSend: task.startsWith("issue-") && !facts.invoiced,
      ...extra,
      summary: `${lead}${otherOutlook(facts)}`,
    });
  const outlook = deliveryOutlook(delivery);
  return allowed(facts, {
    to: "waiting",
    restart: true,
    event: delivery.state === "ambiguous" ? "resent_by_hand" : "retried",
    willSend: outlook.willSend,
    mayMailTwice: outlook.mayMailTwice,
    skips: outlook.skips,
    warnings: outlook.warnings,
    ...extra,
    summary: `${lead}${outlook.sentence}`,
  });
};

const retry = (facts: JobFacts): Decision => {
  const { state, delivery, later } = facts;
  if (state === "done")
    return delivery
      ? refused(facts, delivery.state === "bounced" ? "mail_was_sent" : "already_done", deliveryEnd(delivery))
      : refused(facts, "already_done", "It is done: nothing is left to do.");
  if (state === "quarantined")
    return refused(facts, "quarantined", "It ended its worker again and again: release it instead.");
  if (delivery && (state === "cancelled" || state === "handled"))
    return refused(facts, "already_settled", `It was ${state} by hand: send the invoice again instead.`);
  if (state === "waiting" && !later)
    return refused(facts, "already_waiting", "It is due and waits for a worker already.");
  const decision = again(facts);
  if (!decision.preview.allowed || decision.preview.mayMailTwice) return decision;
  // Proven not to mail twice: the one act that needs no reason.
  return { ...decision, preview: { ...decision.preview, reasonRequired: false } } as Decision;
};

const notWaiting = (facts: JobFacts, verb: string): Decision | undefined => {
  if (facts.state === "ambiguous" || facts.delivery?.state === "ambiguous")
    return refused(facts, "in_doubt", "Nobody knows whether its mail was sent: settle it instead.");
  return live.includes(facts.state)
    ? undefined
    : refused(facts, "not_waiting", `It is ${facts.state}, not waiting: ${verb} is for what waits.`);
};

const runNow = (facts: JobFacts): Decision => {
  if (facts.state === "waiting" && !facts.later)
    return refused(facts, "already_waiting", "It is due and waits for a worker already.");
  return notWaiting(facts, "running it now") ?? again(facts, { restart: false, summary: "It runs at once." });
};

const reschedule = (facts: JobFacts): Decision =>
  notWaiting(facts, "rescheduling") ??
  again(facts, { to: "scheduled", restart: false, summary: "It runs at the given time." });

const cancel = (facts: JobFacts): Decision => {
  const { state, task, delivery } = facts;
  if (state === "done") return refused(facts, "already_done", "It is done: there is nothing to cancel.");
  if (state === "cancelled" || state === "handled")
    return refused(facts, "already_settled", `It was ${state} by hand.`);
  if (!dispensable.includes(task))
    return refused(facts, "other_task", "This kind of job cannot be cancelled by itself.");
  if (delivery)
    return allowed(facts, {
      to: "cancelled",
      event: "cancelled",
      summary: "No mail will be sent for this delivery.",
      warnings: [
        ...(delivery.state === "ambiguous" || delivery.resends > 0
          ? ["An earlier message may have gone out."]
          : []),
        "The customer gets this invoice only if it is sent again.",
      ],
    });
  return allowed(facts, {
    to: "cancelled",
    summary: task === "issue-invoice" ? "No invoice will be issued for this order." : "It will not be done.",
    warnings:
      task === "issue-invoice" ? ["A completed order without an invoice is usually against the law."] : [],
  });
};

const settle = (facts: JobFacts, { outcome }: ActOptions): Decision => {
  if (facts.delivery?.state !== "ambiguous")
    return refused(facts, "not_in_doubt", "Only a delivery in doubt can be settled.");
  if (outcome === "send_again") return again(facts);
  return allowed(facts, {
    to: "done",
    event: "confirmed_sent",
    summary: "It counts as sent, on your word: no mail will be sent.",
  });
};

const release = (facts: JobFacts): Decision =>
  facts.state === "quarantined"
    ? again(facts, { forgive: true, summary: "It runs again, alone in its worker." })
    : refused(facts, "not_quarantined", `It is ${facts.state}, not in quarantine.`);

const forPeople: readonly JobState[] = ["blocked", "failed", "ambiguous", "quarantined", "suppressed"];

const markHandled = (facts: JobFacts): Decision => {
  const { state, task, delivery } = facts;
  const bounced = state === "done" && delivery?.state === "bounced";
  if (state === "done" && !bounced)
    return refused(facts, "already_done", "It is done: there is nothing to handle.");
  if (state === "cancelled" || state === "handled")
    return refused(facts, "already_settled", `It was ${state} by hand.`);
  if (!delivery && !forPeople.includes(state))
    return refused(facts, "not_waiting", `It is ${state} and goes on by itself.`);
  return allowed(facts, {
    to: "handled",
    event: "handled",
    summary: "It counts as settled by other means: nothing more is done, and no mail will be sent.",
    warnings:
      task === "issue-credit-note" ? ["The quantities of this credit note stay held on the invoice."] : [],
  });
};

const unsent = ["pending", "stored", "throttled", "failed", "suppressed", "quarantined"];

const correctAddress = (facts: JobFacts): Decision => {
  const { delivery } = facts;
  if (!delivery) return refused(facts, "other_task", "Only a delivery has an address.");
  if (unsent.includes(delivery.state)) {
    // The new address is judged for itself when it is given.
    const elsewhere = { ...facts, delivery: { ...delivery, addressSuppressed: false } };
    return again(elsewhere, { forgive: true, summary: "The delivery goes to the corrected address." });
  }
  const cameBack = delivery.state === "bounced";
  const closes = cameBack || delivery.state === "ambiguous";
  return allowed(facts, {
    to: closes ? "handled" : "unchanged",
    ...(closes ? { event: "handled" as const } : {}),
    willSend: true,
    mayMailTwice: !cameBack || delivery.elsewhere !== null,
    skips: delivery.stored === delivery.documents ? ["render", "store"] : [],
    summary: `A new delivery of the same PDF goes to the corrected address; ${before(delivery)}.`,
  });
};

const before = ({ state, acceptedAttempt }: DeliveryFacts): string => {
  if (state === "bounced") return "the mail to the old one came back";
  if (state === "sent" || state === "delivered")
    return `SES accepted ${acceptedAttempt === null ? "the mail" : `attempt ${acceptedAttempt}`} to the old one`;
  return "whether a mail went to the old one is unknown";
};

const rules: Readonly<Record<JobAct, (facts: JobFacts, options: ActOptions) => Decision>> = {
  retry,
  "run-now": runNow,
  cancel,
  reschedule,
  settle,
  release,
  "mark-handled": markHandled,
  "correct-address": correctAddress,
};
