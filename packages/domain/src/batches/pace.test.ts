import { expect, test } from "vitest";
import { budgetOf, pauseReasonOf, waitMsOf, windowOf } from "./pace.ts";

const guards = {
  canary: null,
  canaryPassed: false,
  stopAtFailureRate: null,
  endedBefore: 0,
  failedBefore: 0,
} as const;
const standing = { waiting: 100, running: 0, inDoubt: 0, ended: 0, failed: 0 } as const;

test("failures never stop the rest unless a rate says so", () => {
  expect(pauseReasonOf(guards, { ...standing, ended: 1_000, failed: 1_000 })).toBeUndefined();
  const half = { ...guards, stopAtFailureRate: 0.5 };
  expect(pauseReasonOf(half, { ...standing, ended: 10, failed: 5 })).toBe("failure_rate");
  expect(pauseReasonOf(half, { ...standing, ended: 10, failed: 4 })).toBeUndefined();
  expect(pauseReasonOf(half, { ...standing, ended: 9, failed: 9 })).toBeUndefined();
});

test("a batch of which all is under way stops, too: what no worker has begun can be taken back", () => {
  const half = { ...guards, stopAtFailureRate: 0.5 };
  const allBegun = { ...standing, waiting: 0, ended: 10, failed: 10 };
  expect(pauseReasonOf(half, { ...allBegun, running: 50 })).toBe("failure_rate");
  expect(pauseReasonOf(half, allBegun)).toBeUndefined();
  expect(pauseReasonOf(half, { ...allBegun, running: 2, inDoubt: 2 })).toBeUndefined();
});

test("once somebody lets it go on, what failed before counts no more", () => {
  const resumed = { ...guards, stopAtFailureRate: 0.5, endedBefore: 10, failedBefore: 10 };
  expect(pauseReasonOf(resumed, { ...standing, ended: 15, failed: 15 })).toBeUndefined();
  expect(pauseReasonOf(resumed, { ...standing, ended: 20, failed: 15 })).toBe("failure_rate");
});

test("a canary begins so many and no more, and stops the rest when one of them failed", () => {
  const canary = { ...guards, canary: 5 };
  expect(budgetOf(canary, standing, 300)).toBe(5);
  expect(budgetOf(canary, { ...standing, running: 3, ended: 2 }, 300)).toBe(0);
  expect(pauseReasonOf(canary, { ...standing, ended: 5 })).toBeUndefined();
  expect(pauseReasonOf(canary, { ...standing, ended: 5, failed: 1 })).toBe("canary_failed");
  expect(
    pauseReasonOf({ ...canary, canaryPassed: true }, { ...standing, ended: 5, failed: 1 }),
  ).toBeUndefined();
});

test("hundreds are under way at most, or ten seconds' worth of the rate; what is in doubt holds no place", () => {
  expect(windowOf(undefined)).toBe(300);
  expect(windowOf({ perSecond: 10, freshShare: 0.3 })).toBe(70);
  expect(windowOf({ perSecond: 1_000, freshShare: 0 })).toBe(300);
  expect(budgetOf(guards, { ...standing, running: 310, inDoubt: 20 }, 300)).toBe(10);
  expect(waitMsOf({ ...standing, waiting: 0, running: 2, inDoubt: 2, settled: 0, passedOver: 0 })).toBe(
    5_000,
  );
});
