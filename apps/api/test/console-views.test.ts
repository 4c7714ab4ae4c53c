import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { helpers } from "../src/console/view-helpers.ts";

const folder = new URL("../src/console/views/", import.meta.url);
const views = async (): Promise<ReadonlyMap<string, string>> => {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".hbs"));
  const read = files.map(async (file) => [file, await readFile(new URL(file, folder), "utf8")] as const);
  return new Map(await Promise.all(read));
};

test("no page names a field as a helper is named, which would show the helper's idea of nothing", async () => {
  const all = await views();
  expect(all.size).toBeGreaterThan(20);
  const clashes: string[] = [];
  for (const [file, text] of all)
    for (const [whole, name = ""] of text.matchAll(/\{\{\s*(\w+)\s*\}\}/g))
      if (Object.hasOwn(helpers, name)) clashes.push(`${file}: ${whole}`);
  expect(clashes).toEqual([]);
});

test("every place that can be empty says why it is, or what would fill it", async () => {
  const places = [...(await views())].flatMap(([file, text]) =>
    [...text.matchAll(/class="empty"[^>]*>(.*?)<\/div>/gs)].map(([, inside = ""]) => ({ file, inside })),
  );
  expect(places.length).toBeGreaterThan(20);
  expect(places.filter(({ inside }) => !/<strong>.*<\/strong>.*<p>.{20,}<\/p>/s.test(inside))).toEqual([]);
});
