import { readFile } from "node:fs/promises";
import { Client } from "pg";
import type { Run } from "../harness/figure.ts";
import { customerCount, firstCustomer, firstProduct } from "../stack/bench-stack.ts";

/** How much of a past to write. */
export interface HistorySize {
  readonly orders: number;
  /** Of these orders; each leaves two finished jobs. */
  readonly invoiced: number;
  /** How many products and customers the orders spread over, so that each has about as many in a small past as in a large one. */
  readonly products: number;
  readonly buyers: number;
  readonly customers: number;
}

/** The customers of the past come after those of the catalogue. */
const firstOldCustomer = firstCustomer + customerCount;

/** The tables that the past is written to, the largest first. */
const tables = [
  "order_items",
  "stock_movements",
  "orders",
  "audit_events",
  "work_item_events",
  "work_items",
  "invoices",
  "documents",
  "deliveries",
  "delivery_documents",
  "invoice_line_credits",
  "invoice_progress",
  "idempotency_keys",
  "customers",
];

const readSteps = async (size: HistorySize): Promise<string[][]> => {
  const text = await readFile(new URL("fill.sql", import.meta.url), "utf8");
  const values: Readonly<Record<string, number>> = {
    ...size,
    firstProduct,
    firstCustomer: firstOldCustomer,
  };
  return text
    .replaceAll(/^-- .*$/gm, "")
    .split(/^----$/m)
    .map((step) =>
      step
        .split(";")
        .map((statement) =>
          statement.trim().replaceAll(/\$([a-zA-Z]+)/g, (_, name: string) => String(values[name])),
        )
        .filter((statement) => statement !== ""),
    );
};

/**
 * Writes a past by set-based SQL as the superuser, several tables at a time. It turns off what would make it slow:
 * triggers, and the upkeep of indexes, which are built anew at the end. Then it vacuums, so that nothing of it is
 * left to autovacuum while measuring.
 */
export const fillHistory = async (superuserUrl: string, size: HistorySize, run: Run): Promise<void> => {
  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString: superuserUrl });
    await client.connect();
    await client.query("set session_replication_role = replica; set synchronous_commit = off");
    await client.query("set maintenance_work_mem = '512MB'; set max_parallel_maintenance_workers = 0");
    return client;
  };
  const clients = await Promise.all([connect(), connect()]);
  /** Only while filling: all that is measured is durable. */
  const durable = async (on: boolean) => {
    for (const setting of ["fsync", "full_page_writes"])
      await clients[0].query(on ? `alter system reset ${setting}` : `alter system set ${setting} = off`);
    await clients[0].query("select pg_reload_conf()");
  };
  const [first] = clients;
  /** Each statement by the connection that is free first. */
  const all = async (statements: readonly string[]) => {
    const left = [...statements];
    await Promise.all(
      clients.map(async (client) => {
        for (let statement = left.shift(); statement !== undefined; statement = left.shift()) {
          run.signal.throwIfAborted();
          await client.query(statement);
        }
      }),
    );
  };
  const stop = () => {
    for (const client of clients) void client.end().catch(() => {});
  };
  run.signal.addEventListener("abort", stop, { once: true });
  try {
    await first.query("update pg_index set indisready = false where indrelid = any($1::text[]::regclass[])", [
      tables,
    ]);
    for (const step of await readSteps(size)) {
      run.say(`  writing ${step.map((statement) => /into (\w+)/.exec(statement)?.[1] ?? "…").join(", ")}`);
      await all(step);
    }
    run.say("  building indexes");
    await all(tables.map((table) => `reindex table ${table}`));
    run.say("  vacuuming");
    await all(tables.map((table) => `vacuum (freeze, analyze) ${table}`));
    await first.query("analyze");
    await durable(true);
    await first.query("checkpoint");
  } finally {
    run.signal.removeEventListener("abort", stop);
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  }
};
