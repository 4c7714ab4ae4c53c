import type { Db, Pool } from "@billpost/db/connection";
import { databaseTrouble, isLockTimeout } from "@billpost/db/database-errors";
import { fateOf, inGroup, type LockPatience } from "@billpost/db/group-commit";
import { keyInFlight, type WriteReply } from "../http/idempotency.ts";
import { type OrderOutcome, type OrderRequest, placeOrders } from "./place-orders.ts";

/** More would make a group slower than its orders are worth: measured, 200 are slower than 100. */
const largestGroup = 100;
/** Answers wait for the next group's writing no longer than this: that group may be waiting for a lock. */
const answerWithinMs = 5;
/** When a group has to be taken apart, so many of its orders are tried at once. */
const aloneAtOnce = 5;

type Result = OrderOutcome | { readonly failed: unknown };

interface Waiting extends OrderRequest {
  readonly settle: (result: Result) => void;
}

/** Places orders, as many in one transaction as came while the last one was under way. */
export interface OrderGroups {
  /** Resolves once the order is durable; rejects with its refusal or with what went wrong. */
  readonly place: (request: OrderRequest) => Promise<WriteReply>;
}

/** The pool must be one whose connections take several statements at once. */
interface Databases {
  readonly db: Db;
  readonly pool: Pool;
}

/**
 * Group commit. Orders that arrive while a transaction is under way wait for its end and then share the next
 * one: there is no timer, and a lone order commits at once. A group that cannot be placed together is taken
 * apart, and its orders are tried alone, but only when it is proven that nothing of it was committed.
 */
export const createOrderGroups = ({ db, pool }: Databases): OrderGroups => {
  let waiting: Waiting[] = [];
  let underWay = false;
  const keysInFlight = new Set<string>();

  const next = async (): Promise<void> => {
    if (underWay) return;
    underWay = true;
    let answerLast = nothing;
    while (waiting.length > 0) {
      const group = waiting.slice(0, largestGroup);
      waiting = waiting.slice(largestGroup);
      const results = await placeGroup({ db, pool }, group, "short", answerLast);
      answerLast();
      // Not awaited: what holds up one of these must not hold up the orders behind them.
      if (!results) void placeAlone({ db, pool }, group);
      answerLast = once(() => {
        if (results) group.forEach(({ settle }, index) => settle(results[index] as Result));
      });
      // Answering, and taking the requests that follow, is a good part of the work here. When there is a next
      // group it is done while the server writes that one; done before, the server would wait for us.
      if (waiting.length === 0) answerLast();
      else setTimeout(answerLast, answerWithinMs);
    }
    underWay = false;
  };

  return {
    place: async (request) => {
      const { claim } = request.context;
      const name = claim && `${claim.clientId}/${claim.key}`;
      // At once: it would else wait behind the very request that holds its key.
      if (name !== undefined && keysInFlight.has(name)) throw keyInFlight();
      if (name !== undefined) keysInFlight.add(name);
      const result = await new Promise<Result>((settle) => {
        waiting.push({ ...request, settle });
        void next();
      });
      if (name !== undefined) keysInFlight.delete(name);
      if ("reply" in result) return result.reply;
      throw "refused" in result ? result.refused : result.failed;
    },
  };
};

const nothing = (): void => {};

const once = (act: () => void): (() => void) => {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
};

/** Undefined: the group left nothing behind, and its orders are to be tried alone. */
const placeGroup = async (
  { db, pool }: Databases,
  group: readonly OrderRequest[],
  patience: LockPatience,
  writing = nothing,
): Promise<Result[] | undefined> => {
  let transactionId: string | undefined;
  let outcomes: OrderOutcome[] | undefined;
  try {
    return await inGroup(pool, patience, (transaction) =>
      placeOrders(transaction, group, {
        writing: () => setImmediate(writing),
        beforeCommit: (decided, id) => {
          outcomes = decided;
          transactionId = id;
        },
      }),
    );
  } catch (error) {
    const failed = group.map((): Result => ({ failed: error }));
    // Before COMMIT was sent nothing can have been committed.
    if (outcomes && transactionId !== undefined) {
      const fate = await fateOf(db, transactionId);
      if (fate === "committed") return outcomes;
      if (fate === "unknown") return failed;
    }
    const last = patience === "full" || (group.length === 1 && !isLockTimeout(error));
    return !last && concernsOneOrder(error) ? undefined : failed;
  }
};

/** A database that is away or has no connection to give would fail each of them too, and slowly. */
const concernsOneOrder = (error: unknown): boolean => {
  const trouble = databaseTrouble(error);
  return trouble === undefined || trouble === "collision" || isLockTimeout(error);
};

const placeAlone = async (databases: Databases, group: readonly Waiting[]): Promise<void> => {
  const left = [...group];
  const work = async () => {
    for (let request = left.shift(); request; request = left.shift()) {
      const [result] = (await placeGroup(databases, [request], "full")) ?? [];
      request.settle(result ?? { failed: new Error("an order that was tried alone has no result") });
    }
  };
  await Promise.all(Array.from({ length: aloneAtOnce }, work));
};
