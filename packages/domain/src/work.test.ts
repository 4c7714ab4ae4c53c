import fc from "fast-check";
import { expect, test } from "vitest";
import { deliveryStates, deliveryTransition, settledStates } from "./delivery.ts";
import { type EndedAttempt, nextStep, type RetryPolicy } from "./work.ts";

const policy: RetryPolicy = {
  baseMs: 1_000,
  maxMs: 14_400_000,
  throttleMs: 1_000,
  throttleMaxMs: 60_000,
  ambiguous: "resend",
  settleMs: 20_000,
};

const ended = (part: Partial<EndedAttempt>): EndedAttempt => ({
  errorClass: "retryable",
  attempt: 1,
  maxAttempts: 8,
  throttles: 0,
  delivery: undefined,
  ...part,
});

test("waits grow from one second to hours, and are spread by a fifth", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7].map((attempt) => nextStep(ended({ attempt }), policy, 0.5).delayMs);
  expect(waits).toEqual([1_000, 4_000, 16_000, 64_000, 256_000, 1_024_000, 4_096_000]);
  expect(nextStep(ended({ attempt: 20, maxAttempts: 50 }), policy, 0.5).delayMs).toBe(policy.maxMs);
  expect(nextStep(ended({}), policy, 0).delayMs).toBe(800);
  expect(nextStep(ended({}), policy, 1).delayMs).toBe(1_200);
});

test("the last attempt that fails ends the work, and a permanent error does at once", () => {
  expect(nextStep(ended({ attempt: 8 }), policy, 0.5)).toMatchObject({ state: "failed", delayMs: undefined });
  expect(nextStep(ended({ errorClass: "permanent" }), policy, 0.5)).toMatchObject({ state: "failed" });
  expect(nextStep(ended({ errorClass: "crashed", attempt: 8 }), policy, 0.5)).toMatchObject({
    state: "failed",
  });
});

test("being told to wait, and shutting down, burn no attempt, not even the last", () => {
  const throttled = nextStep(
    ended({ errorClass: "throttled", attempt: 8, throttles: 3, delivery: { state: "sending", resends: 0 } }),
    policy,
    0.5,
  );
  expect(throttled).toMatchObject({ state: "throttled", burnsAttempt: false, delayMs: 8_000 });
  expect(nextStep(ended({ errorClass: "handed_back", attempt: 8 }), policy, 0.5)).toMatchObject({
    state: "waiting",
    burnsAttempt: false,
    delayMs: 0,
  });
});

test("a doubt waits for SES' word, then is sent once more, then waits for a person", () => {
  const doubt = (resends: number, ambiguous: RetryPolicy["ambiguous"]) =>
    nextStep(
      ended({ errorClass: "ambiguous", delivery: { state: "sending", resends } }),
      { ...policy, ambiguous },
      0.5,
    );
  expect(doubt(0, "resend")).toMatchObject({
    state: "ambiguous",
    delayMs: policy.settleMs,
    burnsAttempt: false,
  });
  expect(doubt(1, "resend")).toMatchObject({ state: "ambiguous", delayMs: undefined });
  expect(doubt(0, "hold")).toMatchObject({ state: "ambiguous", delayMs: undefined });
});

test("a death between intent and record is a doubt, even on the last attempt", () => {
  const step = nextStep(
    ended({ errorClass: "crashed", attempt: 8, delivery: { state: "sending", resends: 0 } }),
    policy,
    0.5,
  );
  expect(step).toMatchObject({ state: "ambiguous", deliveryEvent: "crashed", delayMs: policy.settleMs });
});

test("whatever ends an attempt, the delivery's own machine allows the event that follows", () => {
  const errorClass = fc.constantFrom(
    "retryable" as const,
    "permanent" as const,
    "crashed" as const,
    "ambiguous" as const,
    "throttled" as const,
    "handed_back" as const,
  );
  const state = fc.constantFrom(...deliveryStates.filter((candidate) => !settledStates.includes(candidate)));
  fc.assert(
    fc.property(
      errorClass,
      state,
      fc.nat(1),
      fc.integer({ min: 1, max: 9 }),
      (end, from, resends, attempt) => {
        // A reply can be lost, and a wait asked for, only of a message that is being sent; and what is being sent
        // is not handed back.
        if ((end === "ambiguous" || end === "throttled") && from !== "sending") return;
        if (end === "handed_back" && from === "sending") return;
        const delivery = { state: from, resends };
        const step = nextStep(ended({ errorClass: end, attempt, delivery }), policy, 0.5);
        const transition = deliveryTransition(delivery, step.deliveryEvent);
        expect(transition).toBeDefined();
        if (transition?.to === "ambiguous") expect(step.state).toBe("ambiguous");
        if (step.state === "failed") expect(transition?.to).toBe("failed");
      },
    ),
  );
});
