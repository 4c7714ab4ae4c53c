import { readFile } from "node:fs/promises";
import { settledWork } from "@billpost/db/attempts";
import { deliveryStates, settledStates } from "@billpost/domain/delivery";
import { expect, test } from "vitest";
import { errorClasses, jobStates } from "../apps/api/src/schemas/operators/job-filter.ts";

const page = await readFile(new URL("../docs/jobs.md", import.meta.url), "utf8");

/** The rows of the table under a heading, by their first cell. */
const tableUnder = (heading: string): ReadonlyMap<string, readonly string[]> => {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? "";
  return new Map(
    [...section.matchAll(/^\| `(\w+)` *\|(.*)\|$/gm)].map(([, name = "", cells = ""]) => [
      name,
      cells.split("|").map((cell) => cell.trim()),
    ]),
  );
};

const quoted = (text = ""): string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);

test("docs/jobs.md maps every state of a delivery to the states of its job, as the code does", () => {
  const table = tableUnder("States of a delivery");
  expect([...table.keys()].toSorted()).toEqual([...deliveryStates].toSorted());
  for (const [state, [jobs]] of table) {
    const settled = settledStates.find((name) => name === state);
    if (settled) expect(quoted(jobs), state).toEqual([settledWork(settled)]);
    for (const job of quoted(jobs)) expect(jobStates).toContain(job);
  }
});

test("docs/jobs.md explains every state of a job and every class of errors, and no other", () => {
  expect([...tableUnder("States of a job").keys()].toSorted()).toEqual([...jobStates].toSorted());
  expect([...tableUnder("Classes of errors").keys()].toSorted()).toEqual([...errorClasses].toSorted());
});
