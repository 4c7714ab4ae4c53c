import { expect, test } from "vitest";
import { queueHealth } from "./queue-health.ts";

test("missing workers are called so only when nothing is paused; a pause does not hide what is stuck beside it", () => {
  const calm = { workers: 1, pauses: 0, waiting: 0, running: 0, stuck: 0 };
  expect(queueHealth(calm)).toBe("idle");
  expect(queueHealth({ ...calm, running: 1 })).toBe("busy");
  expect(queueHealth({ ...calm, waiting: 1 })).toBe("busy");
  expect(queueHealth({ ...calm, workers: 0 })).toBe("no_workers");
  expect(queueHealth({ ...calm, workers: 0, pauses: 1, waiting: 5 })).toBe("paused");
  expect(queueHealth({ ...calm, waiting: 5, stuck: 1 })).toBe("stuck");
  expect(queueHealth({ ...calm, pauses: 1, stuck: 1 })).toBe("stuck");
});
