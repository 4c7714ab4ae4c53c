import { checkStock } from "@billpost/db/stock";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCustomer, type RunningApi, startApi } from "./src/catalogue-api.ts";
import { modelRuns, modelSeconds } from "./src/model/config.ts";
import { explanations } from "./src/model/explain.ts";
import { type Move, type ProductSpec, Shop } from "./src/model/shop.ts";
import type { Action } from "./src/model/shop-model.ts";

let api: RunningApi;
let customerId: number;
beforeAll(async () => {
  api = await startApi();
  customerId = await aCustomer(api.call, {
    address: { line1: "1 Main Street", city: "Springfield", countryCode: "US" },
  });
});
afterAll(() => api.stop());

const products = 4;
const product = fc.nat({ max: products - 1 });
const place = fc.nat({ max: 30 });
const specs: fc.Arbitrary<ProductSpec[]> = fc.array(
  fc.record({
    price: fc.integer({ min: 0, max: 9_999 }),
    stock: fc.nat({ max: 12 }),
    // One in five never runs out.
    tracksStock: fc.nat({ max: 4 }).map((n) => n > 0),
  }),
  { minLength: products, maxLength: products },
);

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("order" as const),
      lines: fc.array(fc.record({ product, quantity: fc.integer({ min: 1, max: 4 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancel" as const), order: place }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("return" as const),
      order: place,
      lines: fc.array(fc.record({ line: fc.nat({ max: 2 }), quantity: fc.integer({ min: 1, max: 3 }) }), {
        minLength: 1,
        maxLength: 2,
      }),
      restock: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("move" as const),
      product,
      type: fc.constant("receipt" as const),
      quantity: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("move" as const),
      product,
      type: fc.constant("adjustment" as const),
      quantity: fc.integer({ min: -3, max: 3 }).filter((quantity) => quantity !== 0),
    }),
  },
);

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("new" as const), action, times: fc.constantFrom(1, 1, 1, 2) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("retry" as const), which: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("issue" as const), order: place }) },
);

/** Several things at the same time. The model is inside the shop, since what comes of them is not decided here. */
class AtOnce implements fc.AsyncCommand<object, Shop> {
  readonly #moves: readonly Move[];

  constructor(moves: readonly Move[]) {
    this.#moves = moves;
  }

  check(): boolean {
    return true;
  }

  run(_: object, shop: Shop): Promise<void> {
    return shop.doAtOnce(this.#moves);
  }

  toString(): string {
    return JSON.stringify(this.#moves);
  }
}

test(
  "orders, cancellations, returns, receipts and retries at once leave what a plain model says they can",
  async () => {
    const enough = Date.now() + modelSeconds * 1000;
    let failed = false;
    const command = fc.array(move, { minLength: 1, maxLength: 4 }).map((moves) => new AtOnce(moves));
    await fc.assert(
      fc.asyncProperty(
        specs,
        fc.commands([command], { maxCommands: 25, size: "+1" }),
        async (shelf, commands) => {
          // What failed is made smaller without a limit; else a slow machine tries fewer histories.
          if (!failed && Date.now() > enough) return;
          try {
            const shop = await Shop.open(api, customerId, shelf);
            await fc.asyncModelRun(() => ({ model: {}, real: shop }), commands);
            await shop.compare();
          } catch (error) {
            failed = true;
            throw error;
          }
        },
      ),
      { numRuns: modelRuns },
    );
    const check = await checkStock(api.db);
    expect(check.mismatches).toEqual([]);
    expect(check.movements).toBeGreaterThan(50);
  },
  (modelSeconds + 60) * 1000,
);

test("the model tells apart what can have happened from what cannot", () => {
  const state = {
    orders: [],
    products: [{ price: 100, tracksStock: true, ledger: [{ type: "receipt", quantity: 1, order: null }] }],
  };
  const order: Action = { kind: "order", lines: [{ product: 0, quantity: 1 }] };
  const placed = { action: order, answer: { status: 201, subtotal: 100, tax: 10, total: 110 } };
  const refused = { action: order, answer: { status: 409, code: "insufficient_stock" } };
  expect([...explanations(state, [placed, refused])]).toHaveLength(1);
  // The last unit sold twice, to nobody, or at another price.
  expect([...explanations(state, [placed, placed])]).toEqual([]);
  expect([...explanations(state, [refused, refused])]).toEqual([]);
  expect([...explanations(state, [{ action: order, answer: { ...placed.answer, tax: 9 } }])]).toEqual([]);
});
