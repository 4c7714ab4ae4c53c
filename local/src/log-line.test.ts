import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { readLogLine, showLogLine } from "./log-line.ts";

test("an app's JSON line becomes its message and its ids, without what the prefix says already", () => {
  const line = {
    level: 30,
    time: "2026-01-15T10:30:00Z",
    service: "worker",
    pid: 7,
    msg: "sent",
    orderId: 1,
  };
  expect(readLogLine(JSON.stringify(line))).toEqual({ level: 30, text: "sent orderId=1" });
});

test("an error's stack is shown below its message, indented", () => {
  const line = { level: 50, msg: "failed", err: { message: "no", stack: "Error: no\n    at f" } };
  const shown = showLogLine("api", readLogLine(JSON.stringify(line)), new Date(2026, 0, 15, 10, 30));
  expect(stripVTControlCharacters(shown)).toBe(
    ["10:30:00 api      failed", "                  Error: no", "                      at f"].join("\n"),
  );
});

test.each([
  ["2026-01-15 10:30:00.000 UTC [7] FATAL:  out of memory", 60],
  ["2026-01-15 10:30:00.000 UTC [7] ERROR:  duplicate key", 50],
  ["2026-01-15 10:30:00.000 UTC [7] LOG:  ready", 30],
  ["TypeError: x is not a function", 50],
  ["{ not JSON", 30],
  ['{"level":"info"}', 30],
])("%s counts as level %i", (line, level) => {
  expect(readLogLine(line)).toEqual({ level, text: line });
});
