import { expect, test } from "vitest";
import { type DeliveryState, deliveryStates } from "../delivery.ts";
import { decideAct, type JobAct } from "./job-acts.ts";
import {
  customerVerdicts,
  type DeliveryFacts,
  type OrderFacts,
  orderVerdicts,
  type Situation,
  type Verdict,
  type WorkFacts,
} from "./verdict.ts";

const now = new Date("2026-03-01T12:00:00Z");
const later = new Date("2026-03-01T12:05:00Z");
const minuteAgo = new Date("2026-03-01T11:59:00Z");
const situation: Situation = { now, workers: 2, pauses: [] };

const work = (changes: Partial<WorkFacts> = {}): WorkFacts => ({
  id: 7,
  task: "issue-invoice",
  state: "waiting",
  attempt: 0,
  maxAttempts: 8,
  runAt: now,
  startedAt: null,
  finished: false,
  errorMessage: null,
  ahead: 0,
  ...changes,
});

const delivery = (changes: Partial<DeliveryFacts> = {}): DeliveryFacts => ({
  id: 3,
  state: "pending",
  invoiceNumbers: ["INV-1"],
  resends: 0,
  sesMessageId: null,
  sentAt: null,
  updatedAt: now,
  errorMessage: null,
  work: work({ id: 9, task: "deliver-invoice" }),
  suppression: null,
  complained: false,
  ...changes,
});

const order = (changes: Partial<OrderFacts> = {}): OrderFacts => ({
  orderId: "ORD-1",
  status: "COMPLETED",
  invoiceStatus: "pending",
  missing: [],
  issuing: work(),
  documents: [],
  deliveries: [],
  pendingCredits: [],
  ...changes,
});

const issued = (...deliveries: readonly DeliveryFacts[]): OrderFacts =>
  order({
    invoiceStatus: "issued",
    issuing: work({ state: "done" }),
    documents: [{ number: "INV-1", kind: "invoice" }],
    deliveries,
  });

const short = ({ code, standing, act }: Verdict) => `${code} ${standing} ${act.name}`;
const judge = (facts: OrderFacts, changes: Partial<Situation> = {}) =>
  orderVerdicts(facts, { ...situation, ...changes })[0];
const delivering = (changes: Partial<WorkFacts>) => work({ id: 9, task: "deliver-invoice", ...changes });

test("an order without an invoice: every reason has its sentence and its next safe act", () => {
  const cases: readonly (readonly [OrderFacts, string, string])[] = [
    [order({ issuing: null }), "no_job act reconcile", "no job exists"],
    [
      order({ status: "CANCELLED", invoiceStatus: "not_required" }),
      "cancelled_before_invoice settled none",
      "cancelled before",
    ],
    [
      order({ invoiceStatus: "external", issuing: null }),
      "invoiced_elsewhere settled issue",
      "another system invoices",
    ],
    [
      order({ status: "CANCELLED", invoiceStatus: "external", issuing: null }),
      "invoiced_elsewhere settled none",
      "another system invoices",
    ],
    [order({ invoiceStatus: "not_required" }), "no_invoice_needed settled none", "needs none"],
    [
      order({
        invoiceStatus: "blocked",
        missing: ["billingDetails.address", "billingDetails.vatId"],
        issuing: work({ state: "blocked" }),
      }),
      "blocked act complete-billing",
      "needs the buyer's address and the buyer's VAT id, which are missing",
    ],
    [
      order({ invoiceStatus: "blocked", missing: ["seller.address.city"] }),
      "blocked act configure",
      "the seller's address city, which is missing",
    ],
    [
      order({ invoiceStatus: "blocked", missing: ["lines.2.exemptionReason"] }),
      "blocked act complete-billing",
      "the exemption reason of line 2",
    ],
    [order({ invoiceStatus: "blocked", missing: ["lines"] }), "blocked act complete-billing", "needs a line"],
    [order({ invoiceStatus: "blocked" }), "blocked act complete-billing", "lacks what the invoice needs"],
    [order({ issuing: work({ state: "blocked" }) }), "blocked act complete-billing", "blocked"],
    [order(), "waiting moving wait", "its job is next"],
    [order({ issuing: work({ ahead: null }) }), "waiting moving wait", "its job is next"],
    [order({ issuing: work({ ahead: 12 }) }), "waiting moving wait", "12 jobs are due before it"],
    [order({ issuing: work({ ahead: 10_000 }) }), "waiting moving wait", "10000 or more jobs"],
    [
      order({ issuing: work({ runAt: minuteAgo }) }),
      "overdue stuck reconcile",
      "due since 2026-03-01 11:59:00 UTC",
    ],
    [order({ issuing: work({ runAt: minuteAgo, ahead: 3 }) }), "waiting moving wait", "3 jobs"],
    [
      order({ issuing: work({ state: "scheduled", runAt: later }) }),
      "scheduled moving wait",
      "due at 2026-03-01 12:05:00 UTC",
    ],
    [
      order({ issuing: work({ state: "running", attempt: 2, startedAt: now }) }),
      "running moving wait",
      "attempt 2 of 8",
    ],
    [
      order({ issuing: work({ state: "retrying", attempt: 2, runAt: later, errorMessage: "deadlock." }) }),
      "retrying moving wait",
      "attempt 2 of 8 failed, “deadlock”; the next is due at 2026-03-01 12:05:00 UTC",
    ],
    [
      order({ issuing: work({ state: "retrying", attempt: 2 }) }),
      "retrying moving wait",
      "no reason was recorded; the next is due now",
    ],
    [order({ issuing: work({ state: "throttled", runAt: later }) }), "throttled moving wait", "told to wait"],
    [
      order({ issuing: work({ state: "failed", attempt: 8, finished: true, errorMessage: "boom" }) }),
      "failed act retry",
      "attempt 8 of 8 failed for good, “boom”",
    ],
    [
      order({ issuing: work({ state: "quarantined", finished: true }) }),
      "quarantined act release",
      "put aside",
    ],
    [
      order({ issuing: work({ state: "cancelled", finished: true }) }),
      "cancelled act retry",
      "an operator cancelled",
    ],
    [
      order({ issuing: work({ state: "handled", finished: true }) }),
      "handled settled none",
      "handled by other means",
    ],
    [order({ issuing: work({ state: "done", finished: true }) }), "no_job act reconcile", "is done, and yet"],
  ];
  for (const [facts, expected, words] of cases) {
    const verdict = judge(facts);
    expect(short(verdict), words).toBe(expected);
    expect(verdict.sentence).toContain(words);
    expect(verdict.sentence).toContain("ORD-1");
  }
});

test("an email that did not arrive: every state of its delivery has its sentence and its next safe act", () => {
  const suppression = { id: 5, reason: "hard_bounce", since: minuteAgo };
  const cases: readonly (readonly [DeliveryFacts, string, string])[] = [
    [delivery(), "waiting moving wait", "the PDF not yet made"],
    [
      delivery({ state: "rendering", work: delivering({ state: "running" }) }),
      "running moving wait",
      "a worker is at it",
    ],
    [
      delivery({
        state: "stored",
        work: delivering({ state: "retrying", attempt: 1, errorMessage: "SES answered 500" }),
      }),
      "retrying moving wait",
      "the PDF is stored, but not yet sent",
    ],
    [
      delivery({ state: "throttled", work: delivering({ state: "throttled", runAt: later }) }),
      "throttled moving wait",
      "told to wait",
    ],
    [
      delivery({ state: "sending", work: delivering({ state: "running" }) }),
      "running moving wait",
      "is being sent",
    ],
    [
      delivery({ state: "sending", work: null }),
      "ambiguous stuck reconcile",
      "its worker ended while it was sending",
    ],
    [
      delivery({ state: "ambiguous", work: delivering({ state: "ambiguous", runAt: later }) }),
      "ambiguous moving wait",
      "until 2026-03-01 12:05:00 UTC",
    ],
    [
      delivery({ state: "ambiguous", work: delivering({ state: "ambiguous", finished: true }) }),
      "ambiguous act settle",
      "no event of SES has told",
    ],
    [
      delivery({ state: "ambiguous", resends: 1, work: delivering({ state: "ambiguous", finished: true }) }),
      "ambiguous act settle",
      "also of the one resend",
    ],
    [
      delivery({
        state: "failed",
        work: delivering({
          state: "failed",
          attempt: 12,
          maxAttempts: 12,
          finished: true,
          errorMessage: "rejected",
        }),
      }),
      "failed act retry",
      "attempt 12 of 12 failed for good, “rejected”",
    ],
    [
      delivery({ state: "failed", work: null, errorMessage: "rejected" }),
      "failed act retry",
      "its delivery is failed, “rejected”",
    ],
    [
      delivery({ state: "quarantined", work: delivering({ state: "quarantined", finished: true }) }),
      "quarantined act release",
      "put aside",
    ],
    [
      delivery({ state: "quarantined", work: null }),
      "quarantined act release",
      "its delivery is quarantined",
    ],
    [
      delivery({ state: "suppressed", suppression }),
      "suppressed act clear-suppression",
      "since 2026-03-01 11:59:00 UTC, after a hard bounce",
    ],
    [delivery({ state: "suppressed" }), "suppressed act retry", "settings"],
    [delivery({ state: "bounced", suppression }), "bounced act correct-address", "came back"],
    [delivery({ state: "cancelled" }), "cancelled act resend", "an operator cancelled"],
    [delivery({ state: "handled" }), "handled settled none", "handled"],
    [
      delivery({ state: "sent", sentAt: minuteAgo }),
      "sent settled none",
      "at 2026-03-01 11:59:00 UTC and has not told",
    ],
    [delivery({ state: "delivered" }), "delivered settled none", "the recipient's server took it"],
    [delivery({ state: "delivered", complained: true }), "complained settled none", "unwanted"],
    [delivery({ state: "stored", work: null }), "no_job act reconcile", "no job exists"],
    [
      delivery({ state: "pending", work: delivering({ state: "done", finished: true }) }),
      "no_job act reconcile",
      "and yet",
    ],
  ];
  for (const [facts, expected, words] of cases) {
    const verdict = judge(issued(facts));
    expect(short(verdict), words).toBe(expected);
    expect(verdict.sentence).toContain(words);
    expect(verdict).toMatchObject({ invoiceNumber: "INV-1", deliveryId: 3, orderId: "ORD-1" });
  }
  expect(judge(issued(delivery({ state: "suppressed", suppression }))).act.suppressionId).toBe(5);
  expect(judge(issued(delivery({ state: "failed", work: delivering({ state: "failed" }) }))).act.jobId).toBe(
    9,
  );
});

test("an act that may mail twice is never proposed for what was sent, or may have been", () => {
  const states = [
    "waiting",
    "scheduled",
    "running",
    "retrying",
    "blocked",
    "throttled",
    "failed",
    "ambiguous",
    "quarantined",
    "suppressed",
    "cancelled",
    "handled",
    "done",
  ] as const;
  for (const state of deliveryStates)
    for (const workState of states)
      for (const finished of [true, false]) {
        const verdict = judge(issued(delivery({ state, work: delivering({ state: workState, finished }) })));
        expect(verdict.sentence.endsWith(".") && verdict.sentence.length < 300, verdict.sentence).toBe(true);
        expect(verdict.act.sentence).not.toBe("");
        if (["sending", "sent", "delivered", "ambiguous", "handled", "bounced"].includes(state))
          expect(["retry", "release", "resend", "clear-suppression"], `${state} ${workState}`).not.toContain(
            verdict.act.name,
          );
        if (["sending", "ambiguous"].includes(state))
          expect(verdict.act.sentence).not.toContain("cannot mail twice");
      }
});

const pause = (stage: string | null, task = "issue-invoice") => ({
  task,
  stage,
  reason: "SES is down",
  actor: "key:bp_1",
  since: minuteAgo,
  until: later,
});

test("a pause is named before anything else, a missing worker before the queue; a pause of a stage that is done is not", () => {
  const paused = judge(order({ issuing: work({ ahead: 4 }) }), { pauses: [pause(null)], workers: 0 });
  expect(short(paused)).toBe("paused stuck resume");
  expect(paused.sentence).toBe(
    "Order ORD-1 has no invoice yet: issue-invoice is paused since 2026-03-01 11:59:00 UTC by key:bp_1 until 2026-03-01 12:05:00 UTC, “SES is down”.",
  );
  expect(short(judge(order(), { workers: 0 }))).toBe("no_workers stuck start-workers");
  expect(short(judge(order(), { pauses: [pause(null, "deliver-invoice")] }))).toBe("waiting moving wait");
  const sendPaused = { pauses: [pause("send", "deliver-invoice")] };
  expect(judge(issued(delivery({ state: "stored" })), sendPaused).sentence).toContain(
    "the stage send of deliver-invoice is paused",
  );
  expect(
    short(judge(issued(delivery({ state: "stored" })), { pauses: [pause("render", "deliver-invoice")] })),
  ).toBe("waiting moving wait");
  const doubtful = delivery({ state: "ambiguous", work: delivering({ state: "ambiguous" }) });
  expect(short(judge(issued(doubtful), sendPaused))).toBe("paused stuck resume");
  // What is at an end waits for nobody.
  expect(
    short(
      judge(issued(delivery({ state: "delivered" })), {
        pauses: [pause(null, "deliver-invoice")],
        workers: 0,
      }),
    ),
  ).toBe("delivered settled none");
});

test("of several documents the worst comes first, and of each document its latest delivery counts", () => {
  const two: OrderFacts = {
    ...issued(
      delivery({ id: 1, state: "bounced" }),
      delivery({ id: 2, state: "delivered", invoiceNumbers: ["INV-1"] }),
      delivery({
        id: 3,
        state: "failed",
        invoiceNumbers: ["CN-1"],
        work: delivering({ state: "failed", finished: true }),
      }),
    ),
    documents: [
      { number: "INV-1", kind: "invoice" },
      { number: "CN-1", kind: "credit_note" },
      { number: "INV-2", kind: "invoice" },
    ],
  };
  expect(orderVerdicts(two, situation).map(({ code, invoiceNumber }) => [invoiceNumber, code])).toEqual([
    ["INV-2", "no_delivery"],
    ["CN-1", "failed"],
    ["INV-1", "delivered"],
  ]);
  // A resend that an operator cancelled does not hide that the first one arrived.
  const cancelled = issued(delivery({ id: 1, state: "delivered" }), delivery({ id: 2, state: "cancelled" }));
  expect(orderVerdicts(cancelled, situation).map(({ code }) => code)).toEqual(["delivered"]);
  // One email that brings both is one verdict.
  const together = {
    ...two,
    deliveries: [delivery({ state: "sent", invoiceNumbers: ["INV-1", "CN-1", "INV-2"] })],
  };
  expect(orderVerdicts(together, situation).map(({ sentence }) => sentence)).toEqual([
    "INV-1, CN-1 and INV-2 were sent: SES took it and has not told whether it arrived.",
  ]);
  const credit = {
    ...issued(delivery({ state: "delivered" })),
    pendingCredits: [{ work: work({ state: "failed", finished: true }) }],
  };
  expect(orderVerdicts(credit, situation).map(short)).toEqual(["failed act retry", "delivered settled none"]);
  expect(orderVerdicts(credit, situation)[0].sentence).toContain("A credit note of order ORD-1");
});

test("a customer's verdict is the worst of the orders; without an order it says that", () => {
  expect(short(customerVerdicts([], situation)[0])).toBe("no_orders settled none");
  const [worst, ...others] = customerVerdicts(
    [
      issued(delivery({ state: "delivered" })),
      order({ orderId: "ORD-2", issuing: null }),
      order({ orderId: "ORD-3" }),
    ],
    situation,
  );
  expect(worst.orderId).toBe("ORD-2");
  expect(others.map(({ standing }) => standing)).toEqual(["moving", "settled"]);
});

test("an invoice that was sent and could not be sent again counts as sent: no act is proposed that mails twice", () => {
  for (const state of ["failed", "quarantined", "suppressed", "cancelled"] as const) {
    const first = delivery({ id: 1, state: "sent" });
    const again = delivery({ id: 2, state, work: work({ id: 9, state, finished: true }) });
    const { sentence, act } = judge({ ...issued(first), deliveries: [first, again] });
    // What was called off leaves what was sent.
    if (state === "cancelled") expect(sentence).toContain("SES took it");
    else expect(sentence).toContain("was sent before");
    expect(act.name, state).toBe("none");
  }
  const [first, again] = [delivery({ id: 1, state: "failed" }), delivery({ id: 2, state: "sent" })];
  expect(judge({ ...issued(first), deliveries: [first, again] }).code).toBe("sent");
});

/** The job's state that a delivery's state goes with, where it waits for a person. */
const waitsForPerson: readonly (readonly [WorkFacts["state"], DeliveryState | undefined])[] = [
  ["failed", undefined],
  ["quarantined", undefined],
  ["cancelled", undefined],
  ["failed", "failed"],
  ["quarantined", "quarantined"],
  ["suppressed", "suppressed"],
  ["ambiguous", "ambiguous"],
  ["done", "bounced"],
];

test("the act that a verdict proposes is one that may be done, and is proven not to mail twice but for what is in doubt", () => {
  for (const [state, deliveryState] of waitsForPerson) {
    const job = work({ state, finished: true });
    const { act } = judge(
      deliveryState === undefined
        ? order({ issuing: job })
        : issued(delivery({ state: deliveryState, work: { ...job, task: "deliver-invoice" } })),
    );
    const facts = {
      task: deliveryState === undefined ? "issue-invoice" : "deliver-invoice",
      state,
      later: false,
      delivery:
        deliveryState === undefined
          ? undefined
          : {
              state: deliveryState,
              resends: 0,
              documents: 1,
              stored: 1,
              verified: 1,
              acceptedAttempt: deliveryState === "bounced" ? 1 : null,
              elsewhere: null,
              addressSuppressed: false,
            },
      missing: [],
      invoiced: deliveryState !== undefined,
    };
    const { preview } = decideAct(facts, act.name as JobAct, { outcome: "was_sent" });
    expect(preview, `${state}: ${act.name}`).toMatchObject({ allowed: true, mayMailTwice: false });
  }
});
