import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const script = join(import.meta.dirname, "template-preview.ts");
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "billpost-preview-test-"));
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

const preview = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  run(process.execPath, [script, ...args, "--no-open"], { env: { ...process.env, ...env } });

test("template:preview prints a sample and says where it is", async () => {
  const out = join(scratch, "sample.pdf");
  const { stdout } = await preview(["--kind", "credit_note", "--locale", "fr", "--lines", "2", "--out", out]);
  expect(stdout.trim()).toBe(out);
  const pdf = await readFile(out, "latin1");
  expect(pdf.startsWith("%PDF-")).toBe(true);
  expect(pdf).toContain("/Title (Avoir CN-2026-000001)");
}, 60_000);

test.each([
  [["--kind", "bill"], {}, "--kind is invoice or credit_note"],
  [["--lines", "many"], {}, "--lines is from 1 to 5000"],
  [["--colour", "red"], {}, "Unknown option '--colour'"],
  [[], { TEMPLATE_DIR: "/nowhere" }, "The template folder /nowhere does not exist"],
] as const)("template:preview %j %j fails in one line", async (args, env, problem) => {
  const failed = preview(args, env);
  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(problem) as string });
  await expect(failed).rejects.not.toMatchObject({ stderr: expect.stringContaining("    at ") as string });
});
