import { parseArgs } from "node:util";

export interface SoakOptions {
  readonly seed: number;
  readonly orders: number;
  readonly kills: number;
  readonly stops: number;
  readonly partitions: number;
  readonly pauses: number;
  readonly apis: number;
  readonly workers: number;
  /** Of each of 12 products; small enough that some sell out. */
  readonly stock: number;
  /** Shoppers wait while so much work is open. */
  readonly backlog: number;
  /** Between two acts at least, in ms. */
  readonly gapMs: number;
  readonly quietSeconds: number;
  /** What repeats this run. */
  readonly command: string;
}

const long = { orders: 10_000, kills: 200, stops: 20, partitions: 20, pauses: 20, gapMs: 500 };
const short = { orders: 150, kills: 8, stops: 2, partitions: 3, pauses: 1, gapMs: 1_000 };

const help = `Usage: pnpm soak [--short] [--seed N] [--orders N] [--kills N] [--stops N] [--partitions N] [--pauses N] [--apis N] [--workers N]

Runs all of Billpost under shoppers and faults, and counts at the end what was promised; exits with 1 when something was not held.

  --short        what CI runs, some two minutes; without it ${long.orders} orders and ${long.kills} kills, some 20 minutes
  --seed N       the acts and their order; printed, to repeat a run (default: random)
  --stops N      immediate stops of PostgreSQL
  --partitions N cuts of the network between two parts
  --pauses N     pauses by an operator`;

/** The options; undefined: a help that was asked for, or what is wrong with an option, was printed instead. */
export const optionsOf = (args: readonly string[]): SoakOptions | undefined => {
  if (args.includes("--help")) {
    console.log(help);
    return undefined;
  }
  try {
    return readOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exitCode = 2;
    return undefined;
  }
};

/** `--short` is what every change is tested with; each figure can be given by itself. */
const readOptions = (args: readonly string[]): SoakOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: "boolean", default: false },
      seed: { type: "string" },
      orders: { type: "string" },
      kills: { type: "string" },
      stops: { type: "string" },
      partitions: { type: "string" },
      pauses: { type: "string" },
      apis: { type: "string", default: "2" },
      workers: { type: "string" },
    },
  });
  const preset = values.short ? short : long;
  const count = (name: "orders" | "kills" | "stops" | "partitions" | "pauses") => {
    const value = Number(values[name] ?? preset[name]);
    if (!Number.isInteger(value) || value < 0) throw new RangeError(`--${name} must be a whole number`);
    return value;
  };
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const figures = {
    seed,
    orders: count("orders"),
    kills: count("kills"),
    stops: count("stops"),
    partitions: count("partitions"),
    pauses: count("pauses"),
    apis: Number(values.apis),
    workers: Number(values.workers ?? (values.short ? 2 : 3)),
  };
  return {
    ...figures,
    // About a tenth of the shoppers find nothing left.
    stock: Math.ceil((figures.orders * 4) / 12 / 1.15),
    backlog: 120,
    gapMs: preset.gapMs,
    quietSeconds: 300,
    command: Object.entries(figures)
      .map(([name, value]) => `--${name} ${value}`)
      .join(" "),
  };
};
