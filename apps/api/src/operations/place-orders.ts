import type { Trx } from "@billpost/db/connection";
import type { GroupTransaction } from "@billpost/db/group-commit";
import {
  claimIdempotencyKeys,
  findStoredReplies,
  type KeptReply,
  storeReplies,
} from "@billpost/db/idempotency";
import { insertOrders, type NamedOrder, nameOrders, type OrderName } from "@billpost/db/orders-insert";
import {
  type BuyerToOrder,
  findByReferences,
  holdBuyers,
  lockProductsToOrder,
  type NewOrder,
  type ProductToOrder,
} from "@billpost/db/orders-place";
import { enqueue } from "@billpost/db/outbox";
import { allAnswered } from "@billpost/db/pipeline";
import { DomainError } from "@billpost/domain/domain-error";
import type { Context } from "../context.ts";
import { keyInFlight, ofSameRequest, type WriteReply } from "../http/idempotency.ts";
import { type NewOrderInput, presentOrder } from "../schemas/orders.ts";
import { composeOrder } from "./compose-order.ts";
import { asRead, buyerOf, describeOrder, referenceTaken, takeStock } from "./place-order.ts";

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
  readonly buyers: ReadonlyMap<number, BuyerToOrder>;
  readonly references: ReadonlyMap<string, string>;
  readonly products: ReadonlyMap<number, ProductToOrder>;
}

/** What is told while a group is placed. */
interface OrderProgress {
  /** Everything is sent that the server has most to do with; now is the time for other work here. */
  readonly writing: () => void;
  /** The outcomes, should COMMIT succeed, and the transaction's id, by which that can be found out. */
  readonly beforeCommit: (outcomes: OrderOutcome[], transactionId: string) => void;
}

/**
 * Places a group of orders in a transaction: headers, lines, stock and its ledger, audit, stored replies and
 * the work items of their invoices. Each order is judged in the order of arrival exactly as if it had come
 * alone after those before it; one that is refused changes nothing and hinders no other. Answers the outcomes
 * in the order given, once they are durable. Locks: idempotency keys, customers by id, products by id.
 */
export const placeOrders = async (
  { trx, begun, commit }: GroupTransaction,
  requests: readonly OrderRequest[],
  progress: OrderProgress,
): Promise<OrderOutcome[]> => {
  const [id, facts] = await allAnswered([begun, gatherFacts(trx, requests)]);
  const { decisions, orders } = decide(requests, facts);
  const written = orders.length > 0 ? await write(trx, orders, progress.writing) : [];
  const outcomes = decisions.map((decision) => settled(decision, written));
  // Sent only now: a statement that failed on its way to the server would not keep COMMIT from what is left.
  progress.beforeCommit(outcomes, id);
  await commit();
  return outcomes;
};

interface Judged {
  readonly request: OrderRequest;
  readonly order: NewOrder;
}

interface Written {
  readonly name: OrderName;
  readonly reply: WriteReply;
}

const write = async (
  trx: Trx,
  judged: readonly Judged[],
  writing: () => void,
): Promise<readonly Written[]> => {
  const timeZone = judged[0]?.request.context.business.timeZone ?? "UTC";
  const names = await nameOrders(trx, judged.length, timeZone);
  const orders = judged.map(({ order }, index) => ({ ...order, name: names[index] as OrderName }));
  const inserted = insertOrders(trx, orders);
  // It is sent before the replies are written, which the server need not wait for. Its failure is heard below.
  inserted.catch(() => {});
  await new Promise((resolve) => process.nextTick(resolve));
  const written = orders.map((order, index) => ({
    name: order.name,
    reply: replyOf(order),
    context: (judged[index] as Judged).request.context,
  }));
  const replies = written.flatMap(({ context: { claim }, reply }) => (claim ? [{ claim, reply }] : []));
  const work = written.map(({ context: { clientId, requestId }, name }) => ({
    task: "issue-invoice" as const,
    clientId,
    orderId: name.id,
    requestId,
  }));
  // The outbox last: the jobs exist exactly when the orders do.
  const stored = allAnswered([inserted, storeReplies(trx, replies), enqueue(trx, work)]);
  writing();
  await stored;
  return written;
};

const nameOf = (clientId: number, name: string): string => `${clientId}/${name}`;

/** All is asked for at once, and answered in this order: what is locked first is asked for first. */
const gatherFacts = async (trx: Trx, requests: readonly OrderRequest[]): Promise<Facts> => {
  const claims = requests.flatMap(({ context }) => context.claim ?? []);
  const [claimed, kept, buyers, references, products] = await allAnswered([
    claimIdempotencyKeys(trx, claims),
    findStoredReplies(trx, claims),
    holdBuyers(trx, unique(requests.map(({ input }) => input.customerId))),
    findByReferences(
      trx,
      requests.flatMap(({ context: { clientId }, input: { externalRef } }) =>
        externalRef === undefined ? [] : [{ clientId, externalRef }],
      ),
    ),
    lockProductsToOrder(
      trx,
      requests.flatMap(({ input }) => input.items.map(({ productId }) => productId)),
    ),
  ]);
  return {
    claimed: new Map(
      claims.map(({ clientId, key }, index) => [nameOf(clientId, key), claimed[index] === true]),
    ),
    kept: new Map(kept.map((reply) => [nameOf(reply.clientId, reply.key), reply])),
    buyers: new Map(buyers.map((buyer) => [buyer.id, buyer])),
    references: new Map(
      references.map(({ clientId, externalRef, orderId }) => [nameOf(clientId, externalRef), orderId]),
    ),
    products,
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
  const orders: Judged[] = [];

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

const replyOf = (order: NamedOrder): WriteReply => ({
  status: 201,
  headers: { location: `/api/orders/${order.name.orderId}` },
  body: JSON.stringify(presentOrder(asRead(order))),
  replayed: false,
});

const settled = (decision: Decision, written: readonly Written[]): OrderOutcome => {
  if ("reply" in decision || "refused" in decision) return decision;
  const found = written["place" in decision ? decision.place : decision.takenBy];
  if (!found) throw new Error("an order was decided on and not written");
  return "place" in decision ? { reply: found.reply } : { refused: referenceTaken(found.name.orderId) };
};
