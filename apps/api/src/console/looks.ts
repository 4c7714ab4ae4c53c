/** How a state is shown: a tone, a shape of its own, and a word, so that no one of them is needed alone. */
export interface Look {
  readonly tone: "quiet" | "busy" | "good" | "warn" | "bad" | "odd";
  readonly icon: string;
  readonly word: string;
}

const looks: Readonly<Record<string, readonly [tone: Look["tone"], icon: string, word?: string]>> = {
  // Of jobs and deliveries.
  waiting: ["quiet", "circle"],
  pending: ["quiet", "circle"],
  scheduled: ["quiet", "clock"],
  running: ["busy", "half"],
  rendering: ["busy", "half"],
  sending: ["busy", "half"],
  retrying: ["warn", "again"],
  throttled: ["warn", "slow"],
  blocked: ["bad", "square"],
  failed: ["bad", "cross"],
  ambiguous: ["odd", "question"],
  quarantined: ["bad", "triangle"],
  suppressed: ["warn", "stop"],
  bounced: ["bad", "bounce"],
  cancelled: ["quiet", "dash"],
  handled: ["good", "hand"],
  done: ["good", "check"],
  stored: ["busy", "box"],
  sent: ["good", "check"],
  delivered: ["good", "checks"],
  // Of orders and invoices.
  COMPLETED: ["good", "check", "completed"],
  CANCELLED: ["quiet", "dash", "cancelled"],
  issued: ["good", "check"],
  partially_credited: ["warn", "half", "partly credited"],
  credited: ["quiet", "dash"],
  not_required: ["quiet", "dash", "not required"],
  external: ["quiet", "dash", "invoiced elsewhere"],
  invoice: ["quiet", "page"],
  credit_note: ["quiet", "page", "credit note"],
  // Of keys, products, tasks, workers, reconciliations, bulk operations and batches.
  active: ["good", "check"],
  revoked: ["bad", "cross"],
  expired: ["quiet", "dash"],
  archived: ["quiet", "dash"],
  paused: ["warn", "pause"],
  resumed: ["good", "check"],
  quiet: ["warn", "pause"],
  stopping: ["warn", "slow"],
  stopped: ["quiet", "stop"],
  dead: ["bad", "cross"],
  alive: ["good", "check"],
  working: ["busy", "half"],
  planned: ["quiet", "eye"],
  planning: ["busy", "half"],
  preparing: ["busy", "half"],
  canary: ["busy", "eye"],
  completed: ["good", "check"],
  changed: ["good", "check"],
  skipped: ["quiet", "dash"],
  hard_bounce: ["bad", "bounce", "hard bounce"],
  complaint: ["bad", "stop"],
  repaired: ["good", "check"],
  whole: ["good", "check"],
  broken: ["bad", "cross"],
  left: ["bad", "square", "needs somebody"],
};

/** The look of a state; one that is not known yet is shown by its name. */
export const lookOf = (state: string): Look => {
  const [tone, icon, word] = looks[state] ?? ["quiet", "circle"];
  return { tone, icon, word: word ?? state.replaceAll("_", " ") };
};
