import type { LineQuantity } from "@billpost/domain/credit";
import { DomainError } from "@billpost/domain/domain-error";
import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";
import { listLineCredits } from "./invoice-detail.ts";
import { enqueue } from "./outbox.ts";
import type { CreditRequestState, CreditSource } from "./schema.ts";

/** A credit note that is wanted, or what became of it. */
export interface CreditRequest {
  readonly id: number;
  readonly orderRowId: number;
  readonly orderId: string;
  readonly invoiceId: number | null;
  readonly invoiceNumber: string | null;
  readonly source: CreditSource;
  readonly reason: string;
  /** Null: whatever remains when it is made. */
  readonly lines: readonly LineQuantity[] | null;
  readonly state: CreditRequestState;
  readonly creditNoteNumber: string | null;
  /** The work that makes it was given up; an operator can start it again. */
  readonly failed: boolean;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

const requests = (db: Db) =>
  db
    .selectFrom("credit_requests as r")
    .innerJoin("orders as o", "o.id", "r.order_id")
    .leftJoin("invoices as i", "i.id", "r.invoice_id")
    .leftJoin("invoices as n", "n.id", "r.credit_note_id")
    .leftJoin("work_items as w", "w.id", "r.work_item_id")
    .select([
      "r.id",
      "r.order_id as orderRowId",
      "o.order_id as orderId",
      "r.invoice_id as invoiceId",
      "i.number as invoiceNumber",
      "r.source",
      "r.reason",
      "r.lines",
      "r.state",
      "n.number as creditNoteNumber",
      sql<boolean>`r.state = 'pending' and coalesce(w.state in ('failed', 'quarantined', 'cancelled'), false)`.as(
        "failed",
      ),
      "r.created_at as createdAt",
      "r.settled_at as settledAt",
    ]);

/** A client's credit request; another client's is not found. */
export const findCreditRequest = (db: Db, clientId: number, id: number): Promise<CreditRequest | undefined> =>
  requests(db).where("r.client_id", "=", clientId).where("r.id", "=", id).executeTakeFirst();

/** A credit request as the worker sees it, whoever's it is. */
export const loadCreditRequest = (db: Db, id: number): Promise<CreditRequest | undefined> =>
  requests(db).where("r.id", "=", id).executeTakeFirst();

/** What was asked to be given back of an invoice, oldest first. */
export const listCreditRequestsOf = (db: Db, invoiceId: number): Promise<CreditRequest[]> =>
  requests(db).where("r.invoice_id", "=", invoiceId).orderBy("r.id").execute();

/** What may still be asked to be given back of each line. */
const leftOf = (credits: Awaited<ReturnType<typeof listLineCredits>>): LineQuantity[] =>
  credits
    .map(({ lineNumber, quantity, requestedQuantity }) => ({
      lineNumber,
      quantity: quantity - requestedQuantity,
    }))
    .filter(({ quantity }) => quantity > 0);

/**
 * Locks an invoice's lines, in order, against other credit notes until the transaction ends, and answers
 * what is credited and asked for of each. The caller holds the order's lock, which comes before.
 */
export const lockLineCredits = async (
  trx: Trx,
  invoiceId: number,
): Promise<Awaited<ReturnType<typeof listLineCredits>>> => {
  await trx
    .selectFrom("invoice_line_credits")
    .select("line_number")
    .where("invoice_id", "=", invoiceId)
    .orderBy("line_number")
    .forUpdate()
    .execute();
  // Read after the locks are held: what the locking statement returns may be older.
  return listLineCredits(trx, invoiceId);
};

/** Holds quantities of an invoice's locked lines back for a credit note. */
export const holdQuantities = async (
  trx: Trx,
  invoiceId: number,
  lines: readonly LineQuantity[],
): Promise<void> => {
  await sql`
    update invoice_line_credits c set requested_quantity = c.requested_quantity + l.quantity
    from json_to_recordset(${JSON.stringify(lines)}::json) as l("lineNumber" int, quantity bigint)
    where c.invoice_id = ${invoiceId} and c.line_number = l."lineNumber"`.execute(trx);
};

export interface CreditWish {
  readonly clientId: number;
  readonly orderId: number;
  readonly reason: string;
  readonly actor: string;
  readonly requestId?: string | undefined;
}

/**
 * Asks for a credit note of an issued invoice: all that is left, or some lines. What it will give back is
 * held from now on, so that no two requests promise the same piece. The caller holds the order's lock.
 * Refuses with `nothing_left_to_credit`, `unknown_invoice_line` or `more_than_remains`, each with what remains.
 */
export const requestCreditNote = async (
  trx: Trx,
  wish: CreditWish & { readonly invoiceId: number; readonly lines?: readonly LineQuantity[] | undefined },
): Promise<number> => {
  const credits = await lockLineCredits(trx, wish.invoiceId);
  const remaining = leftOf(credits);
  if (remaining.length === 0)
    throw new DomainError(
      "conflict",
      "nothing_left_to_credit",
      "Everything on this invoice is credited or about to be.",
      {
        remaining,
      },
    );
  const lines = wish.lines ? mergeLines(wish.lines) : remaining;
  for (const { lineNumber, quantity } of lines) {
    if (!credits.some((line) => line.lineNumber === lineNumber))
      throw new DomainError(
        "unprocessable",
        "unknown_invoice_line",
        `The invoice has no line ${lineNumber}.`,
        {
          remaining,
        },
      );
    const left = remaining.find((line) => line.lineNumber === lineNumber)?.quantity ?? 0;
    if (quantity > left)
      throw new DomainError(
        "conflict",
        "more_than_remains",
        `Line ${lineNumber} has ${left} left to credit, not ${quantity}.`,
        { remaining },
      );
  }
  await holdQuantities(trx, wish.invoiceId, lines);
  return insertRequest(trx, wish, { source: "request", invoiceId: wish.invoiceId, lines, start: true });
};

/** The same line named twice is one line of the sum. */
const mergeLines = (lines: readonly LineQuantity[]): LineQuantity[] => {
  const byLine = new Map<number, number>();
  for (const { lineNumber, quantity } of lines)
    byLine.set(lineNumber, (byLine.get(lineNumber) ?? 0) + quantity);
  return [...byLine]
    .map(([lineNumber, quantity]) => ({ lineNumber, quantity }))
    .toSorted((a, b) => a.lineNumber - b.lineNumber);
};

/**
 * Asks for the credit note that a cancellation makes by itself: of everything that is left of the order's
 * invoice. Call it only when the order has been numbered, with its lock held; once for an order.
 */
export const requestCreditForCancellation = (trx: Trx, wish: CreditWish): Promise<number> =>
  insertRequest(trx, wish, { source: "cancellation", invoiceId: null, lines: null, start: true });

/**
 * Asks for the credit note that a return makes by itself. An order that has no invoice yet gets its credit
 * note after it: `numbered` says whether it has one, and numbering releases what waits. The caller holds
 * the order's lock.
 */
export const requestCreditForReturn = (
  trx: Trx,
  wish: CreditWish & {
    readonly returnId: number;
    readonly lines: readonly LineQuantity[];
    readonly numbered: boolean;
  },
): Promise<number> =>
  insertRequest(trx, wish, {
    source: "return",
    returnId: wish.returnId,
    invoiceId: null,
    lines: mergeLines(wish.lines),
    start: wish.numbered,
  });

const insertRequest = async (
  trx: Trx,
  wish: CreditWish,
  what: {
    readonly source: CreditSource;
    readonly invoiceId: number | null;
    readonly returnId?: number;
    readonly lines: readonly LineQuantity[] | null;
    readonly start: boolean;
  },
): Promise<number> => {
  const { id } = await trx
    .insertInto("credit_requests")
    .values({
      client_id: wish.clientId,
      order_id: wish.orderId,
      invoice_id: what.invoiceId,
      source: what.source,
      return_id: what.returnId ?? null,
      reason: wish.reason,
      actor: wish.actor,
      lines: what.lines && JSON.stringify(what.lines),
      request_id: wish.requestId ?? null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  if (what.start) await startCreditRequests(trx, [wish.orderId]);
  return id;
};

/**
 * Enqueues the work of every credit request of these orders that has none yet. Called where a request is
 * made, and by numbering for the returns that came before the invoice; both hold the orders' locks.
 */
export const startCreditRequests = async (trx: Trx, orderIds: readonly number[]): Promise<void> => {
  if (orderIds.length === 0) return;
  const waiting = await trx
    .selectFrom("credit_requests")
    .select(["id", "client_id", "order_id", "invoice_id", "request_id"])
    .where("order_id", "in", [...orderIds])
    .where("state", "=", "pending")
    .where("work_item_id", "is", null)
    .orderBy("id")
    .execute();
  const workItemIds = await enqueue(
    trx,
    waiting.map((request) => ({
      task: "issue-credit-note" as const,
      clientId: request.client_id,
      orderId: request.order_id,
      invoiceId: request.invoice_id ?? undefined,
      payload: { creditRequestId: request.id },
      requestId: request.request_id ?? undefined,
    })),
  );
  for (const [index, request] of waiting.entries())
    await trx
      .updateTable("credit_requests")
      .set({ work_item_id: workItemIds[index] ?? null })
      .where("id", "=", request.id)
      .execute();
};

/** An order that is cancelled before it was numbered has nothing to give back. The caller holds its lock. */
export const dropCreditRequests = async (trx: Trx, orderId: number): Promise<void> => {
  await trx
    .updateTable("credit_requests")
    .set({ state: "nothing_to_credit", settled_at: sql<Date>`clock_timestamp()` })
    .where("order_id", "=", orderId)
    .where("state", "=", "pending")
    .where("invoice_id", "is", null)
    .execute();
};
