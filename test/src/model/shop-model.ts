/**
 * The shop as a plain program in memory: what a reader of the API's page would expect, with none of its code.
 * Money is whole cents. Everything is copied before it is changed, so that a state can be tried and dropped.
 */
export interface ShopState {
  readonly products: readonly ModelProduct[];
  readonly orders: readonly ModelOrder[];
}

export interface ModelProduct {
  readonly price: number;
  readonly tracksStock: boolean;
  readonly ledger: readonly ModelMovement[];
}

export interface ModelMovement {
  readonly type: string;
  readonly quantity: number;
  /** The place of the order among the orders. */
  readonly order: number | null;
}

interface ModelOrder {
  readonly lines: readonly {
    readonly product: number;
    readonly quantity: number;
    readonly returned: number;
  }[];
  readonly cancelled: boolean;
}

/** What a client does. Products and orders are named by their place. */
export type Action =
  | {
      readonly kind: "order";
      readonly lines: readonly { readonly product: number; readonly quantity: number }[];
    }
  | { readonly kind: "cancel"; readonly order: number }
  | {
      readonly kind: "return";
      readonly order: number;
      readonly lines: readonly { readonly line: number; readonly quantity: number }[];
      readonly restock: boolean;
    }
  | {
      readonly kind: "move";
      readonly product: number;
      readonly type: "receipt" | "adjustment";
      readonly quantity: number;
    };

/** What the API must answer: a status, and the refusal's code or the amounts in cents. */
export interface Expected {
  readonly status: number;
  readonly code?: string;
  readonly subtotal?: number;
  readonly tax?: number;
  readonly total?: number;
  readonly resultingQuantity?: number;
}

export const stockOf = (product: ModelProduct): number =>
  product.ledger.reduce((sum, { quantity }) => sum + quantity, 0);

/** Amounts of an order, in cents: tax is 10 % of the sum, rounded half up. */
export const amountsOf = (state: ShopState, lines: readonly { product: number; quantity: number }[]) => {
  const subtotal = lines.reduce((sum, { product, quantity }) => sum + quantity * priceOf(state, product), 0);
  const tax = Math.floor((subtotal + 5) / 10);
  return { subtotal, tax, total: subtotal + tax };
};

const priceOf = (state: ShopState, product: number): number => state.products[product]?.price ?? Number.NaN;

/** Does an action; answers the new state and what the API must have answered. */
export const act = (
  state: ShopState,
  action: Action,
): { readonly state: ShopState; readonly expected: Expected } => {
  if (action.kind === "order") return placeOrder(state, action.lines);
  if (action.kind === "cancel") return cancel(state, action.order);
  if (action.kind === "return") return giveBack(state, action);
  return move(state, action);
};

type Outcome = ReturnType<typeof act>;

const refused = (state: ShopState, status: number, code: string): Outcome => ({
  state,
  expected: { status, code },
});

/** Adds a movement to each product's ledger that has a quantity other than zero; undefined when one would go below zero. */
const moveAll = (
  state: ShopState,
  moved: ReadonlyMap<number, number>,
  type: string,
  order: number | null,
): ShopState | undefined => {
  const products = state.products.map((product, place) => {
    const quantity = moved.get(place) ?? 0;
    return quantity === 0 || !product.tracksStock
      ? product
      : { ...product, ledger: [...product.ledger, { type, quantity, order }] };
  });
  return products.some((product) => stockOf(product) < 0) ? undefined : { ...state, products };
};

const sumByProduct = (
  lines: readonly { product: number; quantity: number }[],
  sign: 1 | -1,
): Map<number, number> => {
  const sums = new Map<number, number>();
  for (const { product, quantity } of lines) sums.set(product, (sums.get(product) ?? 0) + sign * quantity);
  return sums;
};

const withOrder = (state: ShopState, place: number, order: ModelOrder): ShopState => ({
  ...state,
  orders: state.orders.map((known, index) => (index === place ? order : known)),
});

const placeOrder = (state: ShopState, lines: readonly { product: number; quantity: number }[]): Outcome => {
  const place = state.orders.length;
  const sold = moveAll(state, sumByProduct(lines, -1), "sale", place);
  if (!sold) return refused(state, 409, "insufficient_stock");
  const order = { lines: lines.map((line) => ({ ...line, returned: 0 })), cancelled: false };
  return {
    state: { ...sold, orders: [...sold.orders, order] },
    expected: { status: 201, ...amountsOf(state, lines) },
  };
};

const cancel = (state: ShopState, place: number): Outcome => {
  const order = state.orders[place];
  if (!order || order.cancelled) return refused(state, 409, "order_already_cancelled");
  const left = order.lines.map(({ product, quantity, returned }) => ({
    product,
    quantity: quantity - returned,
  }));
  const restocked = moveAll(state, sumByProduct(left, 1), "cancellation", place) ?? state;
  return {
    state: withOrder(restocked, place, { ...order, cancelled: true }),
    expected: { status: 200, ...amountsOf(state, order.lines) },
  };
};

const giveBack = (
  state: ShopState,
  { order: place, lines, restock }: Action & { kind: "return" },
): Outcome => {
  const order = state.orders[place];
  if (!order || order.cancelled) return refused(state, 409, "order_already_cancelled");
  if (lines.some(({ line }) => line >= order.lines.length)) return refused(state, 422, "unknown_order_line");
  const changed = order.lines.map((line, index) => ({
    ...line,
    returned:
      line.returned + lines.reduce((sum, back) => (back.line === index ? sum + back.quantity : sum), 0),
  }));
  if (changed.some(({ quantity, returned }) => returned > quantity))
    return refused(state, 409, "more_than_bought");
  const back = lines.map(({ line, quantity }) => ({ product: order.lines[line]?.product ?? -1, quantity }));
  const restocked = restock ? (moveAll(state, sumByProduct(back, 1), "return", place) ?? state) : state;
  return { state: withOrder(restocked, place, { ...order, lines: changed }), expected: { status: 201 } };
};

const move = (state: ShopState, { product: place, type, quantity }: Action & { kind: "move" }): Outcome => {
  const product = state.products[place];
  if (!product?.tracksStock) return refused(state, 409, "stock_not_tracked");
  const moved = moveAll(state, new Map([[place, quantity]]), type, null);
  if (!moved) return refused(state, 409, "insufficient_stock");
  return { state: moved, expected: { status: 201, resultingQuantity: stockOf(product) + quantity } };
};
