/** A line of an order, with how much of it came back before. */
export interface ReturnableLine {
  readonly lineNumber: number;
  readonly productId: number;
  readonly quantity: number;
  readonly returnedQuantity: number;
}

/** What somebody brings back: of one line, or of a product on whichever lines it was bought. */
export type WantedReturn =
  | { readonly lineNumber: number; readonly quantity: number }
  | { readonly productId: number; readonly quantity: number };

export type ReturnAllocation =
  | { readonly lines: readonly { readonly lineNumber: number; readonly quantity: number }[] }
  | { readonly refused: readonly RefusedReturn[] };

interface RefusedReturn {
  /** Its place among the wanted ones. */
  readonly index: number;
  readonly why: "unknown_line" | "more_than_bought";
  readonly productId: number | undefined;
  readonly requested: number;
  /** What can still come back, after the wanted ones before it. */
  readonly available: number;
}

/**
 * Spreads a return over an order's lines: those that name a line first, then products over their lines in
 * order. Answers each line once, by line number; or, when anything is more than was bought and has not come
 * back, all that is refused.
 */
export const allocateReturn = (
  lines: readonly ReturnableLine[],
  wanted: readonly WantedReturn[],
): ReturnAllocation => {
  const left = new Map(lines.map((line) => [line.lineNumber, line.quantity - line.returnedQuantity]));
  const taken = new Map<number, number>();
  const refused: RefusedReturn[] = [];
  const byLineFirst = wanted
    .map((want, index) => ({ want, index }))
    .toSorted((a, b) => Number("productId" in a.want) - Number("productId" in b.want) || a.index - b.index);
  for (const { want, index } of byLineFirst) {
    const candidates = lines.filter((line) =>
      "productId" in want ? line.productId === want.productId : line.lineNumber === want.lineNumber,
    );
    let available = 0;
    for (const { lineNumber } of candidates) available += left.get(lineNumber) ?? 0;
    if (want.quantity > available) {
      const why = candidates.length === 0 ? "unknown_line" : "more_than_bought";
      refused.push({ index, why, productId: candidates[0]?.productId, requested: want.quantity, available });
      continue;
    }
    let open = want.quantity;
    for (const { lineNumber } of candidates) {
      const quantity = Math.min(open, left.get(lineNumber) ?? 0);
      if (quantity === 0) continue;
      left.set(lineNumber, (left.get(lineNumber) ?? 0) - quantity);
      taken.set(lineNumber, (taken.get(lineNumber) ?? 0) + quantity);
      open -= quantity;
    }
  }
  if (refused.length > 0) return { refused: refused.toSorted((a, b) => a.index - b.index) };
  return {
    lines: [...taken]
      .map(([lineNumber, quantity]) => ({ lineNumber, quantity }))
      .toSorted((a, b) => a.lineNumber - b.lineNumber),
  };
};

/** Quantities by product of some lines of an order that track stock, each product once. */
export const quantitiesByProduct = (
  lines: readonly {
    readonly productId: number;
    readonly tracksStock: boolean;
    readonly quantity: number;
  }[],
): { readonly productId: number; readonly quantity: number }[] => {
  const sums = new Map<number, number>();
  for (const { productId, tracksStock, quantity } of lines)
    if (tracksStock && quantity > 0) sums.set(productId, (sums.get(productId) ?? 0) + quantity);
  return [...sums].map(([productId, quantity]) => ({ productId, quantity }));
};
