import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../simulation/random.ts";

/** What the shoppers were told; the verdict compares it with the database. */
export interface Receipts {
  /** By idempotency key: the order that a 201 named. */
  readonly orders: Map<string, string>;
  /** Keys that were refused for want of stock. */
  readonly refused: Set<string>;
  /** Keys that two replies named different orders for. */
  readonly contradicted: Set<string>;
  /** Replies other than 201 and 409, by status; 0: none came. */
  readonly troubles: Map<number, number>;
  readonly replays: number;
}

export interface Shoppers {
  readonly receipts: Receipts;
  /** Orders that are settled: placed or refused. */
  readonly settled: number;
  /** Settles when every order is placed or refused. */
  readonly done: Promise<void>;
}

export interface ShoppingPlan {
  readonly orders: number;
  /** At once. */
  readonly shoppers: number;
  readonly apis: readonly string[];
  readonly key: string;
  readonly productIds: readonly number[];
  readonly customerIds: readonly number[];
  readonly random: Random;
  readonly runId: string;
  /** Waits while the workers are too far behind. */
  readonly pace: () => Promise<void>;
}

/** Places orders through HTTP, each again and again with its own key until the answer is final. */
export const goShopping = (plan: ShoppingPlan): Shoppers => {
  const orders = new Map<string, string>();
  const refused = new Set<string>();
  const contradicted = new Set<string>();
  const troubles = new Map<number, number>();
  const state = { next: 0, replays: 0 };

  const buy = async (index: number): Promise<void> => {
    const { random } = plan;
    const key = `${plan.runId}-${index}`;
    const count = 1 + random.below(3);
    const body = JSON.stringify({
      customerId: random.pick(plan.customerIds),
      items: Array.from({ length: count }, () => ({
        productId: random.pick(plan.productIds),
        quantity: 1 + random.below(3),
      })),
    });
    for (;;) {
      const answer = await post(random.pick(plan.apis), plan.key, key, body);
      if (answer.replayed) state.replays += 1;
      if (answer.status === 201) {
        const known = orders.get(key);
        if (known !== undefined && known !== answer.orderId) contradicted.add(key);
        orders.set(key, answer.orderId);
        // A reply can be lost on the way to the shopper, too: some ask again for what they have.
        if (!random.oneIn(20) || known !== undefined) return;
        continue;
      }
      if (answer.status === 409 && answer.code === "insufficient_stock") {
        if (orders.has(key)) contradicted.add(key);
        refused.add(key);
        return;
      }
      troubles.set(answer.status, (troubles.get(answer.status) ?? 0) + 1);
      await delay(50 + random.below(400));
    }
  };

  const shop = async (): Promise<void> => {
    while (state.next < plan.orders) {
      const index = state.next;
      state.next += 1;
      await plan.pace();
      await buy(index);
    }
  };
  const everybody = async () => {
    await Promise.all(Array.from({ length: plan.shoppers }, shop));
  };
  const done = everybody();
  return {
    receipts: {
      orders,
      refused,
      contradicted,
      troubles,
      get replays() {
        return state.replays;
      },
    },
    get settled() {
      return new Set([...orders.keys(), ...refused]).size;
    },
    done,
  };
};

const post = async (api: string, key: string, idempotencyKey: string, body: string) => {
  try {
    const response = await fetch(`${api}/api/orders`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "idempotency-key": idempotencyKey,
      },
      body,
      signal: AbortSignal.timeout(15_000),
    });
    const answer = (await response.json()) as { readonly orderId?: string; readonly code?: string };
    return {
      status: response.status,
      orderId: answer.orderId ?? "",
      code: answer.code,
      replayed: response.headers.get("idempotent-replayed") === "true",
    };
  } catch {
    return { status: 0, orderId: "", code: undefined, replayed: false };
  }
};
