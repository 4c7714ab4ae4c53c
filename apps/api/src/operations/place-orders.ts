import type { Trx } from "@billpost/db/connection";
import {
  claimIdempotencyKeys,
  findStoredReplies,
  type KeptReply,
  storeReplies,
} from "@billpost/db/idempotency";
import {
  findByReferences,
  holdBuyers,
  insertOrders,
  lockProductsToOrder,
  type NewOrder,
  type PlacedOrder,
  type ProductToOrder,
} from "@billpost/db/orders-place";
import { enqueue } from "@billpost/db/outbox";
import { DomainError } from "@billpost/domain/domain-error";
import type { Context } from "../context.ts";
import { keyInFlight, ofSameRequest, type WriteReply } from "../http/idempotency.ts";
import { type NewOrderInput, presentOrder } from "../schemas/orders.ts";
import { composeOrder } from "./compose-order.ts";
import { asRead, type Buyer, buyerOf, describeOrder, referenceTaken, takeStock } from "./place-order.ts";

/** One order that a client asks for. */
export interface OrderRequest {
  readonly context: Context;
  readonly input: NewOrderInput;
}

/** What becomes of a request: its reply, or why it is refused. */
export type OrderOutcome = { readonly reply: WriteReply } | { readonly refused: DomainError };

/** What the rules decided of a request before anything was written. */
type Decision =
  | OrderOutcome
  | { readonly place: number }
  /** Refused for the reference that an order of this very group has, which has no number yet. */
  | { readonly takenBy: number };

interface Facts {
  readonly claimed: ReadonlyMap<string, boolean>;
  readonly kept: ReadonlyMap<string, KeptReply>;
  readonly buyers: ReadonlyMap<number, Buyer>;
  readonly references: ReadonlyMap<string, string>;
  readonly products: ReadonlyMap<number, ProductToOrder>;
}

/**
 * Places a group of orders in the caller's transaction: headers, lines, stock and its ledger, audit, stored
 * replies and the work items of their invoices. Each order is judged in the order of arrival exactly as if it
 * had come alone after those before it; one that is refused changes nothing and hinders no other. Answers the
 * outcomes in the order given. Locks: idempotency keys, customers by id, products by id.
 */
export const placeOrders = async (trx: Trx, requests: readonly OrderRequest[]): Promise<OrderOutcome[]> => {
  const facts = await gatherFacts(trx, requests);
  const { decisions, orders } = decide(requests, facts);
  if (orders.length === 0) return decisions.map((decision) => settled(decision, []));

  const timeZone = orders[0]?.request.context.business.timeZone ?? "UTC";
  const placed = await insertOrders(
    trx,
    orders.map(({ order }) => order),
    timeZone,
  );
  const written = orders.map(({ request, order }, index) =>
    replyOf(request, order, placed[index] as PlacedOrder),
  );
  await storeReplies(
    trx,
    written.flatMap(({ request, reply }) =>
      request.context.claim ? [{ claim: request.context.claim, reply }] : [],
    ),
  );
  // The outbox last: the jobs exist exactly when the orders do.
  await enqueue(
    trx,
    written.map(({ request, placed: { id } }) => ({
      task: "issue-invoice" as const,
      clientId: request.context.clientId,
      orderId: id,
      requestId: request.context.requestId,
    })),
  );
  return decisions.map((decision) => settled(decision, written));
};

const nameOf = (clientId: number, name: string): string => `${clientId}/${name}`;

const gatherFacts = async (trx: Trx, requests: readonly OrderRequest[]): Promise<Facts> => {
  const claims = requests.flatMap(({ context }) => context.claim ?? []);
  const claimed = claims.length > 0 ? await claimIdempotencyKeys(trx, claims) : [];
  const kept = claims.length > 0 ? await findStoredReplies(trx, claims) : [];
  const buyers = await holdBuyers(trx, unique(requests.map(({ input }) => input.customerId)));
  const references = await findByReferences(
    trx,
    requests.flatMap(({ context: { clientId }, input: { externalRef } }) =>
      externalRef === undefined ? [] : [{ clientId, externalRef }],
    ),
  );
  return {
    claimed: new Map(
      claims.map(({ clientId, key }, index) => [nameOf(clientId, key), claimed[index] === true]),
    ),
    kept: new Map(kept.map((reply) => [nameOf(reply.clientId, reply.key), reply])),
    buyers: new Map(buyers.map((buyer) => [buyer.id, buyer])),
    references: new Map(
      references.map(({ clientId, externalRef, orderId }) => [nameOf(clientId, externalRef), orderId]),
    ),
    products: await lockProductsToOrder(
      trx,
      requests.flatMap(({ input }) => input.items.map(({ productId }) => productId)),
    ),
  };
};

const unique = (ids: readonly number[]): number[] => [...new Set(ids)];

/** Judges the requests one after another; only the stock and the references that earlier ones took pass on. */
const decide = (requests: readonly OrderRequest[], facts: Facts) => {
  const stock = new Map(
    [...facts.products.values()].flatMap(({ id, tracksStock, stock: quantity }): [number, number][] =>
      tracksStock ? [[id, quantity]] : [],
    ),
  );
  const keysSeen = new Set<string>();
  const referencesTaken = new Map<string, number>();
  const orders: { request: OrderRequest; order: NewOrder }[] = [];

  const judge = (request: OrderRequest): Decision => {
    const { context, input } = request;
    const kept = replay(context, facts, keysSeen);
    if (kept) return { reply: kept };
    const reference =
      input.externalRef === undefined ? undefined : nameOf(context.clientId, input.externalRef);
    if (reference !== undefined) {
      const other = facts.references.get(reference);
      if (other !== undefined) throw referenceTaken(other);
      const place = referencesTaken.get(reference);
      if (place !== undefined) return { takenBy: place };
    }
    const buyer = buyerOf(facts.buyers.get(input.customerId), context.clientId);
    const composed = composeOrder(input, facts.products, context.business.taxRatePpm);
    const order = describeOrder(context, input, buyer, composed);
    // Last of all checks: what is taken from the stock here is taken from the orders that follow.
    const taken = takeStock(stock, composed);
    const place = orders.push({ request, order: { ...order, taken } }) - 1;
    if (reference !== undefined) referencesTaken.set(reference, place);
    return { place };
  };

  const decisions = requests.map((request): Decision => {
    try {
      return judge(request);
    } catch (error) {
      if (error instanceof DomainError) return { refused: error };
      throw error;
    }
  });
  return { decisions, orders };
};

/** The reply kept under the request's key; throws when the key is in flight, here or elsewhere, or another's. */
const replay = ({ claim }: Context, facts: Facts, keysSeen: Set<string>): WriteReply | undefined => {
  if (!claim) return undefined;
  const name = nameOf(claim.clientId, claim.key);
  if (keysSeen.has(name) || facts.claimed.get(name) !== true) throw keyInFlight();
  keysSeen.add(name);
  const kept = facts.kept.get(name);
  if (!kept) return undefined;
  const { status, headers, body } = ofSameRequest(kept, claim);
  return { status, headers, body, replayed: true };
};

const replyOf = (request: OrderRequest, order: NewOrder, placed: PlacedOrder) => ({
  request,
  placed,
  reply: {
    status: 201,
    headers: { location: `/api/orders/${placed.orderId}` },
    body: JSON.stringify(presentOrder(asRead(order, placed))),
    replayed: false,
  },
});

const settled = (decision: Decision, written: readonly ReturnType<typeof replyOf>[]): OrderOutcome => {
  if ("reply" in decision || "refused" in decision) return decision;
  const found = written["place" in decision ? decision.place : decision.takenBy];
  if (!found) throw new Error("an order was decided on and not written");
  return "place" in decision ? { reply: found.reply } : { refused: referenceTaken(found.placed.orderId) };
};
