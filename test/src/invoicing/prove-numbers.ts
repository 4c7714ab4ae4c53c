import { setTimeout as delay } from "node:timers/promises";
import type { Db } from "@billpost/db/connection";
import { enqueue } from "@billpost/db/outbox";
import { proveSeries, type SeriesProof } from "@billpost/db/series-proof";
import { sql } from "kysely";
import type { WorkerProcess } from "../worker-process.ts";

export interface NumberingRun {
  readonly db: Db;
  readonly orders: number;
  readonly workers: number;
  /** How often a worker is killed while numbers are taken, each time with another started in its place. */
  readonly kills: number;
  readonly startWorker: () => Promise<WorkerProcess>;
  readonly log?: (text: string) => void;
}

export interface NumberingProof {
  readonly series: readonly SeriesProof[];
  /** How many invoices there were when each worker was killed. */
  readonly killedAt: readonly number[];
  readonly seconds: number;
}

/** Has many orders numbered by several worker processes, of which some are killed in the middle. */
export const proveNumbers = async (run: NumberingRun): Promise<NumberingProof> => {
  const { db, orders, kills, log = () => {} } = run;
  const alive = new Set(await Promise.all(Array.from({ length: run.workers }, run.startWorker)));
  const replacements: Promise<unknown>[] = [];
  const killedAt: number[] = [];
  try {
    await placeMany(db, orders);
    log(`placed ${orders} orders for ${run.workers} workers`);
    const started = performance.now();
    for (;;) {
      const issued = await countIssued(db);
      if (issued >= orders) break;
      const victim = [...alive][0];
      if (killedAt.length < kills && issued >= (orders * (killedAt.length + 1)) / (kills + 1) && victim) {
        victim.kill("SIGKILL");
        alive.delete(victim);
        killedAt.push(issued);
        log(`killed a worker after ${issued} numbers`);
        replacements.push(run.startWorker().then((worker) => alive.add(worker)));
      }
      await delay(5);
    }
    const seconds = (performance.now() - started) / 1000;
    return { series: await proveSeries(db), killedAt, seconds };
  } finally {
    await Promise.allSettled(replacements);
    for (const worker of alive) worker.kill("SIGKILL");
    await Promise.all([...alive].map(({ exited }) => exited));
  }
};

const countIssued = async (db: Db): Promise<number> => {
  const { rows } = await sql<{ issued: number }>`select count(*) as issued from invoices`.execute(db);
  return rows[0]?.issued ?? 0;
};

/** Orders of one line each, with their work items and jobs, as placing them writes them. */
const placeMany = (db: Db, count: number): Promise<void> =>
  db.transaction().execute(async (trx) => {
    await sql`insert into clients (name) values ('numbers')`.execute(trx);
    await sql`insert into customers (client_id, name, email) values (1, 'John Doe', 'john.doe@example.com')`.execute(
      trx,
    );
    await sql`insert into products (sku, name, unit_price_minor, currency) values ('W', 'Widget', 1999, 'USD')`.execute(
      trx,
    );
    const { rows } = await sql<{ id: number }>`
      insert into orders (order_id, client_id, customer_id, customer_name, customer_email, billing_details, currency,
        subtotal_minor, tax_minor, total_minor, taxes)
      select 'ORD-' || n, 1, 1, 'John Doe', 'john.doe@example.com', '{"name":"John Doe","address":null,"vatId":null}',
        'USD', 1999, 200, 2199,
        '[{"category":"standard","ratePpm":100000,"taxableMinor":1999,"taxMinor":200,"exemptionReason":null}]'
      from generate_series(1, ${count}::int) n returning id`.execute(trx);
    await sql`
      insert into order_items (order_id, line_number, product_id, sku, product_name, unit, quantity, unit_price_minor,
        price_includes_tax, total_minor, net_minor, tax_category, tax_rate_ppm, tracks_stock)
      select id, 1, 1, 'W', 'Widget', 'piece', 1, 1999, false, 1999, 1999, 'standard', 100000, true from orders`.execute(
      trx,
    );
    // A statement has at most 65,535 parameters.
    const chunk = 1_000;
    for (let from = 0; from < rows.length; from += chunk)
      await enqueue(
        trx,
        rows.slice(from, from + chunk).map(({ id }) => ({ task: "issue-invoice", clientId: 1, orderId: id })),
      );
  });
