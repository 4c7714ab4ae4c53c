import { developmentKey } from "@billpost/local/database-setup";
import { type Percentiles, percentiles } from "../harness/statistics.ts";
import { customerCount, firstCustomer, firstProduct, productCount } from "../stack/bench-stack.ts";
import { type HttpConnection, openHttp } from "../stack/http-connection.ts";

/** What one run of load came to. Latencies in ms. */
export interface LoadResult extends Percentiles {
  readonly perSecond: number;
  readonly done: number;
}

export interface OrderLoad {
  readonly clients: number;
  readonly seconds: number;
  /** Ends the run earlier. */
  readonly orders?: number;
  /** Every client orders one and the same product. */
  readonly oneProduct?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Places orders over HTTP, each client one after another on a connection of its own, each with a key of its own.
 * Throws when one is not answered 201.
 */
export const placeOrders = async (apiUrl: string, load: OrderLoad): Promise<LoadResult> => {
  const latencies: number[] = [];
  const place = orderPlacer(load.oneProduct === true);
  const connections = await openAll(apiUrl, load.clients);
  const started = performance.now();
  const until = started + load.seconds * 1000;
  let left = load.orders ?? Number.POSITIVE_INFINITY;
  const client = async (connection: HttpConnection) => {
    while (left > 0 && performance.now() < until && !load.signal.aborted) {
      left -= 1;
      const before = performance.now();
      await place(connection);
      latencies.push(performance.now() - before);
    }
  };
  try {
    await Promise.all(connections.map(client));
  } finally {
    for (const connection of connections) connection.close();
  }
  return summarise(latencies, started);
};

/**
 * Places orders at a steady rate, whether or not the earlier ones are answered, over at most `clients`
 * connections. A latency counts from the instant at which the order was due, so that a stall is not hidden by
 * orders that were never sent.
 */
export const placeAtRate = async (
  apiUrl: string,
  load: OrderLoad & { readonly perSecond: number },
): Promise<LoadResult> => {
  const latencies: number[] = [];
  const place = orderPlacer(load.oneProduct === true);
  const connections = await openAll(apiUrl, load.clients);
  const started = performance.now();
  const total = Math.max(1, Math.floor(load.perSecond * load.seconds));
  let next = 0;
  const client = async (connection: HttpConnection) => {
    while (next < total && !load.signal.aborted) {
      const due = started + (next * 1000) / load.perSecond;
      next += 1;
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      // Timers are late by up to a millisecond or more: that is the load's fault, not the server's.
      const from = early > 0 ? performance.now() : due;
      await place(connection);
      latencies.push(performance.now() - from);
    }
  };
  try {
    await Promise.all(connections.map(client));
  } finally {
    for (const connection of connections) connection.close();
  }
  return summarise(latencies, started);
};

const openAll = (apiUrl: string, count: number): Promise<HttpConnection[]> =>
  Promise.all(Array.from({ length: count }, () => openHttp(apiUrl)));

const orderPlacer = (oneProduct: boolean) => {
  const run = crypto.randomUUID();
  let sent = 0;
  return async (connection: HttpConnection): Promise<void> => {
    sent += 1;
    const { status, body } = await connection.send({
      method: "POST",
      path: "/api/orders",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${developmentKey}`,
        "idempotency-key": `${run}-${sent}`,
      },
      body: randomOrder(oneProduct),
    });
    if (status !== 201) throw new Error(`an order was answered ${status} ${body}`);
  };
};

/** 1 to 3 lines of different products. */
const randomOrder = (oneProduct: boolean): string => {
  const lines = oneProduct ? 1 : 1 + Math.floor(Math.random() * 3);
  const products = new Set<number>();
  while (products.size < lines)
    products.add(firstProduct + (oneProduct ? 0 : Math.floor(Math.random() * productCount)));
  return JSON.stringify({
    customerId: firstCustomer + Math.floor(Math.random() * customerCount),
    items: [...products].map((productId) => ({ productId, quantity: 1 + Math.floor(Math.random() * 3) })),
  });
};

const summarise = (latencies: readonly number[], started: number): LoadResult => ({
  ...percentiles(latencies),
  perSecond: (latencies.length * 1000) / (performance.now() - started),
  done: latencies.length,
});
