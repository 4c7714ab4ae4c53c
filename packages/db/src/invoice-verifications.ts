import type { VerificationResult } from "@billpost/domain/invoice-verification";
import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";
import { enqueue } from "./outbox.ts";

/** A check of an issued invoice against its stored document. */
export interface InvoiceVerification {
  readonly id: number;
  readonly invoiceId: number;
  readonly number: string;
  readonly state: "pending" | "finished" | "failed";
  /** Null until it is finished. */
  readonly result: VerificationResult | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

const verifications = (db: Db) =>
  db
    .selectFrom("invoice_verifications as v")
    .innerJoin("invoices as i", "i.id", "v.invoice_id")
    .leftJoin("work_items as w", "w.id", "v.work_item_id")
    .select([
      "v.id",
      "v.invoice_id as invoiceId",
      "i.number",
      sql<InvoiceVerification["state"]>`case
        when v.result is not null then 'finished'
        when w.state in ('failed', 'quarantined', 'cancelled') then 'failed'
        else 'pending' end`.as("state"),
      "v.result",
      "v.created_at as createdAt",
      "v.finished_at as finishedAt",
    ]);

/** A client's verification; another client's is not found. */
export const findVerification = (
  db: Db,
  clientId: number,
  id: number,
): Promise<InvoiceVerification | undefined> =>
  verifications(db).where("v.client_id", "=", clientId).where("v.id", "=", id).executeTakeFirst();

/** A verification as the worker sees it. */
export const loadVerification = (db: Db, id: number): Promise<InvoiceVerification | undefined> =>
  verifications(db).where("v.id", "=", id).executeTakeFirst();

/** Asks the worker to check an issued invoice; it has Chrome and the templates. */
export const requestVerification = async (
  trx: Trx,
  wish: {
    readonly clientId: number;
    readonly orderId: number;
    readonly invoiceId: number;
    readonly actor: string;
    readonly requestId?: string | undefined;
  },
): Promise<number> => {
  const { id } = await trx
    .insertInto("invoice_verifications")
    .values({ client_id: wish.clientId, invoice_id: wish.invoiceId, actor: wish.actor })
    .returning("id")
    .executeTakeFirstOrThrow();
  const [workItemId] = await enqueue(trx, [
    {
      task: "verify-invoice",
      clientId: wish.clientId,
      orderId: wish.orderId,
      invoiceId: wish.invoiceId,
      payload: { verificationId: id },
      requestId: wish.requestId,
    },
  ]);
  await trx
    .updateTable("invoice_verifications")
    .set({ work_item_id: workItemId ?? null })
    .where("id", "=", id)
    .execute();
  return id;
};

/** Writes what was found. A second attempt writes what it found. */
export const writeVerification = async (trx: Trx, id: number, result: VerificationResult): Promise<void> => {
  await trx
    .updateTable("invoice_verifications")
    .set({ result: JSON.stringify(result), finished_at: sql<Date>`clock_timestamp()` })
    .where("id", "=", id)
    .execute();
};
