import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { exitCodes } from "./exit-codes.ts";
import { createProgram } from "./program.ts";

const leavesOf = (command: Command, path: readonly string[] = []): [name: string, command: Command][] =>
  command.commands.length === 0
    ? [[path.join(" "), command]]
    : command.commands.flatMap((child) => leavesOf(child, [...path, child.name()]));
const leaves = new Map(leavesOf(createProgram()));
const flagsOf = (command: Command | undefined): string[] =>
  (command?.options ?? []).map(({ long }) => long ?? "");

/** Everything else changes something. */
const looking = [
  "attention",
  "audit list",
  "batches items",
  "batches list",
  "batches show",
  "batches watch",
  "bulk items",
  "bulk list",
  "bulk show",
  "bulk watch",
  "clients list",
  "completion",
  "customers list",
  "customers show",
  "failures list",
  "invoices list",
  "invoices show",
  "invoices verify",
  "jobs list",
  "jobs preview",
  "jobs show",
  "keys list",
  "orders list",
  "orders show",
  "products list",
  "products show",
  "series check",
  "stock check",
  "suppressions list",
  "tasks list",
  "workers list",
];
const changing = [...leaves.keys()].filter((name) => !looking.includes(name));

const promised = {
  jobs: "list show preview retry run-now cancel reschedule settle release mark-handled correct-address",
  bulk: "start list show items watch stop",
  failures: "list",
  tasks: "list pause resume",
  workers: "list quiet stop unlock",
  suppressions: "list clear",
  series: "check",
  audit: "list",
  orders: "list show",
  invoices: "list show verify resend",
  customers: "list show",
  products: "list show",
  clients: "list create",
  keys: "list create revoke",
};

test("the verbs that operators were promised are there", () => {
  const names = [...leaves.keys()];
  expect(names).toContain("reconcile");
  for (const [noun, verbs] of Object.entries(promised))
    for (const verb of verbs.split(" ")) expect(names).toContain(`${noun} ${verb}`);
});

test("whatever looks prints JSON for programs, but for what a shell is taught", () => {
  expect(looking.filter((name) => !flagsOf(leaves.get(name)).includes("--json"))).toEqual(["completion"]);
});

test("whatever changes something takes a reason, a dry run and --yes, and prints JSON for programs", () => {
  for (const name of changing)
    expect(flagsOf(leaves.get(name)), name).toEqual(
      expect.arrayContaining([
        "--json",
        "--dry-run",
        "--yes",
        // The orders of the past come from whoever placed them; nobody else gives a reason for them.
        ...(name === "orders import" ? [] : ["--reason"]),
      ]),
    );
});

test("every act on jobs takes the filter of their list, with a canary and a stop", () => {
  const filter = flagsOf(leaves.get("jobs list")).filter(
    (flag) => !["--limit", "--json", "--oldest-first"].includes(flag),
  );
  expect(filter).toContain("--fingerprint");
  for (const verb of ["retry", "run-now", "cancel", "reschedule", "settle", "release", "mark-handled"])
    expect(flagsOf(leaves.get(`jobs ${verb}`))).toEqual(
      expect.arrayContaining([...filter, "--canary", "--stop-at-failure-rate", "--wait"]),
    );
});

test("every command, option and argument says what it is for", () => {
  for (const [name, command] of leaves) {
    expect(command.description(), name).not.toBe("");
    for (const { long, description } of command.options) expect(description, `${name} ${long}`).not.toBe("");
  }
});

test("docs/cli.md has every verb and every exit code, and no code that there is not", async () => {
  const page = await readFile(new URL("../../../docs/cli.md", import.meta.url), "utf8");
  const table = page.slice(page.indexOf("| command"), page.indexOf("\n## "));
  const rows = table.split("\n").map((row) => row.split("|")[1] ?? "");
  for (const name of leaves.keys()) {
    const [noun = "", verb] = name.split(" ");
    const found = rows.some(
      (row) =>
        row.includes(`\`${name}\``) ||
        (row.includes(`\`${noun} `) && row.includes(`\`${verb}\``)) ||
        row.includes(`\`${name} `),
    );
    expect(found, name).toBe(true);
  }
  const codes = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});
