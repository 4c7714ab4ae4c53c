import { findCustomerFacts, findOrderFacts } from "@billpost/db/operators/order-facts";
import { readSituation } from "@billpost/db/operators/situation";
import {
  customerVerdicts,
  documentVerdict,
  orderVerdicts,
  type Situation,
  type Verdict,
} from "@billpost/domain/operators/verdict";
import type { Context } from "../../context.ts";
import { refusal } from "../../http/problems.ts";

/** The worst first; there is always one. */
type Verdicts = readonly [Verdict, ...Verdict[]];

interface Asker {
  /** Absent: of any client, for operators. */
  readonly clientId?: number | undefined;
  /** An operator is told who paused what, and why. */
  readonly operator: boolean;
}

/** Why an order has no invoice or email yet, and the next safe act. Refuses with `order_not_found`. */
export const judgeOrder = async (
  { db }: Pick<Context, "db">,
  asked: Asker & { readonly orderId: string },
): Promise<Verdicts> => {
  const facts = await findOrderFacts(db, asked);
  if (!facts) throw refusal("order_not_found", "There is no such order.");
  return orderVerdicts(facts, await situationFor({ db }, asked));
};

/** What became of the email with an invoice or credit note. Refuses with `invoice_not_found`. */
export const judgeDocument = async (
  { db }: Pick<Context, "db">,
  asked: Asker & { readonly orderId: string; readonly number: string },
): Promise<Verdict> => {
  const facts = await findOrderFacts(db, asked);
  const verdict = facts && documentVerdict(facts, asked.number, await situationFor({ db }, asked));
  if (!verdict) throw refusal("invoice_not_found", "There is no such invoice or credit note.");
  return verdict;
};

/** The same for a customer's latest orders. Refuses with `customer_not_found`. */
export const judgeCustomer = async (
  { db }: Pick<Context, "db">,
  asked: Asker & { readonly customerId: number },
): Promise<Verdicts> => {
  const facts = await findCustomerFacts(db, asked);
  if (!facts) throw refusal("customer_not_found", "There is no such customer.");
  return customerVerdicts(facts, await situationFor({ db }, asked));
};

/** Why operators paused something may name other clients. */
const situationFor = async ({ db }: Pick<Context, "db">, { operator }: Asker): Promise<Situation> => {
  const situation = await readSituation(db);
  if (operator) return situation;
  return {
    ...situation,
    pauses: situation.pauses.map((pause) => ({ ...pause, actor: "an operator", reason: null })),
  };
};
