import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";
import { enqueue } from "./outbox.ts";

/** A PDF that is wanted of an issued invoice, or what became of the wish. */
export interface DocumentRequest {
  readonly id: number;
  readonly invoiceId: number;
  readonly number: string;
  readonly locale: string;
  readonly documentId: number | null;
  readonly revision: number | null;
  readonly state: "pending" | "stored" | "failed";
  /** Why it cannot be made. */
  readonly failure: string | null;
  readonly createdAt: Date;
}

const requests = (db: Db) =>
  db
    .selectFrom("document_requests as r")
    .innerJoin("invoices as i", "i.id", "r.invoice_id")
    .leftJoin("documents as d", "d.id", "r.document_id")
    .leftJoin("work_items as w", "w.id", "r.work_item_id")
    .select([
      "r.id",
      "r.invoice_id as invoiceId",
      "i.number",
      "r.locale",
      "r.document_id as documentId",
      "d.revision",
      sql<DocumentRequest["state"]>`case
        when d.stored_at is not null then 'stored'
        when r.failure is not null or w.state in ('failed', 'quarantined', 'cancelled') then 'failed'
        else 'pending' end`.as("state"),
      "r.failure",
      "r.created_at as createdAt",
    ]);

/** A client's document request; another client's is not found. */
export const findDocumentRequest = (
  db: Db,
  clientId: number,
  id: number,
): Promise<DocumentRequest | undefined> =>
  requests(db).where("r.client_id", "=", clientId).where("r.id", "=", id).executeTakeFirst();

/** A document request as the worker sees it. */
export const loadDocumentRequest = (db: Db, id: number): Promise<DocumentRequest | undefined> =>
  requests(db).where("r.id", "=", id).executeTakeFirst();

export interface DocumentWish {
  readonly clientId: number;
  readonly orderId: number;
  readonly invoiceId: number;
  /** BCP 47; the language of the new document. Its legal content stays what was frozen. */
  readonly locale: string;
  readonly actor: string;
  readonly requestId?: string | undefined;
}

/** Asks for a new PDF of an issued invoice, made from what was frozen. The ones before stay. */
export const requestDocument = async (trx: Trx, wish: DocumentWish): Promise<number> => {
  const { id } = await trx
    .insertInto("document_requests")
    .values({ client_id: wish.clientId, invoice_id: wish.invoiceId, locale: wish.locale, actor: wish.actor })
    .returning("id")
    .executeTakeFirstOrThrow();
  const [workItemId] = await enqueue(trx, [
    {
      task: "render-document",
      clientId: wish.clientId,
      orderId: wish.orderId,
      invoiceId: wish.invoiceId,
      payload: { documentRequestId: id },
      requestId: wish.requestId,
    },
  ]);
  await trx
    .updateTable("document_requests")
    .set({ work_item_id: workItemId ?? null })
    .where("id", "=", id)
    .execute();
  return id;
};

/**
 * The revision that a document of this request gets: the one it has from an earlier attempt, or the next.
 * Revision 1 is the one of the invoice's own delivery, whether it is rendered yet or not. Nobody else gets
 * the same until the transaction ends.
 */
export const takeRevision = async (
  trx: Trx,
  request: Pick<DocumentRequest, "invoiceId" | "revision">,
): Promise<number> => {
  await sql`select pg_advisory_xact_lock(hashtextextended('documents:' || ${request.invoiceId}::bigint, 0))`.execute(
    trx,
  );
  if (request.revision !== null) return request.revision;
  const { rows } = await sql<{ next: number }>`
    select 1 + greatest(
      (select coalesce(max(revision), 0) from documents where invoice_id = ${request.invoiceId}),
      (select count(*) from (select from delivery_documents where invoice_id = ${request.invoiceId} limit 1) d)
    )::int as next`.execute(trx);
  return rows[0]?.next ?? 1;
};

/** Ends a request that no other attempt could fulfil. */
export const refuseDocumentRequest = async (trx: Trx, id: number, failure: string): Promise<void> => {
  await trx.updateTable("document_requests").set({ failure }).where("id", "=", id).execute();
};

/** The request's document is this one. */
export const linkRequestedDocument = async (trx: Trx, id: number, documentId: number): Promise<void> => {
  await trx.updateTable("document_requests").set({ document_id: documentId }).where("id", "=", id).execute();
};
