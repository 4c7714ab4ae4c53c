import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { given, need, saturation, tables } from "./model.ts";

/** A formatter may pad the columns. */
const squeeze = (text: string): string => text.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");

test("docs/scaling.md shows what the model says (pnpm bench:model prints it)", async () => {
  const page = squeeze(await readFile(new URL("../../../docs/scaling.md", import.meta.url), "utf8"));
  for (const table of tables().split("\n\n")) expect(page).toContain(squeeze(table));
});

const room = (part: string): number => saturation().find((one) => one.part === part)?.perSecond ?? 0;

test("no part is asked for more than it may give, and one less would not be enough", () => {
  for (const rate of [1, 50, 1_000, 10_000]) {
    const { workerProcesses, apiProcesses, postgresCores } = need(rate);
    for (const [part, count] of [
      ["a worker process", workerProcesses],
      ["an API process", apiProcesses],
      ["a core of PostgreSQL", postgresCores],
    ] as const) {
      expect(room(part) * count).toBeGreaterThanOrEqual(rate);
      if (count > given.leastProcesses) expect(room(part) * (count - 1)).toBeLessThan(rate);
    }
  }
});

test("twice the orders never ask for less of anything", () => {
  const lessOf = [1, 10, 100, 1_000].flatMap((rate) => {
    const twice = new Map<string, unknown>(Object.entries(need(rate * 2)));
    return Object.entries(need(rate)).filter(
      ([name, value]) => typeof value === "number" && Number(twice.get(name)) < value,
    );
  });
  expect(lessOf).toEqual([]);
});
