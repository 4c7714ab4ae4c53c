import { layOutFields, layOutTable } from "./layout.ts";

/** Results go to standard output, so that they can be piped; words about them go to standard error. */
export const say = (text: string): void => console.error(clean(text));

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, undefined, 2));

export type Cell = string | number | boolean | null | undefined;

/** A terminal obeys control characters, and names come from strangers. */
const clean = (text: string): string => text.replaceAll(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, "�");

const textOf = (cell: Cell): string => clean(String(cell ?? "-")).replaceAll("\n", " ");

/** Columns of the terminal that results go to; of a file or a pipe there is no end of them. */
const columns = (): number =>
  process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY;

/**
 * A table with aligned columns; nothing but its head when there are no rows. At a terminal that is too narrow the
 * columns `spare` are left out one after the other, then the last column is cut, and where even that does not do each
 * row is shown as names and values. `cutLast` false: what it says is needed whole.
 */
export const printTable = (
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  spare: readonly string[] = [],
  cutLast = true,
): void => {
  const { lines, left } = layOutTable(
    head,
    rows.map((row) => row.map(textOf)),
    columns(),
    spare,
    cutLast,
  );
  for (const line of lines) console.log(line);
  if (left.length > 0) say(`Left out, for want of width: ${left.join(", ")}.`);
};

/** Names and values, one a line; those without a value are left out. */
export const printFields = (fields: Readonly<Record<string, Cell>>): void => {
  printPairs(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
};

/** The same for names that may come again. */
export const printPairs = (pairs: readonly (readonly [string, Cell])[]): void => {
  const texts = pairs.map(([name, value]) => [name, textOf(value)] as const);
  for (const line of layOutFields(texts, columns())) console.log(line);
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
