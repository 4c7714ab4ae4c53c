import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { aProduct, type Call, type Reply, type RunningApi } from "../catalogue-api.ts";
import { issueOrders } from "../invoicing/factory.ts";
import { explanations, type Observed } from "./explain.ts";
import { type Action, amountsOf, type ModelMovement, type ShopState, stockOf } from "./shop-model.ts";

/** A request as it was sent, so that it can be sent again. */
interface Sent {
  readonly action: Action;
  readonly key: string;
}

/** What is done at once: something new, once or several times with one key; a request of before again; numbering. */
export type Move =
  | { readonly kind: "new"; readonly action: Action; readonly times: number }
  | { readonly kind: "retry"; readonly which: number }
  | { readonly kind: "issue"; readonly order: number };

export interface ProductSpec {
  readonly price: number;
  readonly stock: number;
  readonly tracksStock: boolean;
}

/** The API and the model of it, side by side. */
export class Shop {
  readonly #api: RunningApi;
  readonly #customerId: number;
  readonly #products: readonly number[];
  /** By the orders' places in the model. */
  readonly #orders: { readonly id: number; readonly orderId: string }[] = [];
  readonly #sent: Sent[] = [];
  readonly #stored = new Map<string, unknown>();
  #state: ShopState;

  private constructor(api: RunningApi, customerId: number, products: readonly number[], state: ShopState) {
    this.#api = api;
    this.#customerId = customerId;
    this.#products = products;
    this.#state = state;
  }

  static async open(api: RunningApi, customerId: number, specs: readonly ProductSpec[]): Promise<Shop> {
    const products: number[] = [];
    for (const { price, stock, tracksStock } of specs)
      products.push(
        await aProduct(api.call, { unitPrice: price / 100, tracksStock, stock: tracksStock ? stock : 0 }),
      );
    const state = {
      orders: [],
      products: specs.map(({ price, stock, tracksStock }) => ({
        price,
        tracksStock,
        ledger: tracksStock && stock > 0 ? [{ type: "receipt", quantity: stock, order: null }] : [],
      })),
    };
    return new Shop(api, customerId, products, state);
  }

  /** Does all of it at the same time, and finds the state in the model that explains every answer and ledger. */
  async doAtOnce(moves: readonly Move[]): Promise<void> {
    const before = this.#orders.length;
    const answers = await Promise.all(moves.flatMap((move) => this.#start(move, before)));
    const observed: (Observed & { readonly reply: Reply })[] = [];
    for (const { sent, reply } of answers.flat()) {
      if (reply.headers.get("idempotent-replayed") === "true") continue;
      if (reply.body.code === "idempotency_key_in_flight") continue;
      if (reply.status < 300) this.#stored.set(sent.key, reply.body);
      observed.push({ action: sent.action, answer: answerOf(sent.action, reply), reply });
    }
    for (const { sent, reply } of answers.flat())
      if (reply.headers.get("idempotent-replayed") === "true")
        assert.deepEqual(reply.body, this.#stored.get(sent.key));

    const ledgers = await this.#readLedgers();
    for (const { state, placedBy } of explanations(this.#state, observed)) {
      const placed = placedBy.map((index) => observed[index]?.reply.body);
      const places = new Map([...this.#orders, ...placed].map(({ orderId }, place) => [orderId, place]));
      if (JSON.stringify(state.products.map(({ ledger }) => ledger)) !== JSON.stringify(ledgers(places)))
        continue;
      this.#state = state;
      this.#orders.push(...placed.map(({ id, orderId }) => ({ id, orderId })));
      return;
    }
    const told = observed.map(({ action, answer }) => ({ action, answer }));
    throw new Error(`no order of doing it explains ${JSON.stringify({ before: this.#state, told })}`);
  }

  /** Reads everything back: stock, orders and totals are those of the model. */
  async compare(): Promise<void> {
    for (const [place, product] of this.#state.products.entries()) {
      const { body } = await this.#api.call(`GET /api/products/${this.#products[place]}`);
      assert.equal(body.stock, product.tracksStock ? stockOf(product) : null);
    }
    for (const [place, order] of this.#state.orders.entries()) {
      const { body } = await this.#api.call(`GET /api/orders/${this.#orders[place]?.orderId}`);
      const read = {
        cancelled: body.status === "CANCELLED",
        lines: body.items.map((line: Record<string, number>) => ({
          product: this.#products.indexOf(line["productId"] ?? -1),
          quantity: line["quantity"],
          returned: line["returnedQuantity"],
        })),
        ...centsOf(body),
      };
      assert.deepEqual(read, { ...order, ...amountsOf(this.#state, order.lines) });
    }
  }

  #start(move: Move, orders: number): Promise<{ readonly sent: Sent; readonly reply: Reply }[]>[] {
    if (move.kind === "retry") {
      const sent = this.#sent[move.which % Math.max(1, this.#sent.length)];
      return sent ? [this.#send(sent)] : [];
    }
    if (move.kind === "issue") {
      const order = this.#orders[move.order % Math.max(1, orders)];
      // One that is cancelled, or has its invoice, is passed over.
      return order ? [issueOrders(this.#api.db, [order.id]).then(none, none)] : [];
    }
    const action = nameable(move.action, orders);
    if (!action) return [];
    const sent = { action, key: randomUUID() };
    this.#sent.push(sent);
    return Array.from({ length: move.times }, () => this.#send(sent));
  }

  async #send(sent: Sent): Promise<{ readonly sent: Sent; readonly reply: Reply }[]> {
    const [request, body] = this.#requestOf(sent.action);
    return [{ sent, reply: await this.#api.call(request, body, { "idempotency-key": sent.key }) }];
  }

  #requestOf(action: Action): [Parameters<Call>[0], object] {
    if (action.kind === "order") {
      const items = action.lines.map(({ product, quantity }) => ({
        productId: this.#products[product],
        quantity,
      }));
      return ["POST /api/orders", { customerId: this.#customerId, items }];
    }
    if (action.kind === "move") {
      const { product, type, quantity } = action;
      return [`POST /api/products/${this.#products[product]}/stock-movements`, { type, quantity }];
    }
    const path = `/api/orders/${this.#orders[action.order]?.orderId}` as const;
    if (action.kind === "cancel") return [`POST ${path}/cancel`, { reason: "Model" }];
    const lines = action.lines.map(({ line, quantity }) => ({ lineNumber: line + 1, quantity }));
    return [`POST ${path}/returns`, { lines, restock: action.restock, reason: "Model" }];
  }

  /** Every product's ledger; the function names orders by their places. */
  async #readLedgers() {
    const pages = await Promise.all(
      this.#products.map((id) => this.#api.call(`GET /api/products/${id}/stock-movements?limit=100`)),
    );
    for (const { body } of pages) {
      assert.equal(body.nextCursor, null);
      let sum = 0;
      for (const { quantity, resultingQuantity } of body.data) {
        sum += quantity;
        assert.equal(resultingQuantity, sum);
      }
    }
    return (places: ReadonlyMap<string, number>): ModelMovement[][] =>
      pages.map(({ body }) =>
        body.data.map(
          ({ type, quantity, orderId }: { type: string; quantity: number; orderId: string | null }) => ({
            type,
            quantity,
            order: orderId === null ? null : (places.get(orderId) ?? -1),
          }),
        ),
      );
  }
}

const none = () => [];

/** An action on an order that there is; undefined when there is none yet. */
const nameable = (action: Action, orders: number): Action | undefined => {
  if (action.kind !== "cancel" && action.kind !== "return") return action;
  return orders === 0 ? undefined : { ...action, order: action.order % orders };
};

const centsOf = (body: { subtotal: number; tax: number; total: number }) => ({
  subtotal: Math.round(body.subtotal * 100),
  tax: Math.round(body.tax * 100),
  total: Math.round(body.total * 100),
});

/** The parts of a reply that the model foretells. */
const answerOf = (action: Action, { status, body }: Reply): Observed["answer"] => {
  if (status >= 300) return { status, code: body.code };
  if (action.kind === "return") return { status };
  if (action.kind === "move") return { status, resultingQuantity: body.resultingQuantity };
  return { status, ...centsOf(body) };
};
