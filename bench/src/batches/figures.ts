import { type Group, type Row, type Run } from "../harness/figure.ts";
import { median } from "../harness/statistics.ts";
import { lastDelivery, untilDelivered } from "../invoices/waiting-orders.ts";
import { treeMib } from "../memory/process-tree.ts";
import { placeOrders } from "../orders/order-load.ts";
import { startBenchStack } from "../stack/bench-stack.ts";
import { startInvoiceServices } from "../stack/invoice-services.ts";
import { measurePlanning } from "./planning.ts";
import { itemsPerSecond, runBatch } from "./run-batch.ts";

/** A round takes the better part of a minute, and its spread is small. */
const roundsAtMost = 2;
/** The share of a batch at its beginning and at its end whose memory is compared. */
const edge = 0.2;

const oneByOne =
  "each correction takes its two numbers in a transaction of its own, where waiting orders are numbered by fifties, and compares what both invoices say. Not tried: correcting several in one transaction.";

/** What batches do in a second, against invoices that the same worker made of waiting orders just before. */
export const batches: Group = {
  name: "batches",
  summary: "documents sent again, invoices corrected and rows planned a second, and the worker's memory",
  measure: async (run) => {
    await measureSending({ ...run, rounds: Math.min(run.rounds, roundsAtMost) });
    await measurePlanning(run);
  },
};

const measureSending = async (run: Run): Promise<void> => {
  const items = run.brief ? 40 : 1_000;
  const many = items.toLocaleString("en");
  const invoices: number[] = [];
  const row = (more: Omit<Row, "kind" | "unit" | "ceilingName" | "ceiling">): Row => {
    const made = {
      ...more,
      kind: "at least" as const,
      unit: "/s",
      ceilingName: `invoices from ${many} waiting orders, the same worker`,
      ceiling: invoices,
    };
    run.add(made);
    return made;
  };
  const resends: number[] = [];
  const corrections: number[] = [];
  row({ name: `documents of ${many} sent again by a batch`, target: 1, ours: resends });
  row({ name: `documents of ${many} corrections (two each)`, target: 1, limit: oneByOne, ours: corrections });
  const memory = { first: [] as number[], last: [] as number[] };
  run.add({
    name: `memory of worker and Chrome, ${many} corrections`,
    ceilingName: "at the batch's beginning",
    kind: "at most",
    unit: "MiB",
    target: 1.1,
    ours: memory.last,
    ceiling: memory.first,
  });

  for (let round = 1; round <= run.rounds; round += 1) {
    run.say(`batches: round ${round} of ${run.rounds}: starting PostgreSQL, the API, S3 and SES …`);
    const stack = await startBenchStack();
    const services = await startInvoiceServices(stack.databaseUrl);
    const { databaseUrl, apiUrl } = stack;
    const { signal } = run;
    try {
      const since = await lastDelivery(databaseUrl);
      await placeOrders(apiUrl, { clients: 64, seconds: 300, orders: items, signal });
      const worker = await services.startWorker();
      invoices.push((await untilDelivered(databaseUrl, { since, count: items, signal })).perSecond);
      await services.clearInbox();
      run.say(`batches: round ${round}: sending again`);
      const all = { filter: {} };
      const sentAgain = await runBatch(apiUrl, { kind: "resend", selection: all }, { until: "done", signal });
      resends.push(await itemsPerSecond(databaseUrl, sentAgain, items));
      await services.clearInbox();
      run.say(`batches: round ${round}: correcting`);
      const samples = [{ share: 0, mib: await treeMib(worker.pid) }];
      const corrected = await runBatch(
        apiUrl,
        { kind: "reissue", selection: all, billingDetails: { vatId: "IE6388047V" } },
        {
          until: "done",
          signal,
          watch: async (share) => void samples.push({ share, mib: await treeMib(worker.pid) }),
        },
      );
      samples.push({ share: 1, mib: await treeMib(worker.pid) });
      corrections.push(2 * (await itemsPerSecond(databaseUrl, corrected, items)));
      const mibOf = (from: number, to: number) =>
        median(samples.filter(({ share }) => share >= from && share <= to).map(({ mib }) => mib));
      memory.first.push(mibOf(0, edge));
      memory.last.push(mibOf(1 - edge, 1));
      await worker.stop();
    } finally {
      await services.stop();
      await stack.stop();
    }
  }
};
