import { findCustomerFacts, findOrderFacts } from "@billpost/db/operators/order-facts";
import { readSituation } from "@billpost/db/operators/situation";
import { customerVerdicts, orderVerdicts, type Verdict } from "@billpost/domain/operators/verdict";
import type { Context } from "../../context.ts";
import { refusal } from "../../http/problems.ts";

/** The worst first; there is always one. */
type Verdicts = readonly [Verdict, ...Verdict[]];

/**
 * Why an order has no invoice or email yet, and the next safe act. `clientId` absent: of any client, for
 * operators. Refuses with `order_not_found`.
 */
export const judgeOrder = async (
  { db }: Pick<Context, "db">,
  asked: { readonly orderId: string; readonly clientId?: number | undefined },
): Promise<Verdicts> => {
  const facts = await findOrderFacts(db, asked);
  if (!facts) throw refusal("order_not_found", "There is no such order.");
  return orderVerdicts(facts, await readSituation(db));
};

/** The same for a customer's latest orders. Refuses with `customer_not_found`. */
export const judgeCustomer = async (
  { db }: Pick<Context, "db">,
  asked: { readonly customerId: number; readonly clientId?: number | undefined },
): Promise<Verdicts> => {
  const facts = await findCustomerFacts(db, asked);
  if (!facts) throw refusal("customer_not_found", "There is no such customer.");
  return customerVerdicts(facts, await readSituation(db));
};
