import type { Group } from "../harness/figure.ts";
import { median } from "../harness/statistics.ts";
import { lastDelivery, sentSince } from "../invoices/waiting-orders.ts";
import { placeOrders } from "../orders/order-load.ts";
import { startBenchStack } from "../stack/bench-stack.ts";
import { startInvoiceServices } from "../stack/invoice-services.ts";
import { treeMib } from "./process-tree.ts";

/** The share of the invoices that warms up, and that of those whose memory is compared. */
const warmUp = 0.2;
const edge = 0.1;

/** What the memory of a worker and its Chrome grows by while it renders and sends thousands. */
export const workerMemory: Group = {
  name: "worker-memory",
  summary: "memory of the worker and its Chrome over 5,000 renders",
  measure: async (run) => {
    const renders = run.brief ? 100 : 5_000;
    const total = Math.round(renders / (1 - warmUp));
    run.say("starting PostgreSQL, the API, S3 and SES …");
    const stack = await startBenchStack();
    const services = await startInvoiceServices(stack.databaseUrl);
    const samples: { readonly sent: number; readonly mib: number }[] = [];
    try {
      const since = await lastDelivery(stack.databaseUrl);
      await placeOrders(stack.apiUrl, { clients: 64, seconds: 300, orders: total, signal: run.signal });
      const worker = await services.startWorker();
      for (let sent = 0, told = 0; sent < total; ) {
        run.signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 250));
        sent = await sentSince(stack.databaseUrl, since);
        if (sent < total) samples.push({ sent, mib: await treeMib(worker.pid) });
        if (sent >= told) run.say(`memory of the worker: ${sent} renders`);
        if (sent >= told) told += total / 5;
      }
      await worker.stop();
    } finally {
      await services.stop();
      await stack.stop();
    }
    // By count, not by what was sent: a short run has few samples, and yet one at each end.
    const warm = samples.filter(({ sent }) => sent >= total * warmUp).map(({ mib }) => mib);
    const count = Math.ceil(warm.length * edge);
    run.add({
      name: `memory of worker and Chrome after ${renders.toLocaleString("en")} renders`,
      ceilingName: "at their beginning, after a warm-up",
      kind: "at most",
      unit: "MiB",
      target: 1.1,
      ours: [median(warm.slice(-count))],
      ceiling: [median(warm.slice(0, count))],
    });
  },
};
