import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { runCli } from "./src/cli.ts";

test("in bash the Tab key offers nouns, then the noun's verbs, then the verb's options and choices", async () => {
  const { code, stdout: script } = await runCli(["completion", "bash"], {});
  expect(code).toBe(0);
  /** What is offered for the last of these words. */
  const offered = (...words: string[]): string[] => {
    const line = ["billpost", ...words].map((word) => `'${word}'`).join(" ");
    const typed = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _billpost; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const shell = spawnSync("bash", ["--norc", "-c", `${script}\n${typed}`], { encoding: "utf8" });
    expect(shell.stderr).toBe("");
    return shell.stdout.trim().split("\n");
  };
  expect(offered("")).toEqual(expect.arrayContaining(["orders", "jobs", "bulk", "reconcile", "--help"]));
  expect(offered("jo")).toEqual(["jobs"]);
  expect(offered("jobs", "re")).toEqual(["retry", "reschedule", "release"]);
  expect(offered("jobs", "retry", "--sta")).toEqual(["--state"]);
  expect(offered("jobs", "retry", "17", "--rea")).toEqual(["--reason"]);
  expect(offered("bulk", "start", "mark")).toEqual(["mark-handled"]);
  expect(offered("reconcile", "--de")).toEqual(["--deep"]);
  expect(offered("nonsense", "x")).toEqual([""]);
});
