import type { DeliveryState } from "../delivery.ts";
import { deliveryVerdict } from "./verdict-delivery.ts";
import { issuingVerdict } from "./verdict-issuing.ts";
import { undelivered, workVerdict } from "./verdict-work.ts";

/** How much of a person's attention it needs, the most first. */
export const standings = ["act", "stuck", "moving", "settled"] as const;
/**
 * `act`: nothing happens until a person acts. `stuck`: it would go on by itself if something in its way were
 * taken away. `moving`: it goes on by itself. `settled`: there is nothing to do.
 */
export type Standing = (typeof standings)[number];

/** The next safe act. What it is done with is named beside it. */
export type NextAct =
  | "none"
  | "wait"
  | "retry"
  | "release"
  | "settle"
  | "resend"
  | "issue"
  | "correct-address"
  | "complete-billing"
  | "configure"
  | "clear-suppression"
  | "resume"
  | "start-workers"
  | "reconcile";

export type VerdictCode =
  | "no_orders"
  | "cancelled_before_invoice"
  | "invoiced_elsewhere"
  | "no_invoice_needed"
  | "no_job"
  | "no_delivery"
  | "blocked"
  | "paused"
  | "no_workers"
  | "overdue"
  | "waiting"
  | "scheduled"
  | "running"
  | "retrying"
  | "throttled"
  | "failed"
  | "ambiguous"
  | "quarantined"
  | "suppressed"
  | "bounced"
  | "cancelled"
  | "handled"
  | "sent"
  | "complained"
  | "delivered";

export interface Verdict {
  readonly code: VerdictCode;
  readonly standing: Standing;
  /** Why there is no invoice or email, or that there is, in one sentence. */
  readonly sentence: string;
  readonly act: {
    readonly name: NextAct;
    /** What to do, and why it is safe. */
    readonly sentence: string;
    /** The job, suppression or delivery to do it with, where there is one. */
    readonly jobId: number | null;
    readonly suppressionId: number | null;
  };
  readonly orderId: string | null;
  readonly invoiceNumber: string | null;
  readonly deliveryId: number | null;
}

/** A job, as far as a verdict needs it. */
export interface WorkFacts {
  readonly id: number;
  readonly task: string;
  readonly state:
    | "waiting"
    | "scheduled"
    | "running"
    | "retrying"
    | "blocked"
    | "throttled"
    | "failed"
    | "ambiguous"
    | "quarantined"
    | "suppressed"
    | "cancelled"
    | "handled"
    | "done";
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly runAt: Date;
  readonly startedAt: Date | null;
  /** It goes on by itself no more. */
  readonly finished: boolean;
  readonly errorMessage: string | null;
  /** Jobs of its task that are due before it; null: not counted. */
  readonly ahead: number | null;
}

export interface PauseFacts {
  readonly task: string;
  /** Null: the whole task. */
  readonly stage: string | null;
  /** Null: not for the reader. */
  readonly reason: string | null;
  readonly actor: string;
  readonly since: Date;
  readonly until: Date | null;
}

/** What all work depends on, as of one moment by the database's clock. */
export interface Situation {
  readonly now: Date;
  readonly workers: number;
  readonly pauses: readonly PauseFacts[];
}

export interface DeliveryFacts {
  readonly id: number;
  readonly state: DeliveryState;
  /** What it brings. */
  readonly invoiceNumbers: readonly string[];
  readonly resends: number;
  readonly sesMessageId: string | null;
  readonly sentAt: Date | null;
  readonly updatedAt: Date;
  readonly errorMessage: string | null;
  readonly work: WorkFacts | null;
  /** Its address gets no mail now; null: it may, or a rule of the configuration forbids it. */
  readonly suppression: { readonly id: number; readonly reason: string; readonly since: Date } | null;
  /** The recipient called it spam. */
  readonly complained: boolean;
}

export interface OrderFacts {
  readonly orderId: string;
  readonly status: "COMPLETED" | "CANCELLED";
  readonly invoiceStatus: "pending" | "blocked" | "issued" | "not_required" | "external";
  /** What the invoice lacks, such as `address`. */
  readonly missing: readonly string[];
  /** The latest that issues the order's invoice. */
  readonly issuing: WorkFacts | null;
  /** Invoices and credit notes, oldest first. */
  readonly documents: readonly { readonly number: string; readonly kind: "invoice" | "credit_note" }[];
  /** Oldest first. */
  readonly deliveries: readonly DeliveryFacts[];
  /** Credit notes that are asked for and not yet issued. */
  readonly pendingCredits: readonly { readonly work: WorkFacts | null }[];
}

/**
 * Why an order has no invoice or email yet, and the next safe act: one verdict for the invoice that is missing
 * and for each document, the worst first. There is always one.
 */
export const orderVerdicts = (order: OrderFacts, situation: Situation): readonly [Verdict, ...Verdict[]] => {
  const hasInvoice = order.documents.some(({ kind }) => kind === "invoice");
  const [first, ...rest] = worstFirst([
    ...(hasInvoice ? [] : [issuingVerdict(order, situation)]),
    ...order.pendingCredits.map(({ work }) => creditVerdict(order, work, situation)),
    ...documentVerdicts(order, situation),
  ]);
  return [first ?? issuingVerdict(order, situation), ...rest];
};

/** What became of one of the order's documents; undefined: it has none of that number. */
export const documentVerdict = (
  order: OrderFacts,
  number: string,
  situation: Situation,
): Verdict | undefined =>
  documentVerdicts(
    { ...order, documents: order.documents.filter((document) => document.number === number) },
    situation,
  )[0];

/** A customer's: the worst of each order, the worst first. There is always one. */
export const customerVerdicts = (
  orders: readonly OrderFacts[],
  situation: Situation,
): readonly [Verdict, ...Verdict[]] => {
  const [first, ...rest] = worstFirst(orders.map((order) => orderVerdicts(order, situation)[0]));
  return [first ?? noOrders, ...rest];
};

const noOrders: Verdict = {
  code: "no_orders",
  standing: "settled",
  sentence: "This customer has no order, so there is nothing to invoice.",
  act: {
    name: "none",
    sentence: "Look whether the order was placed for another customer, or was refused when it was placed.",
    jobId: null,
    suppressionId: null,
  },
  orderId: null,
  invoiceNumber: null,
  deliveryId: null,
};

/** Stable: what is equally bad stays in its order. */
const worstFirst = (verdicts: readonly Verdict[]): Verdict[] =>
  verdicts.toSorted((one, other) => standings.indexOf(one.standing) - standings.indexOf(other.standing));

const creditVerdict = (order: OrderFacts, work: WorkFacts | null, situation: Situation): Verdict =>
  workVerdict(
    work,
    {
      orderId: order.orderId,
      invoiceNumber: null,
      deliveryId: null,
      lead: `A credit note of order ${order.orderId} is asked for and not yet issued`,
      harmless: "Nothing is sent before the credit note has its number, so a retry cannot mail twice.",
    },
    situation,
  );

/** Of each document the latest delivery counts, but not one that was cancelled when there was another. */
const documentVerdicts = (order: OrderFacts, situation: Situation): Verdict[] => {
  const counting = new Map<DeliveryFacts, string[]>();
  const sentBefore = new Set<DeliveryFacts>();
  const verdicts: Verdict[] = [];
  for (const { number, kind } of order.documents) {
    const deliveries = order.deliveries.filter(({ invoiceNumbers }) => invoiceNumbers.includes(number));
    const latest = deliveries.findLast(({ state }) => state !== "cancelled") ?? deliveries.at(-1);
    if (!latest) verdicts.push(undelivered(order.orderId, number, kind));
    else {
      counting.set(latest, [...(counting.get(latest) ?? []), number]);
      if (deliveries.some((each) => each !== latest && (each.state === "sent" || each.state === "delivered")))
        sentBefore.add(latest);
    }
  }
  // Newest first: what was tried last is what people ask about.
  const newestFirst = [...counting].toSorted(([one], [other]) => other.id - one.id);
  return [
    ...verdicts,
    ...newestFirst.map(([delivery, numbers]) =>
      deliveryVerdict(order.orderId, numbers, delivery, situation, sentBefore.has(delivery)),
    ),
  ];
};
