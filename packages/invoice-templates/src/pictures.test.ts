import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { difference, draw, pictureFolder, poses } from "../test/pictures.ts";
import { type Printer, startPrinter } from "../test/print.ts";
import { drawPage } from "../test/read-pdf.ts";
import { renderInvoiceHtml } from "./render.ts";
import { sampleSnapshot } from "./sample-snapshot.ts";

let printer: Printer;
let actual: string;

beforeAll(async () => {
  printer = await startPrinter();
  actual = await mkdtemp(join(tmpdir(), "billpost-pictures-"));
}, 120_000);

afterAll(() => printer.close());

/** Another Chrome, or another way of drawing letters, moves the edge of a glyph; a changed layout moves rows. */
const tolerance = 0.004;

describe("every document looks as approved (pnpm template:approve approves a new look)", () => {
  test.each(poses.map((pose) => [pose.name, pose] as const))("%s", async (name, pose) => {
    const picture = await draw(printer, pose);
    const differing = await difference(picture, await readFile(join(pictureFolder, `${name}.png`)));
    const file = join(actual, `${name}.png`);
    if (differing > tolerance) await writeFile(file, picture.png);
    expect({
      differing: differing <= tolerance ? "little" : differing,
      see: differing <= tolerance ? "" : file,
    }).toEqual({
      differing: "little",
      see: "",
    });
  });

  test("and no approved picture is left over", async () => {
    const expected = poses.map(({ name }) => `${name}.png`);
    expect((await readdir(pictureFolder)).toSorted()).toEqual(expected.toSorted());
  });

  test("a row that is half a millimetre higher is noticed", async () => {
    const html = renderInvoiceHtml(sampleSnapshot({ lines: 8 }));
    const usual = await drawPage((await printer.printHtml(html)).pdf, 1, 60);
    const changed = { ...html, pageStyle: `${html.pageStyle} td { padding-top: 2.1mm !important }` };
    const moved = await drawPage((await printer.printHtml(changed)).pdf, 1, 60);
    expect(await difference(usual, usual.png)).toBe(0);
    expect(await difference(moved, usual.png)).toBeGreaterThan(tolerance);
  });
});
