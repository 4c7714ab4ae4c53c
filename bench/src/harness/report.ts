import { availableParallelism, cpus, totalmem } from "node:os";
import type { Row } from "./figure.ts";
import { median } from "./statistics.ts";

/** What it was measured on. */
export const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores, ` +
  `${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.versions.node}`;

const ratioOf = ({ ours, ceiling }: Row): number => median(ours) / median(ceiling);

const isReached = (row: Row): boolean =>
  row.kind === "at least" ? ratioOf(row) >= row.target : ratioOf(row) <= row.target;

const isMeasured = ({ ours, ceiling }: Row): boolean => ours.length > 0 && ceiling.length > 0;

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

const withSpread = (values: readonly number[], unit: string): string =>
  `${number(median(values))} ${unit}${
    values.length > 1 ? ` (${number(Math.min(...values))}–${number(Math.max(...values))})` : ""
  }`;

const columns = ["figure", "ours", "ceiling", "measured by", "ratio", "to reach", "reached"] as const;

/** The rows as a table of text: medians, with the lowest and the highest value of the rounds beside them. */
export const table = (rows: readonly Row[]): string => {
  const cells = rows
    .filter(isMeasured)
    .map((row) => [
      row.name,
      withSpread(row.ours, row.unit),
      withSpread(row.ceiling, row.unit),
      row.ceilingName,
      ratioOf(row).toFixed(2),
      `${row.kind === "at least" ? "≥" : "≤"} ${row.target}`,
      isReached(row) ? "yes" : "no",
    ]);
  const widths = columns.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(columns), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join("\n");
};

/** What holds back the rows that miss, one each; empty when all are reached. */
export const misses = (rows: readonly Row[]): string => {
  const missed = rows.filter((row) => isMeasured(row) && !isReached(row));
  if (missed.length === 0) return "";
  const lines = missed.map(({ name, limit }) => `- ${name}: ${limit ?? "not known yet."}`);
  return `\nNot reached, and why:\n${lines.join("\n")}\n`;
};

/** Everything that was measured, for programs. */
export const asJson = (
  rows: readonly Row[],
  settings: { readonly rounds: number; readonly seconds: number },
): string =>
  `${JSON.stringify(
    {
      machine: machine(),
      measuredAt: new Date().toISOString(),
      ...settings,
      rows: rows.filter(isMeasured).map((row) => ({
        figure: row.name,
        unit: row.unit,
        ours: row.ours,
        ceiling: row.ceiling,
        measuredBy: row.ceilingName,
        ratio: ratioOf(row),
        kind: row.kind,
        target: row.target,
        reached: isReached(row),
        ...(row.limit === undefined ? {} : { limit: row.limit }),
      })),
    },
    null,
    2,
  )}\n`;
