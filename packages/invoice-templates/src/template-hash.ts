import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * SHA-256, hex, over everything beside the snapshot and Chrome that decides how a document looks: the files
 * given (templates, styles, messages, logo), this package's code, the fonts, and the version of the locale data.
 */
export const hashTemplates = (files: readonly string[], identities: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const identity of [...identities, `cldr ${process.versions["cldr"] ?? "none"}`])
    hash.update(`${identity}\n`);
  for (const file of [...sourceFiles(), ...files]) {
    const content = readFileSync(file);
    // Only what a file says counts, not where this installation keeps it.
    hash.update(`${content.length} bytes\n`).update(content);
  }
  return hash.digest("hex");
};

const sourceFiles = (): readonly string[] =>
  readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .toSorted()
    .map((name) => join(import.meta.dirname, name));
