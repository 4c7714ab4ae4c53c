import { parseArgs } from "node:util";
import { processorMs, startedBy } from "../memory/processor.ts";
import { placeOrders } from "../orders/order-load.ts";
import { type BenchStack, startBenchStack } from "../stack/bench-stack.ts";
import { type InvoiceServices, startInvoiceServices } from "../stack/invoice-services.ts";
import { lastDelivery, untilDelivered, withClient } from "./waiting-orders.ts";

const help = `Usage: pnpm bench:costs [--orders N] [--rounds N]

What an invoice costs each process: orders wait, a worker starts and brings them to SES; processor time by /proc,
commits by PostgreSQL's statistics. docs/scaling.md starts from these figures. Linux only.

  --orders N  orders that wait, each round (default 600)
  --rounds N  (default 3)`;

const { values } = parseArgs({
  options: {
    orders: { type: "string", default: "600" },
    rounds: { type: "string", default: "3" },
    help: { type: "boolean", default: false },
  },
});

const commits = (databaseUrl: string): Promise<number> =>
  withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ commits: string }>(
      "select xact_commit as commits from pg_stat_database where datname = current_database()",
    );
    return Number(rows[0]?.commits);
  });

const measure = async (stack: BenchStack, services: InvoiceServices, orders: number): Promise<void> => {
  const { signal } = new AbortController();
  const since = await lastDelivery(stack.databaseUrl);
  await placeOrders(stack.apiUrl, { clients: 64, seconds: 300, orders, signal });
  const worker = await services.startWorker();
  try {
    // A part warms up: pages, plans and compiled code.
    const warm = Math.round(orders / 5);
    await untilDelivered(stack.databaseUrl, { since, count: warm, signal });
    const look = async () => ({
      at: performance.now(),
      sent: await lastSent(stack.databaseUrl, since),
      commits: await commits(stack.databaseUrl),
      worker: await processorMs([worker.pid]),
      chrome: await processorMs(await startedBy(worker.pid)),
      postgres: await processorMs([stack.postgresPid, ...(await startedBy(stack.postgresPid))]),
      s3: await processorMs([services.pids.s3]),
      ses: await processorMs([services.pids.ses]),
    });
    const before = await look();
    await untilDelivered(stack.databaseUrl, { since, count: Math.round(orders * 0.95), signal });
    const after = await look();
    const count = after.sent - before.sent;
    const each = (part: "worker" | "chrome" | "postgres" | "s3" | "ses" | "commits") =>
      ((after[part] - before[part]) / count).toFixed(2).padStart(7);
    const parts = ["worker", "chrome", "postgres", "s3", "ses"] as const;
    const sum = parts.reduce((total, part) => total + after[part] - before[part], 0) / count;
    console.log(
      `${parts.map((part) => `${part}${each(part)}`).join("  ")}  all ${sum.toFixed(2)} ms  commits${each("commits")}  ${((count * 1000) / (after.at - before.at)).toFixed(1)}/s  (${count})`,
    );
    await untilDelivered(stack.databaseUrl, { since, count: orders, signal });
  } finally {
    await worker.stop();
    await services.clearInbox();
  }
};

const lastSent = (databaseUrl: string, since: number): Promise<number> =>
  withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ sent: number }>(
      "select count(*)::int as sent from deliveries where id > $1 and state = 'sent'",
      [since],
    );
    return rows[0]?.sent ?? 0;
  });

if (values.help) console.log(help);
else {
  const stack = await startBenchStack();
  const services = await startInvoiceServices(stack.databaseUrl);
  try {
    for (let round = 1; round <= Number(values.rounds); round += 1)
      await measure(stack, services, Number(values.orders));
  } finally {
    await services.stop();
    await stack.stop();
  }
}
