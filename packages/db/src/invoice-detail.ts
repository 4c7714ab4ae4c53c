import type { DeliveryState } from "@billpost/domain/delivery";
import type { InvoiceKind, InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { sql } from "kysely";
import type { Db } from "./connection.ts";

/** An issued document with its frozen content. */
export interface InvoiceDetail {
  readonly id: number;
  readonly number: string;
  readonly kind: InvoiceKind;
  readonly customerId: number;
  readonly orderRowId: number;
  readonly originalInvoiceId: number | null;
  readonly issuedAt: Date;
  readonly snapshot: InvoiceSnapshot;
  readonly snapshotSha256: string;
  /** The invoice that it takes the place of, and the one that takes its place. */
  readonly replaces: string | null;
  readonly replacedBy: string | null;
}

/** A client's invoice by its number; another client's is not found. */
export const findInvoice = async (
  db: Db,
  clientId: number,
  number: string,
): Promise<InvoiceDetail | undefined> => {
  const row = await db
    .selectFrom("invoices as i")
    .leftJoin("invoices as replaced", "replaced.id", "i.replaces_invoice_id")
    .leftJoin("invoices as successor", "successor.replaces_invoice_id", "i.id")
    .select([
      "i.id",
      "i.number",
      "i.kind",
      "i.customer_id as customerId",
      "i.order_id as orderRowId",
      "i.original_invoice_id as originalInvoiceId",
      "i.issued_at as issuedAt",
      "i.snapshot",
      "i.snapshot_sha256 as snapshotSha256",
      "replaced.number as replaces",
      "successor.number as replacedBy",
    ])
    .where("i.client_id", "=", clientId)
    .where("i.number", "=", number)
    .executeTakeFirst();
  return row && { ...row, snapshot: JSON.parse(row.snapshot) as InvoiceSnapshot };
};

/** How much of each line of an invoice is asked to be given back, and given back. None for a credit note. */
export const listLineCredits = (db: Db, invoiceId: number) =>
  db
    .selectFrom("invoice_line_credits")
    .select([
      "line_number as lineNumber",
      "quantity",
      "requested_quantity as requestedQuantity",
      "credited_quantity as creditedQuantity",
    ])
    .where("invoice_id", "=", invoiceId)
    .orderBy("line_number")
    .execute();

/** The credit notes that correct an invoice, oldest first. */
export const listCreditNotesOf = (db: Db, invoiceId: number) =>
  db
    .selectFrom("invoices")
    .select(["number", "issue_date as issueDate", "currency", "gross_minor as grossMinor"])
    .where("original_invoice_id", "=", invoiceId)
    .orderBy("id")
    .execute();

/** A rendered PDF as the API shows it. */
export interface DocumentRow {
  readonly id: number;
  readonly revision: number;
  readonly locale: string;
  readonly templateHash: string;
  readonly chromeVersion: string;
  readonly sha256: string;
  readonly byteSize: number;
  readonly pages: number;
  readonly s3Key: string;
  readonly renderedAt: Date;
  /** Null until the object is in S3. */
  readonly storedAt: Date | null;
  /** When this was read, by the database's clock. */
  readonly readAt: Date;
}

const documents = (db: Db, invoiceId: number) =>
  db
    .selectFrom("documents")
    .select([
      "id",
      "revision",
      "locale",
      "template_hash as templateHash",
      "chrome_version as chromeVersion",
      "sha256",
      "byte_size as byteSize",
      "pages",
      "s3_key as s3Key",
      "rendered_at as renderedAt",
      "stored_at as storedAt",
      sql<Date>`clock_timestamp()`.as("readAt"),
    ])
    .where("invoice_id", "=", invoiceId);

/** Every PDF of an invoice, the original first. */
export const listDocuments = (db: Db, invoiceId: number): Promise<DocumentRow[]> =>
  documents(db, invoiceId).orderBy("revision").execute();

/** A stored PDF of an invoice: of one revision, or the original, which is the one that was sent. */
export const findStoredDocument = (
  db: Db,
  invoiceId: number,
  revision?: number,
): Promise<DocumentRow | undefined> => {
  let query = documents(db, invoiceId).where("stored_at", "is not", null);
  if (revision !== undefined) query = query.where("revision", "=", revision);
  return query.orderBy("revision").limit(1).executeTakeFirst();
};

/** A delivery as the API shows it. */
export interface InvoiceDelivery {
  readonly id: number;
  readonly purpose: string;
  readonly recipientEmail: string;
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly revision: number | null;
  readonly attempt: number;
  readonly sentAt: Date | null;
  readonly lastErrorClass: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Every delivery of an invoice, oldest first. */
export const listDeliveriesOf = (db: Db, invoiceId: number): Promise<InvoiceDelivery[]> =>
  db
    .selectFrom("delivery_documents as dd")
    .innerJoin("deliveries as d", "d.id", "dd.delivery_id")
    .leftJoin("documents as doc", "doc.id", "dd.document_id")
    .select([
      "d.id",
      "d.purpose",
      "d.recipient_email as recipientEmail",
      "d.state",
      "d.reason",
      "doc.revision",
      "d.attempt",
      "d.sent_at as sentAt",
      "d.last_error_class as lastErrorClass",
      "d.created_at as createdAt",
      "d.updated_at as updatedAt",
    ])
    .where("dd.invoice_id", "=", invoiceId)
    .orderBy("d.id")
    .execute();
