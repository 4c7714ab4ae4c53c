import { developmentKey } from "@billpost/local/database-setup";
import { Client } from "undici";
import { customerCount, productCount } from "./bench-stack.ts";

/** What one run of load came to. Latencies in ms. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly done: number;
  readonly failed: number;
}

export interface OrderLoad {
  readonly clients: number;
  readonly seconds: number;
  /** Every client orders one and the same product. */
  readonly oneProduct?: boolean;
}

// The sample data comes first in the tables.
const firstProduct = 4;
const firstCustomer = 3;

/** Places orders over HTTP, each client one after another on a connection of its own, each with a key of its own. */
export const placeOrders = async (apiUrl: string, load: OrderLoad): Promise<LoadResult> => {
  const latencies: number[] = [];
  let failed = 0;
  const run = crypto.randomUUID();
  const started = performance.now();
  const until = started + load.seconds * 1000;
  const client = async (number: number) => {
    const connection = new Client(apiUrl);
    for (let sent = 0; performance.now() < until; sent += 1) {
      const before = performance.now();
      const { statusCode, body } = await connection.request({
        method: "POST",
        path: "/api/orders",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${developmentKey}`,
          "idempotency-key": `${run}-${number}-${sent}`,
        },
        body: randomOrder(load.oneProduct === true),
      });
      await body.dump();
      if (statusCode === 201) latencies.push(performance.now() - before);
      else failed += 1;
    }
    await connection.close();
  };
  await Promise.all(Array.from({ length: load.clients }, (_, number) => client(number)));
  const seconds = (performance.now() - started) / 1000;
  return summarise(latencies, seconds, failed);
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

/** Rate and percentiles of a run. */
const summarise = (latencies: readonly number[], seconds: number, failed: number): LoadResult => {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    perSecond: sorted.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    done: sorted.length,
    failed,
  };
};
