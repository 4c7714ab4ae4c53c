import { type Figure, type Group, inTurns, oncePerRound, type Run } from "../harness/figure.ts";
import { type BenchStack, startApiAlone, startBenchStack } from "../stack/bench-stack.ts";
import { type CeilingLoad, hasPgbench, placeByPg, placeByPgbench } from "./ceiling.ts";
import { placeAtRate, placeOrders } from "./order-load.ts";

const processorOfOrders =
  "two cores: an order takes the API, PostgreSQL and the load about 310 µs of them, so full they would end at 6,400 a second; a quarter to a third is idle, since one group at a time is judged, written and flushed (PostgreSQL's session waits for the API 32 to 38 % of the time, for the disk 4 to 7 %). Tried and kept: prepared and pipelined statements, arrays instead of JSON, no reading of whole tables, replies written while the next group is, one thread that collects garbage, fewer short-lived objects. Tried and given up: two groups at once, a next group begun at COMMIT, a smaller or larger young heap (4 to 128 MB).";
const pausesUnderLoad =
  "a pause of ten milliseconds lets a queue build up behind it: the API collects garbage five times a second for 4 to 9 ms, and whatever else runs on the two cores takes its turn. Tried and kept: a log whose segments exist (making them stopped commits for 45 to 70 ms once a second), one thread that collects garbage, fewer short-lived objects. Alone on the machine 3.2, 3.8 and 4.2 were measured, beside others' work up to 17.";
const pausesAlone =
  "one order in a hundred meets a pause: a collection of the API's garbage, or what the load before it left PostgreSQL to write; which, was not taken apart. 1.38 was measured in another run.";
const coresForTwo =
  "two cores cannot show it: one API, its PostgreSQL process and the load fill most of them. docs/scaling.md models it: a second API brings 2.0 times as much where it, and the PostgreSQL process that serves it, have cores of their own.";

/** The figures of placing orders over HTTP. */
export const orders: Group = {
  name: "orders",
  summary: "orders a second and their latency",
  measure: async (run) => {
    run.say("starting PostgreSQL and the API …");
    const stack = await startBenchStack();
    try {
      run.say("warming up");
      await placeOrders(stack.apiUrl, { clients: 64, seconds: run.seconds, signal: run.signal });
      await inTurns(run, orderFigures(run, stack, await hasPgbench()));
      await measureSecondApi(run, stack);
    } finally {
      await stack.stop();
    }
  },
};

/** One API process against two, on the same database, with as many clients each. */
const measureSecondApi = async (run: Run, { apiUrl, databaseUrl }: BenchStack): Promise<void> => {
  const second = await startApiAlone(databaseUrl);
  const place = (url: string, seconds: number) =>
    placeOrders(url, { clients: 64, seconds, signal: run.signal });
  try {
    await place(second.apiUrl, run.seconds);
    await inTurns(run, [
      {
        name: "orders, 1 → 2 API processes, 64 clients each",
        ceilingName: "one API process, 64 clients",
        kind: "at least",
        unit: "/s",
        target: 1.7,
        limit: coresForTwo,
        ours: async () => {
          const both = await Promise.all([apiUrl, second.apiUrl].map((url) => place(url, run.seconds)));
          return both.reduce((all, { perSecond }) => all + perSecond, 0);
        },
        ceiling: async () => (await place(apiUrl, run.seconds)).perSecond,
      },
    ]);
  } finally {
    await second.stop();
  }
};

const orderFigures = (run: Run, stack: BenchStack, pgbench: boolean): readonly Figure[] => {
  const { seconds, signal } = run;
  const tool = pgbench ? "pgbench" : "pg alone";
  const bySql = async (load: CeilingLoad) =>
    pgbench ? placeByPgbench(stack.databaseUrl, load) : (await placeByPg(stack.databaseUrl, load)).perSecond;
  /** The best that one transaction an order reaches with any of these numbers of connections. */
  const best = oncePerRound(async () => {
    const rates = [];
    for (const clients of [8, 16, 32])
      rates.push(await bySql({ clients, seconds: Math.max(1, Math.round(seconds / 2)), signal }));
    return Math.max(...rates);
  });
  const rate = async (clients: number, oneProduct: boolean) =>
    (await placeOrders(stack.apiUrl, { clients, seconds, oneProduct, signal })).perSecond;
  const highest = oncePerRound(() => rate(256, false));
  const atHalf = oncePerRound(async (round) => {
    const perSecond = (await highest(round)) / 2;
    return placeAtRate(stack.apiUrl, { clients: 256, seconds, perSecond, signal });
  });
  const alone = oncePerRound(() => placeOrders(stack.apiUrl, { clients: 1, seconds, signal }));
  const aloneBySql = oncePerRound(() => placeByPg(stack.databaseUrl, { clients: 1, seconds, signal }));
  return [
    {
      name: "orders, 64 clients",
      ceilingName: `${tool}, best of 8–32`,
      kind: "at least",
      unit: "/s",
      target: 3,
      limit: processorOfOrders,
      ours: () => rate(64, false),
      ceiling: best,
    },
    {
      name: "orders, 256 clients",
      ceilingName: `${tool}, best of 8–32`,
      kind: "at least",
      unit: "/s",
      target: 4,
      limit: processorOfOrders,
      ours: highest,
      ceiling: best,
    },
    {
      name: "orders of one product, 64 clients",
      ceilingName: `${tool}, one product, 64 clients`,
      kind: "at least",
      unit: "/s",
      target: 6,
      ours: () => rate(64, true),
      // In a second on a busy machine 64 of them may not finish one.
      ceiling: () => bySql({ clients: 64, seconds: Math.max(3, seconds), oneProduct: true, signal }),
    },
    {
      name: "an order at 1 client, p50",
      ceilingName: "the same SQL by pg alone, p50",
      kind: "at most",
      unit: "ms",
      target: 1.5,
      ours: async (round) => (await alone(round)).p50,
      ceiling: async (round) => (await aloneBySql(round)).p50,
    },
    {
      name: "an order at 1 client, p99",
      ceilingName: "the same SQL by pg alone, p99",
      kind: "at most",
      unit: "ms",
      target: 1.5,
      limit: pausesAlone,
      ours: async (round) => (await alone(round)).p99,
      ceiling: async (round) => (await aloneBySql(round)).p99,
    },
    {
      name: "p99 at half of the highest load",
      ceilingName: "p50 there",
      kind: "at most",
      unit: "ms",
      target: 5,
      limit: pausesUnderLoad,
      ours: async (round) => (await atHalf(round)).p99,
      ceiling: async (round) => (await atHalf(round)).p50,
    },
  ];
};
