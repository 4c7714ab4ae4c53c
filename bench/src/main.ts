import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { groups } from "./groups.ts";
import type { Group, Row, Run } from "./harness/figure.ts";
import { asJson, machine, misses, table } from "./harness/report.ts";

const help = `Usage: pnpm bench [--only GROUP[,GROUP]] [--brief] [--history] [--rounds N] [--seconds N] [--json FILE]

Measures Billpost against a ceiling or a rival in the same run, in turns, and prints a table of medians.
Absolute figures mean little on a shared machine: read the ratios. docs/performance.md explains each row.

  --only GROUPS  only these:
${groups.map(({ name, summary, onlyWhenNamed }) => `                   ${name.padEnd(10)} ${summary}${onlyWhenNamed ? " (only when named)" : ""}`).join("\n")}
  --history      the same as --only history; fills two databases first, which takes minutes and about 15 GB
  --history-orders N  orders of the long past (default 5,000,000)
  --brief        each once and as short as it can be: shows only that every benchmark still runs
  --rounds N     measurements of each figure (default 3)
  --seconds N    length of a measurement (default 4)
  --json FILE    also writes every measurement
  --help         this text

Ctrl-C stops what was started and prints what was measured until then.`;

class UsageError extends Error {}

const wholeNumber = (text: string | undefined, fallback: number, name: string): number => {
  const value = Number(text ?? fallback);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`--${name} must be a whole number from 1`);
  return value;
};

const readArguments = () => {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      history: { type: "boolean", default: false },
      "history-orders": { type: "string" },
      brief: { type: "boolean", default: false },
      rounds: { type: "string" },
      seconds: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const named = [
    ...(values.only ?? []).flatMap((names) => names.split(",")),
    ...(values.history ? ["history"] : []),
  ];
  return {
    help: values.help,
    brief: values.brief,
    json: values.json,
    rounds: values.brief ? 1 : wholeNumber(values.rounds, 3, "rounds"),
    seconds: values.brief ? 1 : wholeNumber(values.seconds, 4, "seconds"),
    historyOrders: values.brief ? 2_000 : wholeNumber(values["history-orders"], 5_000_000, "history-orders"),
    chosen: choose(named, values.brief),
  };
};

const choose = (names: readonly string[], brief: boolean): readonly Group[] => {
  const unknown = names.find((name) => !groups.some((group) => group.name === name));
  if (unknown !== undefined)
    throw new UsageError(
      `there is no group ${unknown}; there are ${groups.map(({ name }) => name).join(", ")}`,
    );
  return names.length > 0
    ? groups.filter(({ name }) => names.includes(name))
    : groups.filter(({ onlyWhenNamed }) => brief || onlyWhenNamed !== true);
};

/** Aborts at the first Ctrl-C, so that all is stopped in good order; the second one ends the process. */
const stopSignal = (): AbortSignal => {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => controller.abort(new Error(`stopped by ${signal}`)));
  return controller.signal;
};

const run = async (): Promise<void> => {
  const { help: wanted, brief, json, rounds, seconds, historyOrders, chosen } = readArguments();
  if (wanted) {
    console.log(help);
    return;
  }
  const rows: Row[] = [];
  const started = performance.now();
  const clock = () => `${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s`;
  const signal = stopSignal();
  const settings: Run = {
    rounds,
    seconds,
    brief,
    historyOrders,
    signal,
    say: (message) => console.error(`${clock()}  ${message}`),
    add: (row) => rows.push(row),
  };
  for (const { name, measure } of chosen) {
    if (signal.aborted) break;
    try {
      await measure(settings);
    } catch (error) {
      process.exitCode = 1;
      console.error(`${clock()}  ${name} ended: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  console.log(
    `\n${machine()}; ${rounds} rounds of ${seconds} s, ${clock().trim()} in all\n\n${table(rows)}\n${misses(rows)}`,
  );
  if (json !== undefined) await writeFile(json, asJson(rows, { rounds, seconds }));
};

try {
  await run();
} catch (error) {
  const isUsage =
    error instanceof UsageError ||
    (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
  console.error(isUsage ? `${error.message}; see --help` : error);
  process.exitCode = 2;
}
