import { type Group, inTurns, oncePerRound, type Run } from "../harness/figure.ts";
import { median } from "../harness/statistics.ts";
import { placeOrders } from "../orders/order-load.ts";
import { type BenchStack, startBenchStack } from "../stack/bench-stack.ts";
import { fillHistory, type HistorySize } from "./fill.ts";
import { lists, timePages } from "./lists.ts";

const small: HistorySize = { orders: 1_000, invoiced: 500, products: 10, buyers: 25, customers: 1_000 };

const large = (orders: number): HistorySize => ({
  orders,
  invoiced: Math.ceil(orders / 10),
  products: 10_000,
  buyers: Math.ceil(orders / 50),
  customers: Math.ceil(orders / 50),
});

/** What a long past costs: two installations, with 1,000 orders and with 5 million (and a million finished jobs). */
export const history: Group = {
  name: "history",
  summary: "orders and lists with 5 million orders and 1 million finished jobs",
  onlyWhenNamed: true,
  measure: async (run) => {
    const orders = run.historyOrders;
    const stacks: BenchStack[] = [];
    const start = async (size: HistorySize) => {
      run.signal.throwIfAborted();
      run.say(`starting an installation of ${size.orders.toLocaleString("en")} orders`);
      const stack = await startBenchStack({ settings: forFilling });
      stacks.push(stack);
      await fillHistory(stack.superuserUrl, size, run);
      return stack;
    };
    try {
      const young = await start(small);
      const old = await start(large(orders));
      const size = `${orders.toLocaleString("en")} orders`;
      run.say("warming up");
      for (const { apiUrl } of [young, old])
        await placeOrders(apiUrl, { clients: 64, seconds: run.seconds, signal: run.signal });
      await measureOrders(run, size, young, old);
      await measureLists(run, size, young, old);
    } finally {
      run.say("stopping and removing");
      await Promise.all(stacks.map((stack) => stack.stop()));
    }
  },
};

/** Room for the log of what is written at once; all that is measured is as durable as ever. */
const forFilling = { max_wal_size: "8GB", checkpoint_timeout: "30min" };

const smallMemory =
  "PostgreSQL's default of 128 MB for pages: with 5 million orders each order reads 1.8 pages that are not among them, and puts as many out; with 1,000 none. From run to run it was 0.75 to 0.99. Tried: 1 GB, which gave 1.00 and 1.36 on a restless machine.";

const measureOrders = async (run: Run, size: string, young: BenchStack, old: BenchStack): Promise<void> => {
  const place = ({ apiUrl }: BenchStack) =>
    oncePerRound(() => placeOrders(apiUrl, { clients: 64, seconds: run.seconds, signal: run.signal }));
  const [few, many] = [place(young), place(old)];
  await inTurns(run, [
    {
      name: `orders, 64 clients, with ${size}`,
      ceilingName: "the same with 1,000",
      kind: "at least",
      unit: "/s",
      target: 0.83,
      limit: smallMemory,
      ours: async (round) => (await many(round)).perSecond,
      ceiling: async (round) => (await few(round)).perSecond,
    },
    {
      name: `their p99, with ${size}`,
      ceilingName: "the same with 1,000",
      kind: "at most",
      unit: "ms",
      target: 1.2,
      ours: async (round) => (await many(round)).p99,
      ceiling: async (round) => (await few(round)).p99,
    },
  ]);
};

/** Of each kind of list the page that a long past slows most. */
const measureLists = async (run: Run, size: string, young: BenchStack, old: BenchStack): Promise<void> => {
  const times = run.brief ? 2 : 15;
  for (const [kind, templates] of Object.entries(lists)) {
    const pages = templates.map((template) => ({ template, few: [] as number[], many: [] as number[] }));
    for (let round = 1; round <= run.rounds; round += 1) {
      run.say(`lists of ${kind}: round ${round} of ${run.rounds}`);
      for (const page of pages) {
        run.signal.throwIfAborted();
        const [few = Number.NaN, many = Number.NaN] = await timePages(
          [
            { apiUrl: young.apiUrl, path: inMiddle(page.template, small.invoiced) },
            { apiUrl: old.apiUrl, path: inMiddle(page.template, run.historyOrders / 10) },
          ],
          times,
        );
        page.few.push(few);
        page.many.push(many);
      }
    }
    const slowed = pages.toSorted((a, b) => ratio(b) - ratio(a));
    for (const page of slowed)
      run.say(`  ${page.template}: ${median(page.few).toFixed(2)} → ${median(page.many).toFixed(2)} ms`);
    const [worst] = slowed;
    if (!worst) continue;
    run.add({
      name: `${kind} with ${size}, the most slowed of ${pages.length} pages: ${worst.template}`,
      ceilingName: "the same with 1,000",
      kind: "at most",
      unit: "ms",
      target: 1.5,
      ...(worst.template.includes("q=") ? { limit: commonText } : {}),
      ours: worst.many,
      ceiling: worst.few,
    });
  }
};

const commonText =
  "rows that share even the rarest four threes of the text's characters are all compared with it. Tried: an index by all of its threes, which was slower.";

const ratio = ({ few, many }: { readonly few: readonly number[]; readonly many: readonly number[] }) =>
  median(many) / median(few);

/** Puts an instant in the middle of the invoiced past, by the spacing of `fill.sql`, in place of `MIDDLE`. */
const inMiddle = (template: string, invoiced: number): string =>
  template.replaceAll(
    "MIDDLE",
    new Date(Date.now() - (invoiced / 2 + 10_000) * 12_000).toISOString().slice(0, 19) + "Z",
  );
