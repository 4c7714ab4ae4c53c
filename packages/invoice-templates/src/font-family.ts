import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCoverage } from "./font-coverage.ts";

/** One file of a family: the part of its glyphs that some block of Unicode needs. */
export interface FontSubset {
  /** Package and part, unique among all. */
  readonly id: string;
  readonly family: string;
  /** Code points by the file's own character map. */
  covers(codePoint: number): boolean;
  /** Its @font-face rules, with the font itself inside. */
  css(): string;
}

/** A font package of @fontsource (one file for each weight) or @fontsource-variable (one for all). */
export class FontFamily {
  readonly name: string;
  /** Name and version, which never change their content. */
  readonly identity: string;
  readonly #subsets: readonly Subset[];

  private constructor(name: string, identity: string, subsets: readonly Subset[]) {
    this.name = name;
    this.identity = identity;
    this.#subsets = subsets;
  }

  static load(packageName: string): FontFamily {
    const file = (name: string) => fileURLToPath(import.meta.resolve(`${packageName}/${name}`));
    const { id, family } = readJson(file("metadata.json")) as { id: string; family: string };
    const { version } = readJson(file("package.json")) as { version: string };
    const ranges = readJson(file("unicode.json")) as Record<string, string>;
    const folder = join(file("package.json"), "..", "files");
    const subsets = Object.entries(ranges).map(([subset, range]) => {
      const base = join(folder, `${id}-${subset.replace(/[[\]]/g, "")}`);
      const variable = `${base}-wght-normal.woff2`;
      const weights = existsSync(variable)
        ? [{ weight: "100 900", file: variable }]
        : ["400", "600"].map((weight) => ({ weight, file: `${base}-${weight}-normal.woff2` }));
      // A family of one weight has it drawn bolder by Chrome where the design asks for it.
      return new Subset(
        `${packageName}/${subset}`,
        family,
        range,
        weights.filter((entry) => existsSync(entry.file)),
      );
    });
    return new FontFamily(family, `${packageName}@${version}`, subsets);
  }

  /** The file that holds a code point's glyph, if one does. */
  find(codePoint: number): FontSubset | undefined {
    return this.#subsets.find((subset) => subset.covers(codePoint));
  }
}

class Subset implements FontSubset {
  readonly id: string;
  readonly family: string;
  readonly #range: string;
  readonly #intervals: readonly (readonly [number, number])[];
  readonly #weights: readonly { readonly weight: string; readonly file: string }[];
  #coverage: ReadonlySet<number> | undefined;
  #css: string | undefined;

  constructor(
    id: string,
    family: string,
    range: string,
    weights: readonly { weight: string; file: string }[],
  ) {
    this.id = id;
    this.family = family;
    this.#range = range;
    this.#weights = weights;
    this.#intervals = range.split(",").map((part) => {
      const [from = "", to = from] = part.trim().replace(/^U\+/i, "").split("-");
      return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
    });
  }

  covers(codePoint: number): boolean {
    if (!this.#intervals.some(([from, to]) => codePoint >= from && codePoint <= to)) return false;
    this.#coverage ??= this.#read();
    return this.#coverage.has(codePoint);
  }

  css(): string {
    this.#css ??= this.#weights
      .map(({ weight, file }) => {
        const data = readFileSync(file).toString("base64");
        return (
          `@font-face{font-family:"${this.family}";font-weight:${weight};unicode-range:${this.#range};` +
          `src:url(data:font/woff2;base64,${data}) format("woff2")}`
        );
      })
      .join("\n");
    return this.#css;
  }

  #read(): ReadonlySet<number> {
    const [first] = this.#weights;
    return first ? readCoverage(readFileSync(first.file)) : new Set();
  }
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
