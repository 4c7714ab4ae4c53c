import fc from "fast-check";
import { expect, test } from "vitest";
import { type BulkLimits, type BulkProgress, nextBulkStep } from "./bulk-pace.ts";

const limits = (part: Partial<BulkLimits> = {}): BulkLimits => ({
  canary: null,
  canaryPassed: false,
  stopAtFailureRate: null,
  letsRun: true,
  ...part,
});
const at = (part: Partial<BulkProgress>): BulkProgress => ({
  total: 1_000,
  position: 0,
  changed: 0,
  succeeded: 0,
  failed: 0,
  ...part,
});

test("without limits it acts window by window to the end", () => {
  expect(nextBulkStep(at({}), limits())).toEqual({ do: "act", count: 200 });
  expect(nextBulkStep(at({ position: 1_000, changed: 900 }), limits())).toEqual({ do: "finish" });
});

test("a canary is acted on first, waited for, and judged: one failure is too many unless a rate is given", () => {
  const canary = limits({ canary: 5 });
  expect(nextBulkStep(at({}), canary)).toEqual({ do: "act", count: 5 });
  // Those that were passed over do not count.
  expect(nextBulkStep(at({ position: 5, changed: 2 }), canary)).toEqual({ do: "act", count: 3 });
  const acted = { position: 8, changed: 5 };
  expect(nextBulkStep(at({ ...acted, succeeded: 4 }), canary)).toEqual({ do: "wait" });
  expect(nextBulkStep(at({ ...acted, succeeded: 5 }), canary)).toEqual({ do: "pass_canary" });
  const failed = at({ ...acted, succeeded: 4, failed: 1 });
  expect(nextBulkStep(failed, canary)).toEqual({
    do: "stop",
    why: "1 of 5 jobs failed again: more than 0 %",
  });
  expect(nextBulkStep(failed, { ...canary, stopAtFailureRate: 0.2 })).toEqual({ do: "pass_canary" });
});

test("with a rate it never runs far ahead of the outcomes, and stops once more than that part failed", () => {
  const rate = limits({ stopAtFailureRate: 0.1 });
  expect(nextBulkStep(at({ position: 400, changed: 400 }), rate)).toEqual({ do: "wait" });
  expect(nextBulkStep(at({ position: 400, changed: 400, succeeded: 50 }), rate)).toEqual({
    do: "act",
    count: 50,
  });
  expect(nextBulkStep(at({ position: 400, changed: 400, succeeded: 27, failed: 4 }), rate)).toEqual({
    do: "stop",
    why: "4 of 31 jobs failed again: more than 10 %",
  });
});

test("an act that lets nothing run waits for nothing", () => {
  const still = limits({ canary: 5, stopAtFailureRate: 0, letsRun: false });
  expect(nextBulkStep(at({ position: 400, changed: 400 }), still)).toEqual({ do: "act", count: 200 });
});

test("whatever comes of the jobs, it always comes to an end", () => {
  const play = fc.record({
    total: fc.nat(2_000),
    canary: fc.option(fc.integer({ min: 1, max: 50 })),
    stopAtFailureRate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    letsRun: fc.boolean(),
    skip: fc.nat(3),
    fail: fc.nat(3),
  });
  fc.assert(
    fc.property(play, ({ total, skip, fail, ...rest }) => {
      const progress = { total, position: 0, changed: 0, succeeded: 0, failed: 0 };
      let canaryPassed = false;
      for (let steps = 0; steps < 500; steps += 1) {
        const step = nextBulkStep(progress, { ...rest, canaryPassed });
        if (step.do === "finish" || step.do === "stop") return;
        if (step.do === "pass_canary") canaryPassed = true;
        if (step.do === "wait") {
          const out = progress.changed - progress.succeeded - progress.failed;
          expect(out).toBeGreaterThan(0);
          const failing = Math.floor((out * fail) / 4);
          progress.failed += failing;
          progress.succeeded += out - failing;
        }
        if (step.do === "act") {
          const acted = Math.min(step.count, total - progress.position);
          expect(acted).toBeGreaterThan(0);
          progress.position += acted;
          progress.changed += acted - Math.floor((acted * skip) / 4);
        }
      }
      throw new Error("it goes on and on");
    }),
  );
});
