import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deliveryStates, deliveryTransition } from "../delivery.ts";
import { decideAct, type JobAct, jobActs } from "./job-acts.ts";
import type { DeliveryFacts, JobFacts, JobState } from "./job-facts.ts";

const deliveryIn = (part: Partial<DeliveryFacts>): DeliveryFacts => ({
  state: "pending",
  resends: 0,
  documents: 1,
  stored: 0,
  verified: 0,
  acceptedAttempt: null,
  elsewhere: null,
  addressSuppressed: false,
  ...part,
});

const jobIn = (
  state: JobState,
  delivery?: Partial<DeliveryFacts>,
  part: Partial<JobFacts> = {},
): JobFacts => ({
  task: delivery ? "deliver-invoice" : "issue-invoice",
  state,
  later: false,
  delivery: delivery && deliveryIn(delivery),
  missing: [],
  invoiced: false,
  ...part,
});

const stored = { stored: 1, verified: 1 } as const;
const jobs = {
  failed: jobIn("failed", { state: "failed", ...stored }),
  suppressed: jobIn("suppressed", { state: "suppressed", ...stored, addressSuppressed: true }),
  quarantined: jobIn("quarantined", { state: "quarantined" }),
  ambiguous: jobIn("ambiguous", { state: "ambiguous", ...stored }),
  retrying: jobIn("retrying", { state: "stored", ...stored }, { later: true }),
  due: jobIn("waiting", { state: "pending" }),
  sent: jobIn("done", { state: "sent", ...stored, acceptedAttempt: 2 }),
  bounced: jobIn("done", { state: "bounced", ...stored, acceptedAttempt: 1 }),
  cancelled: jobIn("cancelled", { state: "cancelled" }),
  handled: jobIn("handled", { state: "handled" }),
  "failed issue": jobIn("failed"),
  "blocked issue": jobIn("blocked", undefined, { missing: ["buyer.vatId"] }),
  "cancelled issue": jobIn("cancelled"),
  "failed check": jobIn("failed", undefined, { task: "verify-invoice" }),
  "failed credit": jobIn("failed", undefined, { task: "issue-credit-note" }),
} satisfies Record<string, JobFacts>;

/** What each act makes of each job: its next state, or why not. `!`: a mail may go out twice. */
const table: Readonly<Record<keyof typeof jobs, Readonly<Record<JobAct, string>>>> = {
  failed: row(
    "waiting",
    "not_waiting",
    "cancelled",
    "not_waiting",
    "not_in_doubt",
    "not_quarantined",
    "handled",
    "waiting",
  ),
  suppressed: row(
    "waiting",
    "not_waiting",
    "cancelled",
    "not_waiting",
    "not_in_doubt",
    "not_quarantined",
    "handled",
    "waiting",
  ),
  quarantined: row(
    "quarantined",
    "not_waiting",
    "cancelled",
    "not_waiting",
    "not_in_doubt",
    "waiting",
    "handled",
    "waiting",
  ),
  ambiguous: row(
    "waiting!",
    "in_doubt",
    "cancelled",
    "in_doubt",
    "done",
    "not_quarantined",
    "handled",
    "handled!",
  ),
  retrying: row(
    "waiting",
    "waiting",
    "cancelled",
    "scheduled",
    "not_in_doubt",
    "not_quarantined",
    "handled",
    "waiting",
  ),
  due: row(
    "already_waiting",
    "already_waiting",
    "cancelled",
    "scheduled",
    "not_in_doubt",
    "not_quarantined",
    "handled",
    "waiting",
  ),
  sent: row(
    "already_done",
    "not_waiting",
    "already_done",
    "not_waiting",
    "not_in_doubt",
    "not_quarantined",
    "already_done",
    "unchanged!",
  ),
  bounced: row(
    "mail_was_sent",
    "not_waiting",
    "already_done",
    "not_waiting",
    "not_in_doubt",
    "not_quarantined",
    "handled",
    "handled",
  ),
  cancelled: row(
    "already_settled",
    "not_waiting",
    "already_settled",
    "not_waiting",
    "not_in_doubt",
    "not_quarantined",
    "already_settled",
    "unchanged!",
  ),
  handled: row(
    "already_settled",
    "not_waiting",
    "already_settled",
    "not_waiting",
    "not_in_doubt",
    "not_quarantined",
    "already_settled",
    "unchanged!",
  ),
  "failed issue": row(
    "waiting",
    "not_waiting",
    "cancelled",
    "not_waiting",
    "not_in_doubt",
    "not_quarantined",
    "handled",
    "other_task",
  ),
  "blocked issue": row(
    "waiting",
    "not_waiting",
    "cancelled",
    "not_waiting",
    "not_in_doubt",
    "not_quarantined",
    "handled",
    "other_task",
  ),
  "cancelled issue": row(
    "waiting",
    "not_waiting",
    "already_settled",
    "not_waiting",
    "not_in_doubt",
    "not_quarantined",
    "already_settled",
    "other_task",
  ),
  "failed check": row(
    "waiting",
    "not_waiting",
    "cancelled",
    "not_waiting",
    "not_in_doubt",
    "not_quarantined",
    "handled",
    "other_task",
  ),
  "failed credit": row(
    "waiting",
    "not_waiting",
    "other_task",
    "not_waiting",
    "not_in_doubt",
    "not_quarantined",
    "handled",
    "other_task",
  ),
};

function row(...outcomes: readonly string[]): Readonly<Record<JobAct, string>> {
  return Object.fromEntries(jobActs.map((act, place) => [act, outcomes[place]])) as Record<JobAct, string>;
}

describe("every act on every kind of job", () => {
  for (const [name, expected] of Object.entries(table))
    for (const act of jobActs)
      test(`${act} of ${name}: ${expected[act]}`, () => {
        const { preview, effect } = decideAct(jobs[name as keyof typeof jobs], act);
        expect(effect ? `${effect.to}${preview.mayMailTwice ? "!" : ""}` : preview.because).toBe(
          expected[act],
        );
      });
});

test.each([
  ["failed", "The PDF exists and is verified: rendering is skipped; no mail was sent so far: one will be."],
  [
    "sent",
    "The PDF exists and is verified: rendering is skipped; SES accepted attempt 2: no mail will be sent.",
  ],
  [
    "ambiguous",
    "The PDF exists and is verified: rendering is skipped; the mail's fate is unknown: a retry may send it twice.",
  ],
  [
    "suppressed",
    "The PDF exists and is verified: rendering is skipped; the address is suppressed: no mail will be sent.",
  ],
  ["blocked issue", "The invoice lacks buyer.vatId: until that is completed it will be blocked again."],
] as const)("the preview of retrying what is %s says what exactly will happen", (name, sentence) => {
  expect(decideAct(jobs[name], "retry").preview.summary).toBe(sentence);
});

test("a reason may be left out of a retry that is proven not to mail twice, and of nothing else", () => {
  const free = Object.entries(jobs).flatMap(([name, facts]) =>
    jobActs
      .filter((act) => {
        const { preview } = decideAct(facts, act);
        return preview.allowed && !preview.reasonRequired;
      })
      .map((act) => `${act} ${name}`),
  );
  expect(free).toEqual([
    "retry failed",
    "retry suppressed",
    "retry retrying",
    "retry failed issue",
    "retry blocked issue",
    "retry cancelled issue",
    "retry failed check",
    "retry failed credit",
  ]);
});

const anyFacts = fc.record({
  task: fc.constantFrom(
    "deliver-invoice",
    "issue-invoice",
    "verify-invoice",
    "issue-credit-note",
    "reconcile",
  ),
  state: fc.constantFrom<JobState[]>(
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
  ),
  later: fc.boolean(),
  delivery: fc.option(
    fc.record({
      state: fc.constantFrom(...deliveryStates),
      resends: fc.nat(2),
      documents: fc.constant(2),
      stored: fc.nat(2),
      verified: fc.nat(2),
      acceptedAttempt: fc.option(fc.integer({ min: 1, max: 9 })),
      elsewhere: fc.constantFrom("sent" as const, "in_doubt" as const, "to_come" as const, null, null, null),
      addressSuppressed: fc.boolean(),
    }),
    { nil: undefined },
  ),
  missing: fc.constantFrom<string[][]>([], ["buyer.vatId"]),
  invoiced: fc.boolean(),
});
const anyAct = fc.constantFrom(...jobActs);
const anyOutcome = fc.constantFrom("was_sent" as const, "send_again" as const, undefined);

test("whatever a job is like, nothing is done to one that a worker is at", () => {
  fc.assert(
    fc.property(anyFacts, anyAct, anyOutcome, (facts, act, outcome) => {
      const { preview, effect } = decideAct({ ...facts, state: "running" }, act, { outcome });
      expect(effect).toBeUndefined();
      expect(preview.because).toBe("running");
    }),
  );
});

test("whatever is allowed, the delivery's own state machine allows it, and the job ends as its delivery does", () => {
  let moved = 0;
  fc.assert(
    fc.property(anyFacts, anyAct, anyOutcome, (facts, act, outcome) => {
      const { effect } = decideAct(facts, act, { outcome });
      if (!effect?.transition || !facts.delivery) return;
      moved += 1;
      const { from, to, resends } = effect.transition;
      expect(from).toBe(facts.delivery.state);
      const events = ["retried", "resent_by_hand", "confirmed_sent", "cancelled", "handled"] as const;
      const legal = events.map((event) => facts.delivery && deliveryTransition(facts.delivery, event));
      expect(legal).toContainEqual(expect.objectContaining({ to, resends }));
      const goesOn = ["pending", "stored", "throttled"].includes(to);
      expect(goesOn).toBe(effect.to === "waiting" || effect.to === "scheduled");
    }),
    { numRuns: 2_000 },
  );
  expect(moved).toBeGreaterThan(200);
});

test("an act that is called safe never lets a message go out where one may have gone out before", () => {
  let safe = 0;
  fc.assert(
    fc.property(anyFacts, anyAct, anyOutcome, (facts, act, outcome) => {
      const { preview, effect } = decideAct(facts, act, { outcome });
      if (!effect || preview.mayMailTwice || !preview.willSend || !facts.delivery) return;
      safe += 1;
      // A bounce is SES' word that the first message is with nobody.
      const { state, resends, elsewhere } = facts.delivery;
      expect(elsewhere).toBeNull();
      expect(["pending", "stored", "throttled", "failed", "suppressed", "quarantined", "bounced"]).toContain(
        state,
      );
      if (state !== "bounced") expect(resends).toBe(0);
    }),
    { numRuns: 10_000 },
  );
  expect(safe).toBeGreaterThan(50);
});

test("an act that lets no message go out says so", () => {
  fc.assert(
    fc.property(anyFacts, anyAct, anyOutcome, (facts, act, outcome) => {
      const { preview, effect } = decideAct(facts, act, { outcome });
      if (effect && ["cancelled", "done"].includes(effect.to)) {
        expect(preview.willSend).toBe(false);
        expect(preview.mayMailTwice).toBe(false);
      }
    }),
  );
});
