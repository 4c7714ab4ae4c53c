import stringWidth from "string-width";

const padded = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - stringWidth(text)));

/** The beginning of a text, with … where something was cut. */
export const cutTo = (text: string, width: number): string => {
  if (stringWidth(text) <= width) return text;
  let cut = "";
  let used = 0;
  for (const character of text) {
    used += stringWidth(character);
    if (used > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
};

/** A text in lines of at most so many columns, broken between words; a word that is longer stands alone. */
const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && stringWidth(line) + 1 + stringWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
};

const gap = 2;
/** Of less than this of a text nobody has anything. */
const leastOfLast = 16;

const widthsOf = (texts: readonly (readonly string[])[]): number[] =>
  (texts[0] ?? []).map((_, column) => Math.max(...texts.map((row) => stringWidth(row[column] ?? ""))));

/** The lines of a table in so many columns, and the names of what was left out. `spare`: as `printTable` has it. */
export const layOutTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
  spare: readonly string[] = [],
  cutLast = true,
): { readonly lines: readonly string[]; readonly left: readonly string[] } => {
  for (let leaving = 0; leaving <= spare.length; leaving += 1) {
    const left = spare.slice(0, leaving);
    const kept = head.flatMap((name, column) => (left.includes(name) ? [] : [column]));
    const texts = [head, ...rows].map((row) => kept.map((column) => row[column] ?? ""));
    const widths = widthsOf(texts);
    const last = widths.pop() ?? 0;
    const room = columns - widths.reduce((sum, width) => sum + width + gap, 0);
    if (room < (cutLast ? Math.min(last, leastOfLast) : last)) continue;
    const lines = texts.map((row) =>
      row
        .map((text, column) =>
          column < widths.length ? padded(text, widths[column] ?? 0) : cutTo(text, room),
        )
        .join(" ".repeat(gap))
        .trimEnd(),
    );
    return { lines, left };
  }
  const records = rows.flatMap((row, place) => [
    ...(place === 0 ? [] : [""]),
    ...layOutFields(
      head.flatMap((name, column) => {
        const text = row[column] ?? "";
        return text === "-" || text === "" ? [] : [[name.toLowerCase(), text] as const];
      }),
      columns,
    ),
  ]);
  return { lines: records, left: [] };
};

/** The lines of names and values; a value that is too long goes on below itself. */
export const layOutFields = (fields: readonly (readonly [string, string])[], columns: number): string[] => {
  const width = Math.max(0, ...fields.map(([name]) => stringWidth(name)));
  const indent = width + gap;
  return fields.flatMap(([name, value]) =>
    wrap(value, Math.max(leastOfLast, columns - indent)).map(
      (line, place) => `${padded(place === 0 ? name : "", indent)}${line}`,
    ),
  );
};
