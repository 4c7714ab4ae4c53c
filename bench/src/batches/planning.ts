import type { Run } from "../harness/figure.ts";
import { fillHistory } from "../history/fill.ts";
import { withClient } from "../invoices/waiting-orders.ts";
import { treeMib } from "../memory/process-tree.ts";
import { startBenchStack } from "../stack/bench-stack.ts";
import { startInvoiceServices } from "../stack/invoice-services.ts";
import { runBatch, secondsOfPlanning } from "./run-batch.ts";

/**
 * Plans a batch of everything over a long past, and takes the worker's memory meanwhile. The ceiling writes as many
 * rows in one statement, without judging any.
 */
export const measurePlanning = async (run: Run): Promise<void> => {
  const invoiced = run.brief ? 2_000 : 200_000;
  const many = invoiced.toLocaleString("en");
  run.say(`planning: starting PostgreSQL and the API, and filling in ${many} invoices …`);
  const stack = await startBenchStack();
  const services = await startInvoiceServices(stack.databaseUrl);
  const rate = { ours: [] as number[], ceiling: [] as number[] };
  const memory = { ours: [] as number[], ceiling: [] as number[] };
  run.add({
    ...rate,
    name: `rows planned, a batch of ${many}`,
    ceilingName: "the same rows written by one statement, unjudged",
    kind: "at least",
    unit: "/s",
    target: 0.1,
    limit:
      "each row is judged by its documents, deliveries, credits and successors, in steps that end in a commit.",
  });
  run.add({
    ...memory,
    name: `most memory of the worker while it plans ${many}`,
    ceilingName: "before it, idle",
    kind: "at most",
    unit: "MiB",
    target: 1.1,
  });
  try {
    const size = { orders: invoiced, invoiced, products: 100, buyers: 1_000, customers: 1_000 };
    await fillHistory(stack.superuserUrl, size, run);
    // Reconciliation would look for every PDF of this past, which is not what is measured.
    await withClient(stack.databaseUrl, (client) =>
      client.query("insert into schedules (name) values ('begin-reconciliation')"),
    );
    const worker = await services.startWorker();
    const { signal } = run;
    const plan = async (watch?: (share: number) => Promise<void>) =>
      runBatch(
        stack.apiUrl,
        { kind: "resend", selection: { filter: {} } },
        { until: "planned", signal, ...(watch ? { watch } : {}) },
      );
    await plan();
    for (let round = 1; round <= run.rounds; round += 1) {
      run.say(`planning ${many} rows: round ${round} of ${run.rounds}`);
      memory.ceiling.push(await treeMib(worker.pid));
      let most = 0;
      const batchId = await plan(async () => {
        most = Math.max(most, await treeMib(worker.pid));
      });
      memory.ours.push(Math.max(most, await treeMib(worker.pid)));
      rate.ours.push(invoiced / (await secondsOfPlanning(stack.databaseUrl, batchId)));
      rate.ceiling.push(await writeUnjudged(stack.superuserUrl, batchId, invoiced));
    }
    await worker.stop();
  } finally {
    await services.stop();
    await stack.stop();
  }
};

/** Rows a second that PostgreSQL writes into a table with the same columns, indexes and checks. */
const writeUnjudged = (superuserUrl: string, batchId: number, rows: number): Promise<number> =>
  withClient(superuserUrl, async (client) => {
    await client.query("create table bare_items (like batch_items including all)");
    const started = performance.now();
    await client.query("insert into bare_items select * from batch_items where batch_id = $1", [batchId]);
    const seconds = (performance.now() - started) / 1000;
    await client.query("drop table bare_items");
    return rows / seconds;
  });
