import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ChromeNotFound, findChrome } from "./chrome-binary.ts";

let scratch: string;
const cacheDir = join(tmpdir(), "billpost-chrome");

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "billpost-chrome-binary-"));
});

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

const fakeChrome = async (name: string, script: string): Promise<string> => {
  const path = join(scratch, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
};

describe("findChrome", () => {
  test("takes the configured one before all others", async () => {
    const executablePath = await fakeChrome("configured", "echo Chromium 150.0.1.2");
    expect(await findChrome({ executablePath, cacheDir })).toMatchObject({
      executablePath,
      source: "configured",
    });
  });

  test.each([
    ["is missing", "missing", undefined, "ENOENT"],
    [
      "does not start",
      "broken",
      "echo libnss3.so: cannot open shared object file >&2; exit 127",
      "libnss3.so",
    ],
    ["is too old to number pages", "old", "echo Google Chrome 120.0.6099.71", "version 120"],
    ["is something else", "other", "echo hello", "hello"],
  ])("refuses a configured one that %s, and says why", async (_, name, script, reason) => {
    const executablePath = script === undefined ? join(scratch, name) : await fakeChrome(name, script);
    const search = findChrome({ executablePath, cacheDir });
    await expect(search).rejects.toThrow(ChromeNotFound);
    await expect(search).rejects.toThrow(reason);
  });

  test("passes over an installed one that does not start", async () => {
    await fakeChrome("chromium", "exit 1");
    const good = await fakeChrome("google-chrome", "echo Google Chrome 149.0.0.1");
    const broken = await findChrome({ cacheDir, searchPath: "/nowhere", sources: ["installed"] }).catch(
      () => undefined,
    );
    if (broken) return; // This machine has a browser of its own.
    expect(await findChrome({ cacheDir, searchPath: scratch })).toMatchObject({
      executablePath: good,
      source: "installed",
    });
  });

  test("unpacks the bundled one for several callers at once", async () => {
    const cold = join(scratch, "cold");
    const search = () => findChrome({ cacheDir: cold, sources: ["bundled"] });
    const [first, second] = await Promise.all([search(), search()]);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ source: "bundled" });
  }, 60_000);
});
