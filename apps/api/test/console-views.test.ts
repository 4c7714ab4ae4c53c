import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { helpers } from "../src/console/view-helpers.ts";

const folder = new URL("../src/console/views/", import.meta.url);

test("no page names a field as a helper is named, which would show the helper's idea of nothing", async () => {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".hbs"));
  expect(files.length).toBeGreaterThan(20);
  const clashes: string[] = [];
  for (const file of files)
    for (const [whole, name = ""] of (await readFile(new URL(file, folder), "utf8")).matchAll(
      /\{\{\s*(\w+)\s*\}\}/g,
    ))
      if (Object.hasOwn(helpers, name)) clashes.push(`${file}: ${whole}`);
  expect(clashes).toEqual([]);
});
