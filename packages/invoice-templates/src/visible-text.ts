/** Applies `change` to every string inside a value of plain objects and arrays. */
export const mapStrings = <Value>(value: Value, change: (text: string) => string): Value => {
  const walk = (part: unknown): unknown => {
    if (typeof part === "string") return change(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part === "object" && part !== null) {
      return Object.fromEntries(
        Object.entries(part).map(([key, inner]: [string, unknown]) => [key, walk(inner)]),
      );
    }
    return part;
  };
  return walk(value) as Value;
};

/** All strings inside a value, one after the other. */
export const textOf = (value: unknown): string => {
  const found: string[] = [];
  mapStrings(value, (text) => {
    found.push(text);
    return text;
  });
  return found.join("\n");
};

/** Text as it can stand in a document: well-formed, composed, and without control characters. */
export const cleanText = (text: string): string =>
  text
    .toWellFormed()
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");

/** Writes characters that no font can draw as their code points: a missing glyph would be a wrong invoice. */
export const spellMissing = (text: string, missing: ReadonlySet<number>): string =>
  missing.size === 0
    ? text
    : Array.from(text, (character) => {
        const codePoint = character.codePointAt(0) ?? 0;
        return missing.has(codePoint)
          ? `[U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}]`
          : character;
      }).join("");
