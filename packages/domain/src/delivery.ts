/**
 * The delivery state machine, as a table. It is pure: the worker and the receiver of SES events ask it what
 * an event does and write the answer under a lock; nothing else changes a delivery's state.
 */

/** One intent to bring documents to an address. The list is authoritative. */
export const deliveryStates = [
  "pending", // nothing done yet, or handed back before the documents were stored
  "rendering", // a worker makes the documents
  "stored", // every document is in the object store
  "sending", // the intent is written; SES may or may not have the message
  "sent", // SES took it
  "delivered", // SES says the recipient's server took it
  "bounced", // SES says it came back, for good
  "ambiguous", // it may have been sent: the reply was lost
  "throttled", // SES asked to wait; nothing was sent
  "suppressed", // the address may not be written to by configuration
  "quarantined", // its job ended its worker too often
  "failed", // given up; nothing was sent
  "cancelled", // by an operator, before it was sent
  "handled", // an operator brought it to the customer by other means
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** States in which a worker has nothing to do: what moves such a delivery is SES or an operator. */
export const settledStates: readonly DeliveryState[] = [
  "sent",
  "delivered",
  "bounced",
  "suppressed",
  "quarantined",
  "failed",
  "cancelled",
  "handled",
];

export const deliveryEvents = [
  // from the worker
  "begun",
  "documents_stored",
  "send_started",
  "resend_started",
  "accepted",
  "throttled",
  "attempt_failed",
  "gave_up",
  "reply_lost",
  "crashed",
  "handed_back",
  "suppressed",
  "quarantined",
  // from SES
  "ses_send",
  "ses_delivery",
  "ses_bounce",
  "ses_complaint",
  "ses_reject",
  // an operator's word
  "retried",
  "resent_by_hand",
  "confirmed_sent",
  "cancelled",
  "handled",
] as const;
export type DeliveryEvent = (typeof deliveryEvents)[number];

/** What decides besides the state: resends after a doubt, automatic or by hand. */
export interface DeliveryStatus {
  readonly state: DeliveryState;
  readonly resends: number;
}

/** After a lost reply at most one message is sent by itself. */
export const maxResends = 1;

/** What a transition asks for besides the new state. */
type DeliveryEffect =
  | "count_resend"
  | "record_message"
  /** A hard bounce or a complaint: no automatic mail to that address until an operator clears it. */
  | "stop_address";

/** The entry in the order's timeline that a transition makes. */
type DeliveryAnnouncement =
  | "email.sent"
  | "delivery.retrying"
  | "delivery.failed"
  | "delivery.ambiguous"
  | "delivery.suppressed";

interface Rule {
  readonly from: readonly DeliveryState[];
  readonly event: DeliveryEvent;
  /** `same`: legal, and changes nothing, such as a repeated event. */
  readonly to: DeliveryState | "same";
  /** `resend_left`: no resend yet; `in_doubt`: a message may have gone out before this one. */
  readonly when?: "resend_left" | "in_doubt";
  readonly effects?: readonly DeliveryEffect[];
  readonly announce?: DeliveryAnnouncement;
}

const waiting = ["pending", "stored", "throttled"] as const;
const unsettled = ["sending", "sent", "ambiguous"] as const;
/** States that a message of an earlier, doubtful send may be reported in. */
const doubtful = ["stored", "throttled", "failed", "quarantined", "cancelled", "suppressed"] as const;

/** The first rule that fits is the answer; an event without one is refused in that state. */
export const deliveryRules: readonly Rule[] = [
  { from: ["pending", "rendering"], event: "begun", to: "rendering" },
  { from: ["pending", "rendering"], event: "documents_stored", to: "stored" },
  { from: ["stored"], event: "documents_stored", to: "same" },
  { from: ["stored", "throttled"], event: "send_started", to: "sending" },
  {
    from: ["ambiguous"],
    event: "resend_started",
    to: "sending",
    when: "resend_left",
    effects: ["count_resend"],
  },

  { from: ["sending"], event: "accepted", to: "sent", effects: ["record_message"], announce: "email.sent" },
  // An event from SES was faster than the worker's own note.
  {
    from: ["sent", "delivered", "bounced"],
    event: "accepted",
    to: "same",
    effects: ["record_message"],
    announce: "email.sent",
  },
  { from: ["sending"], event: "throttled", to: "throttled" },
  { from: ["sending"], event: "reply_lost", to: "ambiguous", announce: "delivery.ambiguous" },

  { from: ["pending", "rendering"], event: "attempt_failed", to: "pending", announce: "delivery.retrying" },
  { from: ["stored", "sending"], event: "attempt_failed", to: "stored", announce: "delivery.retrying" },
  { from: ["throttled", "ambiguous"], event: "attempt_failed", to: "same", announce: "delivery.retrying" },

  // What may have been sent is never called failed.
  {
    from: ["stored", "sending", "throttled", "ambiguous"],
    event: "gave_up",
    to: "ambiguous",
    when: "in_doubt",
    announce: "delivery.ambiguous",
  },
  { from: ["ambiguous"], event: "gave_up", to: "same", announce: "delivery.ambiguous" },
  {
    from: ["pending", "rendering", "stored", "sending", "throttled"],
    event: "gave_up",
    to: "failed",
    announce: "delivery.failed",
  },

  { from: ["sending"], event: "crashed", to: "ambiguous", announce: "delivery.ambiguous" },
  { from: ["pending", "rendering"], event: "crashed", to: "pending", announce: "delivery.retrying" },
  { from: ["stored", "throttled", "ambiguous"], event: "crashed", to: "same", announce: "delivery.retrying" },

  { from: ["pending", "rendering"], event: "handed_back", to: "pending" },
  { from: ["stored", "throttled", "ambiguous"], event: "handed_back", to: "same" },

  { from: ["stored", "throttled"], event: "suppressed", to: "suppressed", announce: "delivery.suppressed" },
  { from: ["ambiguous"], event: "suppressed", to: "same" },
  { from: ["pending", "rendering", "stored", "throttled"], event: "quarantined", to: "quarantined" },

  // Events from SES repeat and come in any order; a bounce or complaint has the last word.
  { from: ["sending", "ambiguous"], event: "ses_send", to: "sent", effects: ["record_message"] },
  { from: ["sent", "delivered", "bounced"], event: "ses_send", to: "same" },
  { from: doubtful, event: "ses_send", to: "sent", effects: ["record_message"] },
  { from: unsettled, event: "ses_delivery", to: "delivered", effects: ["record_message"] },
  { from: ["delivered", "bounced"], event: "ses_delivery", to: "same" },
  { from: doubtful, event: "ses_delivery", to: "delivered", effects: ["record_message"] },
  {
    from: [...unsettled, "delivered"],
    event: "ses_bounce",
    to: "bounced",
    effects: ["record_message", "stop_address"],
  },
  { from: ["bounced"], event: "ses_bounce", to: "same", effects: ["stop_address"] },
  { from: doubtful, event: "ses_bounce", to: "bounced", effects: ["record_message", "stop_address"] },
  { from: unsettled, event: "ses_complaint", to: "delivered", effects: ["record_message", "stop_address"] },
  { from: ["delivered", "bounced"], event: "ses_complaint", to: "same", effects: ["stop_address"] },
  { from: doubtful, event: "ses_complaint", to: "delivered", effects: ["record_message", "stop_address"] },
  // One message went to nobody; another, sent before it, may have arrived.
  {
    from: unsettled,
    event: "ses_reject",
    to: "ambiguous",
    when: "in_doubt",
    announce: "delivery.ambiguous",
  },
  { from: unsettled, event: "ses_reject", to: "failed", announce: "delivery.failed" },
  { from: ["delivered", "bounced", "failed"], event: "ses_reject", to: "same" },

  { from: ["failed", "suppressed", "quarantined"], event: "retried", to: "pending" },
  { from: waiting, event: "retried", to: "same" },
  // The operator's resend stands in for the automatic one.
  { from: ["ambiguous"], event: "resent_by_hand", to: "stored", effects: ["count_resend"] },
  // An operator found it with SES or the customer: there is no message id.
  { from: ["ambiguous"], event: "confirmed_sent", to: "sent", announce: "email.sent" },
  {
    from: [...waiting, "rendering", "failed", "suppressed", "quarantined", "ambiguous"],
    event: "cancelled",
    to: "cancelled",
  },
  {
    from: [...waiting, "failed", "suppressed", "quarantined", "ambiguous", "bounced"],
    event: "handled",
    to: "handled",
  },
  // What an operator settled stays settled, whatever is heard of it later.
  {
    from: ["handled"],
    event: "ses_bounce",
    to: "same",
    effects: ["stop_address"],
  },
  {
    from: ["handled"],
    event: "ses_complaint",
    to: "same",
    effects: ["stop_address"],
  },
  { from: ["handled"], event: "ses_send", to: "same" },
  { from: ["handled"], event: "ses_delivery", to: "same" },
  { from: ["handled"], event: "ses_reject", to: "same" },
];

export interface DeliveryTransition {
  readonly from: DeliveryState;
  readonly to: DeliveryState;
  readonly resends: number;
  readonly effects: readonly DeliveryEffect[];
  readonly announce: DeliveryAnnouncement | undefined;
}

/** What an event does to a delivery; undefined: it is refused in that state, and nothing may be done. */
export const deliveryTransition = (
  { state, resends }: DeliveryStatus,
  event: DeliveryEvent,
): DeliveryTransition | undefined => {
  const rule = deliveryRules.find(
    (candidate) =>
      candidate.event === event && candidate.from.includes(state) && holds(candidate.when, resends),
  );
  if (!rule) return undefined;
  const { to, effects = [], announce } = rule;
  return {
    from: state,
    to: to === "same" ? state : to,
    resends: effects.includes("count_resend") ? resends + 1 : resends,
    effects,
    announce,
  };
};

const holds = (condition: Rule["when"], resends: number): boolean => {
  if (condition === "resend_left") return resends < maxResends;
  if (condition === "in_doubt") return resends > 0;
  return true;
};
