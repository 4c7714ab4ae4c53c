/** What one line takes of a product's stock. */
export interface Demand {
  readonly productId: number;
  readonly quantity: number;
}

/** A line that cannot be served once the lines before it have taken theirs. */
export interface Shortage extends Demand {
  /** Index of the line. */
  readonly line: number;
  /** What is left for it. */
  readonly available: number;
}

/** What an order takes of one product, all its lines together, and what is left of it then. */
export interface StockTaken extends Demand {
  readonly resultingQuantity: number;
}

/**
 * Takes an order's lines from the stock, all or nothing: a product on several lines is taken once, for the sum.
 * `stock` holds the quantity of each product that tracks its stock, and is changed only when all lines are
 * served, so that several orders can be allocated one after the other from the same locked stock.
 */
export const allocate = (
  stock: Map<number, number>,
  lines: readonly Demand[],
): { readonly taken: readonly StockTaken[]; readonly shortages: readonly Shortage[] } => {
  const left = new Map<number, number>();
  const taken = new Map<number, number>();
  const shortages: Shortage[] = [];
  lines.forEach(({ productId, quantity }, line) => {
    const available = left.get(productId) ?? stock.get(productId);
    if (available === undefined) return;
    if (quantity > available) {
      shortages.push({ line, productId, quantity, available });
      return;
    }
    left.set(productId, available - quantity);
    taken.set(productId, (taken.get(productId) ?? 0) + quantity);
  });
  if (shortages.length > 0) return { taken: [], shortages };
  for (const [productId, quantity] of left) stock.set(productId, quantity);
  return {
    shortages,
    taken: [...taken]
      .map(([productId, quantity]) => ({ productId, quantity, resultingQuantity: left.get(productId) ?? 0 }))
      .toSorted((a, b) => a.productId - b.productId),
  };
};
