import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, type LaunchOptions } from "./browser.ts";
import { type ChromeBinary, findChrome } from "./chrome-binary.ts";

let scratch: string;
/** A Chrome as in a container that forbids user namespaces: with its sandbox it ends at once, unexplained. */
let sandboxless: ChromeBinary;

beforeAll(async () => {
  const chrome = await findChrome({
    cacheDir: join(tmpdir(), "billpost-chrome"),
    searchPath: process.env["PATH"],
  });
  scratch = await mkdtemp(join(tmpdir(), "billpost-browser-"));
  const executablePath = join(scratch, "chrome");
  await writeFile(
    executablePath,
    `#!/bin/sh
case "$*" in *--no-sandbox*) exec "${chrome.executablePath}" "$@" ;; esac
echo "No usable sandbox!" >&2
exit 1
`,
  );
  await chmod(executablePath, 0o755);
  sandboxless = { ...chrome, executablePath };
}, 120_000);

afterAll(() => rm(scratch, { recursive: true, force: true }));

const options = (sandbox: LaunchOptions["sandbox"]): LaunchOptions => ({
  chrome: sandboxless,
  profileRoot: join(scratch, `profiles-${String(sandbox)}`),
  sandbox,
  timeoutMs: 15_000,
  log: { info: () => {}, warn: () => {} },
});

test("where the sandbox is not allowed, auto starts Chrome without it", async () => {
  const launched = await launchBrowser(options("auto"));
  expect(launched.browser.connected).toBe(true);
  await launched.close();
});

test("where the sandbox is not allowed but demanded, Chrome does not start and leaves no profile", async () => {
  await expect(launchBrowser(options(true))).rejects.toThrow("Target closed");
  expect(await readdir(join(scratch, "profiles-true"))).toEqual([]);
});
