import { expect, test } from "vitest";
import { progressLine } from "./progress.ts";

const line = (columns: number) => progressLine("batch 5 running", 0.5, "50 %  20 of 40, 22/s", columns);

test("on a narrow terminal the bar gives way, and the figures stay", () => {
  expect(line(100)).toBe(`batch 5 running ${"█".repeat(12)}${"░".repeat(12)} 50 %  20 of 40, 22/s`);
  expect(line(52)).toBe(`batch 5 running ${"█".repeat(7)}${"░".repeat(7)} 50 %  20 of 40, 22/s`);
  expect(line(40)).toBe("batch 5 running 50 %  20 of 40, 22/s");
});
