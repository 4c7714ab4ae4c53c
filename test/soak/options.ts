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

/** `--short` is what every change is tested with; each figure can be given by itself. */
export const readOptions = (args: readonly string[]): SoakOptions => {
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
