import { placeBySql } from "./ceiling.ts";
import { placeOrders } from "./http-load.ts";
import type { BenchStack } from "./bench-stack.ts";

/** One row of the table: ours against a ceiling or a rival that was measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly ceilingName: string;
  /** `rate`: more is better, at least `target` of the ceiling. `time`: less is better, at most `target` times it. */
  readonly kind: "rate" | "time";
  readonly unit: string;
  readonly target: number;
  /** One measurement each; they are taken in turns. */
  readonly ours: (stack: BenchStack, seconds: number) => Promise<number>;
  readonly ceiling: (stack: BenchStack, seconds: number) => Promise<number>;
}

const allPlaced = async (result: ReturnType<typeof placeOrders>) => {
  const { failed, ...figures } = await result;
  if (failed > 0) throw new Error(`${failed} orders were refused`);
  return figures;
};

const ordersPerSecond =
  (clients: number, oneProduct: boolean) => async (stack: BenchStack, seconds: number) =>
    (await allPlaced(placeOrders(stack.apiUrl, { clients, seconds, oneProduct }))).perSecond;

/** The best that one transaction an order reaches with any of these numbers of connections. */
const bestBySql = async (stack: BenchStack, seconds: number) => {
  const rates = [];
  for (const clients of [8, 16, 32])
    rates.push(
      await placeBySql(stack.databaseUrl, { clients, seconds: Math.max(1, Math.round(seconds / 3)) }),
    );
  return Math.max(...rates);
};

const p50 = async (stack: BenchStack, clients: number, seconds: number) =>
  (await allPlaced(placeOrders(stack.apiUrl, { clients, seconds }))).p50;

/** The figures of placing orders. */
export const orderFigures: readonly Figure[] = [
  {
    name: "orders, 64 clients",
    ceilingName: "pgbench, best of 8–32",
    kind: "rate",
    unit: "/s",
    target: 3,
    ours: ordersPerSecond(64, false),
    ceiling: bestBySql,
  },
  {
    name: "orders, 256 clients",
    ceilingName: "pgbench, best of 8–32",
    kind: "rate",
    unit: "/s",
    target: 4,
    ours: ordersPerSecond(256, false),
    ceiling: bestBySql,
  },
  {
    name: "orders of one product, 64 clients",
    ceilingName: "pgbench, one product, 64",
    kind: "rate",
    unit: "/s",
    target: 6,
    ours: ordersPerSecond(64, true),
    ceiling: (stack, seconds) => placeBySql(stack.databaseUrl, { clients: 64, seconds, oneProduct: true }),
  },
  {
    name: "an order at 1 client, p50",
    ceilingName: "the same SQL, 1 client, mean",
    kind: "time",
    unit: "ms",
    target: 1.5,
    ours: (stack, seconds) => p50(stack, 1, seconds),
    ceiling: async (stack, seconds) => 1000 / (await placeBySql(stack.databaseUrl, { clients: 1, seconds })),
  },
];
