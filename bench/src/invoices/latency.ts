import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { developmentKey } from "@billpost/local/database-setup";
import { Client } from "pg";
import { firstCustomer, firstProduct } from "../stack/bench-stack.ts";
import { openHttp } from "../stack/http-connection.ts";
import { withClient } from "./waiting-orders.ts";

/** Long enough apart, and never in step with a timer of the worker's. */
const pauseMs = (): number => 20 + Math.random() * 60;

/** What is to be added to the database's clock to get this process', in ms. */
const clockOffset = async (client: Client): Promise<number> => {
  let best = { trip: Number.POSITIVE_INFINITY, offset: 0 };
  for (let ask = 0; ask < 20; ask += 1) {
    const before = performance.now();
    const { rows } = await client.query<{ ms: number }>(
      "select extract(epoch from clock_timestamp())::float8 * 1000 as ms",
    );
    const after = performance.now();
    if (after - before < best.trip)
      best = { trip: after - before, offset: (before + after) / 2 - (rows[0]?.ms ?? 0) };
  }
  return best.offset;
};

/** Waits until `query` answers a time by the database's clock, and answers it in ms. */
const untilNoted = async (client: Client, query: string, id: unknown): Promise<number> => {
  for (let tries = 0; tries < 5_000; tries += 1) {
    const { rows } = await client.query<{ ms: number | null }>(query, [id]);
    if (rows[0]?.ms) return rows[0].ms;
    await delay(2);
  }
  throw new Error(`10 s in vain for: ${query}`);
};

/** From the 201 of a lone order, which follows its COMMIT, to the note that SES took its email; in ms. */
export const orderToSent = async (
  stack: { readonly databaseUrl: string; readonly apiUrl: string },
  { count, signal }: { readonly count: number; readonly signal: AbortSignal },
): Promise<number[]> => {
  const connection = await openHttp(stack.apiUrl);
  const latencies: number[] = [];
  try {
    await withClient(stack.databaseUrl, async (client) => {
      const offset = await clockOffset(client);
      for (let order = 0; order < count && !signal.aborted; order += 1) {
        const { status, body } = await connection.send({
          method: "POST",
          path: "/api/orders",
          keepBody: true,
          headers: { "content-type": "application/json", authorization: `Bearer ${developmentKey}` },
          body: JSON.stringify({
            customerId: firstCustomer + order,
            items: [{ productId: firstProduct + order, quantity: 1 }],
          }),
        });
        const answered = performance.now();
        if (status !== 201) throw new Error(`an order was answered ${status} ${body}`);
        const { orderId } = JSON.parse(body) as { orderId: string };
        const sent = await untilNoted(
          client,
          `select extract(epoch from d.sent_at)::float8 * 1000 as ms from deliveries d
           join orders o on o.id = d.order_id where o.order_id = $1`,
          orderId,
        );
        latencies.push(sent + offset - answered);
        await delay(pauseMs());
      }
    });
  } finally {
    connection.close();
  }
  return latencies;
};

/** From sending COMMIT of a job's transaction to the worker's claim of its work; in ms. The order needs nothing more. */
export const commitToClaim = (databaseUrl: string, count: number): Promise<number[]> =>
  withClient(databaseUrl, async (client) => {
    const offset = await clockOffset(client);
    const latencies: number[] = [];
    for (let job = 0; job < count; job += 1) {
      await client.query("begin");
      const { rows } = await client.query<{ id: string }>(
        `with item as (
           insert into work_items (task, order_id, payload, max_attempts)
           select 'issue-invoice', min(order_id), '{}', 8 from invoices returning id
         ) select item.id, graphile_worker.add_job('issue-invoice', json_build_object('workItemId', item.id),
             job_key := 'work:' || item.id || ':0') from item`,
      );
      const committing = performance.now();
      await client.query("commit");
      const claimed = await untilNoted(
        client,
        `select extract(epoch from min(occurred_at))::float8 * 1000 as ms from work_item_events
         where work_item_id = $1 and event = 'started'`,
        rows[0]?.id,
      );
      latencies.push(claimed + offset - committing);
      await delay(pauseMs());
    }
    return latencies;
  });

/** From sending COMMIT of a transaction that writes and notifies to the notification on another connection; in ms. */
export const commitToNotification = (databaseUrl: string, count: number): Promise<number[]> =>
  withClient(databaseUrl, (listener) =>
    withClient(databaseUrl, async (client) => {
      await listener.query("listen bench");
      const latencies: number[] = [];
      for (let turn = 0; turn < count; turn += 1) {
        await client.query("begin");
        // Written to the log, so that its COMMIT waits for the disk as a job's does.
        await client.query("select pg_logical_emit_message(true, 'bench', 'a row'), pg_notify('bench', $1)", [
          String(turn),
        ]);
        const heard = once(listener, "notification");
        const committing = performance.now();
        await client.query("commit");
        await heard;
        latencies.push(performance.now() - committing);
        await delay(pauseMs());
      }
      return latencies;
    }),
  );
