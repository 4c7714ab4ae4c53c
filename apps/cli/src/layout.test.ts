import stringWidth from "string-width";
import { expect, test } from "vitest";
import { cutTo, layOutFields, layOutTable } from "./layout.ts";

const head = ["JOB", "TASK", "TO", "ERROR"];
const rows = [
  ["17", "deliver-invoice", "john.doe@example.com", "the object store answered 500 twice"],
  ["1024", "issue-invoice", "-", "-"],
];
const widest = (lines: readonly string[]) => Math.max(...lines.map((line) => stringWidth(line)));

test("a table that fits stands as it is, also in a pipe, which has no width", () => {
  const { lines, left } = layOutTable(head, rows, Number.POSITIVE_INFINITY);
  expect(lines).toEqual([
    "JOB   TASK             TO                    ERROR",
    "17    deliver-invoice  john.doe@example.com  the object store answered 500 twice",
    "1024  issue-invoice    -                     -",
  ]);
  expect(left).toEqual([]);
});

test("in a narrow terminal the last column is cut, what can be spared is left out, and nothing is wider than the terminal", () => {
  const cut = layOutTable(head, rows, 70, ["TO"]);
  expect(cut.left).toEqual([]);
  expect(cut.lines[1]).toBe("17    deliver-invoice  john.doe@example.com  the object store answere…");
  const spared = layOutTable(head, rows, 50, ["TO"]);
  expect(spared.left).toEqual(["TO"]);
  expect(spared.lines[1]).toBe("17    deliver-invoice  the object store answered …");
  // What is needed whole is not cut.
  expect(layOutTable(head, rows, 70, ["TO"], false).left).toEqual(["TO"]);
  for (const columns of [80, 70, 60, 50, 40])
    expect(widest(layOutTable(head, rows, columns, ["TO"]).lines)).toBeLessThanOrEqual(columns);
});

test("where no table fits each row is names and values, without those that are empty", () => {
  expect(layOutTable(head, rows, 36).lines).toEqual([
    "job    17",
    "task   deliver-invoice",
    "to     john.doe@example.com",
    "error  the object store answered 500",
    "       twice",
    "",
    "job   1024",
    "task  issue-invoice",
  ]);
});

test("a long value goes on below itself, and a word that is too long is not broken", () => {
  const key = "invoices/2026/INV-2026-000001/r1-0123456789abcdef.pdf";
  expect(
    layOutFields(
      [
        ["object", key],
        ["why", "the address was wrong"],
      ],
      26,
    ),
  ).toEqual([`object  ${key}`, "why     the address was", "        wrong"]);
});

test("names in any script keep the columns in line", () => {
  expect(stringWidth("株式会社")).toBe(8);
  expect(stringWidth("Cécile".normalize("NFD"))).toBe(6);
  expect(cutTo("株式会社山田", 8)).toBe("株式会…");
  const { lines } = layOutTable(
    ["NAME", "ID"],
    [
      ["株式会社", "1"],
      ["Müller", "2"],
    ],
    80,
  );
  expect(lines).toEqual(["NAME      ID", "株式会社  1", "Müller    2"]);
});
