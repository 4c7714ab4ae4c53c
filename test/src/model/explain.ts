import { act, type Action, type Expected, type ShopState } from "./shop-model.ts";

/** Something a client did at the same time as others, and what it was answered. */
export interface Observed {
  readonly action: Action;
  readonly answer: Expected;
}

/**
 * The states in which things done at the same time can have left the shop: every order of doing them one
 * after the other in which each would have been answered as it was. Several, when the answers do not tell
 * which came first; none, when nothing explains them. `orders` of a state are in the order of that telling,
 * named by the places of the observations that placed them.
 */
export function* explanations(
  state: ShopState,
  observed: readonly Observed[],
  placedBy: readonly number[] = [],
  done: ReadonlySet<number> = new Set(),
): Generator<{ readonly state: ShopState; readonly placedBy: readonly number[] }> {
  if (done.size === observed.length) {
    yield { state, placedBy };
    return;
  }
  for (const [index, { action, answer }] of observed.entries()) {
    if (done.has(index)) continue;
    const next = act(state, action);
    if (!isSame(next.expected, answer)) continue;
    const placed = next.state.orders.length > state.orders.length;
    yield* explanations(
      next.state,
      observed,
      placed ? [...placedBy, index] : placedBy,
      new Set([...done, index]),
    );
  }
}

const isSame = (expected: Expected, answer: Expected): boolean =>
  expected.status === answer.status &&
  expected.code === answer.code &&
  expected.subtotal === answer.subtotal &&
  expected.tax === answer.tax &&
  expected.total === answer.total &&
  expected.resultingQuantity === answer.resultingQuantity;
