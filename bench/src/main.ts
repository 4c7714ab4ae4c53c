import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { startBenchStack } from "./bench-stack.ts";
import { hasPgbench } from "./ceiling.ts";
import { type Figure, orderFigures } from "./figures.ts";
import { placeOrders } from "./http-load.ts";

const help = `Usage: pnpm bench [--brief] [--rounds N] [--seconds N] [--json FILE]

Measures Billpost against a ceiling or a rival in the same run, in turns, and prints a table of medians.
Absolute figures mean little on a shared machine: read the ratios.

  --brief      one round of one second each: shows only that every benchmark still runs
  --rounds N   measurements of each figure (default 3)
  --seconds N  length of a measurement (default 5)
  --json FILE  also writes every measurement
  --help       this text`;

const { values } = parseArgs({
  options: {
    brief: { type: "boolean", default: false },
    rounds: { type: "string" },
    seconds: { type: "string" },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

interface Row {
  readonly figure: Figure;
  readonly ours: readonly number[];
  readonly ceiling: readonly number[];
}

const wholeNumber = (text: string | undefined, fallback: number, name: string): number => {
  const value = Number(text ?? fallback);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`--${name} must be a whole number from 1`);
  return value;
};

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

const spread = (values: readonly number[]): string => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.length > 1 ? `${format(low)}–${format(high)}` : "";
};

const format = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

const measure = async (rounds: number, seconds: number): Promise<Row[]> => {
  console.error("Starting PostgreSQL and the API …");
  const stack = await startBenchStack();
  try {
    await placeOrders(stack.apiUrl, { clients: 16, seconds });
    await stack.analyze();
    const rows: Row[] = [];
    for (const figure of orderFigures) {
      const ours: number[] = [];
      const ceiling: number[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        console.error(`${figure.name}: round ${round} of ${rounds}`);
        ours.push(await figure.ours(stack, seconds));
        ceiling.push(await figure.ceiling(stack, seconds));
      }
      rows.push({ figure, ours, ceiling });
    }
    return rows;
  } finally {
    await stack.stop();
  }
};

const machine = `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;

const print = (rows: readonly Row[]): void => {
  console.log(`\n${machine}\n`);
  const table = rows.map(({ figure, ours, ceiling }) => {
    const ratio = median(ours) / median(ceiling);
    const reached = figure.kind === "rate" ? ratio >= figure.target : ratio <= figure.target;
    return {
      figure: figure.name,
      ours: `${format(median(ours))} ${figure.unit}`,
      spread: spread(ours),
      ceiling: `${format(median(ceiling))} ${figure.unit}`,
      "measured by": figure.ceilingName,
      ratio: ratio.toFixed(2),
      target: `${figure.kind === "rate" ? "≥" : "≤"} ${figure.target}`,
      reached: reached ? "yes" : "no",
    };
  });
  console.table(table);
};

if (values.help) console.log(help);
else if (!(await hasPgbench())) {
  console.error("pgbench is not on the PATH: it comes with PostgreSQL (Debian: postgresql-contrib).");
  process.exitCode = 2;
} else {
  const rounds = values.brief ? 1 : wholeNumber(values.rounds, 3, "rounds");
  const seconds = values.brief ? 1 : wholeNumber(values.seconds, 5, "seconds");
  const rows = await measure(rounds, seconds);
  print(rows);
  if (values.json)
    await writeFile(
      values.json,
      `${JSON.stringify({ machine, rounds, seconds, rows: rows.map(({ figure, ours, ceiling }) => ({ name: figure.name, ceiling: figure.ceilingName, unit: figure.unit, target: figure.target, ours, ceilingValues: ceiling })) }, null, 2)}\n`,
    );
}
