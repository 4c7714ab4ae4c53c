import type { Group } from "../harness/figure.ts";
import { median } from "../harness/statistics.ts";
import { placeOrders } from "../orders/order-load.ts";
import { startBenchStack } from "../stack/bench-stack.ts";
import { residentMib } from "./resident.ts";

/** The share of the orders at the beginning and at the end whose memory is compared. */
const edge = 0.1;

/** What the API's memory grows by while it takes many orders. */
export const apiMemory: Group = {
  name: "memory",
  summary: "memory of the API over 100,000 orders",
  measure: async (run) => {
    const orders = run.brief ? 1_000 : 100_000;
    run.say("starting PostgreSQL and the API …");
    const stack = await startBenchStack();
    const held: number[] = [];
    const place = (count: number) =>
      placeOrders(stack.apiUrl, { clients: 64, seconds: 300, orders: count, signal: run.signal });
    try {
      run.say("warming up");
      await place(orders * 0.3);
      const steps = 100;
      for (let step = 1; step <= steps; step += 1) {
        run.signal.throwIfAborted();
        if (step % 20 === 0) run.say(`memory of the API: ${(orders * step) / steps} orders`);
        await place(orders / steps);
        held.push(await residentMib(stack.apiPid));
      }
    } finally {
      await stack.stop();
    }
    const count = Math.ceil(held.length * edge);
    run.add({
      name: `memory of the API after ${orders.toLocaleString("en")} orders`,
      ceilingName: "at their beginning, after a warm-up",
      kind: "at most",
      unit: "MiB",
      target: 1.1,
      ours: [median(held.slice(-count))],
      ceiling: [median(held.slice(0, count))],
    });
  },
};
