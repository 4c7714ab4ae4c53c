/** Results go to standard output, so that they can be piped; words about them go to standard error. */
export const say = (text: string): void => console.error(text);

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, undefined, 2));

type Cell = string | number | boolean | null;

/** A table with aligned columns; nothing but its head when there are no rows. */
export const printTable = (head: readonly string[], rows: readonly (readonly Cell[])[]): void => {
  const texts = [head, ...rows.map((row) => row.map((cell) => String(cell ?? "-")))];
  const widths = head.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? "").length)));
  for (const row of texts)
    console.log(
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
};

/** A day and minute in UTC. */
export const showInstant = (date: Date | null): string =>
  date ? `${date.toISOString().slice(0, 16).replace("T", " ")}Z` : "-";
