import { readFile } from "node:fs/promises";
import { scopes } from "@billpost/domain/scopes";
import { expect, test } from "vitest";
import { problems } from "../src/http/problems.ts";

const page = await readFile(new URL("../../../docs/api.md", import.meta.url), "utf8");
const example = await readFile(new URL("../../../.env.example", import.meta.url), "utf8");

test("docs/api.md lists every error code with its status and meaning, and no other", () => {
  const rows = [...page.matchAll(/^\| +(\d{3}) +\| `([a-z_]+)` +\| (.*?) +\|$/gm)];
  const listed = rows.map(([, status, code, meaning]) => [code, [Number(status), meaning]]);
  expect(Object.fromEntries(listed)).toEqual(problems);
  expect(listed).toHaveLength(Object.keys(problems).length);
});

test("docs/api.md lists every scope with what it allows, and no other", () => {
  const table = /^\| scope .*?\n\n/ms.exec(page)?.[0] ?? "";
  const rows = [...table.matchAll(/^\| `([a-z]+(?::[a-z]+)?)` +\| (.*?) +\|$/gm)];
  expect(Object.fromEntries(rows.map(([, scope, meaning]) => [scope, meaning]))).toEqual(scopes);
});

test(".env.example names every variable that the API reads", async () => {
  const config = await readFile(new URL("../src/config.ts", import.meta.url), "utf8");
  const names = [...config.matchAll(/"([A-Z][A-Z0-9_]{3,})"/g)].map((match) => match[1] ?? "");
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) expect(example, name).toMatch(new RegExp(`^(?:# )?${name}=`, "m"));
});
