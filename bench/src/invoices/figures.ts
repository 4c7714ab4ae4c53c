import { type Figure, type Group, inTurns, oncePerRound, type Run } from "../harness/figure.ts";
import { median, percentiles } from "../harness/statistics.ts";
import { placeOrders } from "../orders/order-load.ts";
import { type BenchStack, startBenchStack } from "../stack/bench-stack.ts";
import { type InvoiceServices, startInvoiceServices } from "../stack/invoice-services.ts";
import {
  pageCount,
  printAsTutorialsDo,
  printWholeDocuments,
  startBareChrome,
  wholeDocuments,
} from "./bare-chrome.ts";
import { commitToClaim, commitToNotification, orderToSent } from "./latency.ts";
import { lastDelivery, untilDelivered } from "./waiting-orders.ts";

/** A round takes half a minute, and its spread is small. */
const roundsAtMost = 2;

/** The figures of the worker: how soon an email is out, and how many. */
export const invoices: Group = {
  name: "invoices",
  summary: "from an order to the email that SES took: latency, and invoices a second",
  measure: async (run) => {
    run.say("starting PostgreSQL, the API, S3 and SES …");
    const stack = await startBenchStack();
    const services = await startInvoiceServices(stack.databaseUrl);
    const chrome = await startBareChrome();
    try {
      run.say("warming up");
      await deliverWaiting(run, stack, services, 50);
      const documents = await wholeDocuments(stack.databaseUrl);
      const few = { ...run, rounds: Math.min(run.rounds, roundsAtMost) };
      const print = (pages: number) =>
        printWholeDocuments(chrome.browser, documents, { pages, seconds: run.seconds, signal: run.signal });
      const tutorial = () =>
        printAsTutorialsDo(chrome.browser, documents, {
          pages: pageCount,
          seconds: run.seconds,
          signal: run.signal,
        });
      await inTurns(few, throughput(few, stack, services, { bare: () => print(pageCount), tutorial }));
      const worker = await services.startWorker();
      try {
        await orderToSent(stack, { count: 5, signal: run.signal });
        await inTurns(
          few,
          latency(few, stack, () => print(1)),
        );
      } finally {
        await worker.stop();
      }
    } finally {
      await chrome.close();
      await services.stop();
      await stack.stop();
    }
  },
};

const processorOfInvoices =
  "both cores are full: an invoice takes some 21 ms of them on a quiet machine (`pnpm bench:costs`: Chrome 9, the worker 6, PostgreSQL 4, the local S3 and SES 2), and rendering a whole document alone 15. Keeping styles and fonts saves Chrome 5 of its 14; the 12 for all that comes after are more than that. Tried: handing the delivery over in one job, one statement a step, no jobs of orders numbered along, formats and styles kept, a page that is not shown, more jobs than pages, a leaner local S3 and SES. Not tried: untagged PDFs (1 to 2 ms), which screen readers cannot read.";
const commitsInARow =
  "six commits that wait for the disk, one after the other, each of which keeps a promise, and whatever holds one of them up. Tried: one job for issuing and delivering, one statement a step, a lock of the job that waits for no disk, a local S3 that answers sooner.";
const twoStatementsMore =
  "graphile-worker's lock of the job and the claim in the ledger are 0.75 ms each on a quiet machine, most of it the statement itself. Tried: a lock that waits for no disk, and the question whether work must run alone as part of the claim. Not used: fetching jobs in advance, which would hold them for one worker while others are idle.";

const secondWorker =
  "where one worker with its Chrome, S3, SES and PostgreSQL fills all cores, as it does two, a second one has none to use. docs/scaling.md models what it brings while cores are free.";

/** Places orders while no worker runs, starts one or more, and answers how many invoices a second they brought to SES. */
const deliverWaiting = async (
  run: Run,
  stack: BenchStack,
  services: InvoiceServices,
  count: number,
  workerCount = 1,
): Promise<number> => {
  const { signal } = run;
  const since = await lastDelivery(stack.databaseUrl);
  const { done } = await placeOrders(stack.apiUrl, { clients: 64, seconds: 300, orders: count, signal });
  const workers = await Promise.all(Array.from({ length: workerCount }, () => services.startWorker()));
  try {
    return (await untilDelivered(stack.databaseUrl, { since, count: done, signal })).perSecond;
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await services.clearInbox();
  }
};

const throughput = (
  run: Run,
  stack: BenchStack,
  services: InvoiceServices,
  rivals: Readonly<Record<"bare" | "tutorial", () => Promise<{ readonly perSecond: number }>>>,
): readonly Figure[] => {
  const waiting = run.brief ? 60 : 2_000;
  const ours = oncePerRound(() => deliverWaiting(run, stack, services, waiting));
  const fewer = run.brief ? 20 : 600;
  const figure = { kind: "at least", unit: "/s", ours } as const;
  return [
    {
      ...figure,
      name: `invoices from ${waiting.toLocaleString("en")} waiting orders, to SES`,
      ceilingName: `rendering alone: whole documents over Chrome's protocol, ${pageCount} pages`,
      target: 1,
      limit: processorOfInvoices,
      ceiling: async () => (await rivals.bare()).perSecond,
    },
    {
      ...figure,
      name: "the same",
      ceilingName: `rendering alone: a new page for each PDF, ${pageCount} at once`,
      target: 6,
      limit: processorOfInvoices,
      ceiling: async () => (await rivals.tutorial()).perSecond,
    },
    {
      ...figure,
      name: `invoices from ${fewer} waiting orders, two workers`,
      ceilingName: "the same, one worker",
      target: 1.7,
      limit: secondWorker,
      ours: () => deliverWaiting(run, stack, services, fewer, 2),
      ceiling: () => deliverWaiting(run, stack, services, fewer),
    },
  ];
};

const latency = (
  run: Run,
  stack: BenchStack,
  bare: () => Promise<{ readonly latencies: readonly number[] }>,
): readonly Figure[] => {
  const count = run.brief ? 5 : 50;
  const sent = oncePerRound(() => orderToSent(stack, { count, signal: run.signal }));
  const oneRender = oncePerRound(async () => median((await bare()).latencies));
  const figure = { kind: "at most", unit: "ms" } as const;
  const toSes = {
    ...figure,
    ceilingName: "one bare render of such a document",
    ceiling: oneRender,
    target: 5,
    limit: commitsInARow,
  };
  return [
    { ...toSes, name: "order to SES, idle, p50", ours: async (round) => percentiles(await sent(round)).p50 },
    { ...toSes, name: "order to SES, idle, p95", ours: async (round) => percentiles(await sent(round)).p95 },
    {
      ...figure,
      name: "COMMIT to claim, idle, p50",
      ceilingName: "COMMIT of a write with NOTIFY, to its arrival, p50",
      target: 3,
      limit: twoStatementsMore,
      ours: async () => median(await commitToClaim(stack.databaseUrl, count)),
      ceiling: async () => median(await commitToNotification(stack.databaseUrl, count)),
    },
  ];
};
