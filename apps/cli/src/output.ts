/** Results go to standard output, so that they can be piped; words about them go to standard error. */
export const say = (text: string): void => console.error(clean(text));

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, undefined, 2));

export type Cell = string | number | boolean | null | undefined;

/** A terminal obeys control characters, and names come from strangers. */
const clean = (text: string): string => text.replaceAll(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, "�");

const textOf = (cell: Cell): string => clean(String(cell ?? "-")).replaceAll("\n", " ");

/** A table with aligned columns; nothing but its head when there are no rows. */
export const printTable = (head: readonly string[], rows: readonly (readonly Cell[])[]): void => {
  const texts = [head, ...rows.map((row) => row.map(textOf))];
  const widths = head.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? "").length)));
  for (const row of texts)
    console.log(
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
};

/** Names and values, one a line; those without a value are left out. */
export const printFields = (fields: Readonly<Record<string, Cell>>): void => {
  const shown = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  for (const [name, value] of shown) console.log(`${name.padEnd(width)}  ${textOf(value)}`);
};

/** A line of a result for people. */
export const printLine = (text = ""): void => console.log(clean(text));

/** A day and minute in UTC. */
export const showInstant = (date: Date | string | null): string =>
  date === null ? "-" : `${new Date(date).toISOString().slice(0, 16).replace("T", " ")}Z`;

/** A span for people: `45 s`, `12 min`, `3 h`, `5 d`. */
export const showSpan = (seconds: number): string => {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
};

/** How long ago an instant was. */
export const showAge = (instant: string | null, now = Date.now()): string =>
  instant === null ? "-" : showSpan((now - Date.parse(instant)) / 1000);

/** An amount with its currency. */
export const showMoney = (amount: number, currency: string): string =>
  `${amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 3 })} ${currency}`;
