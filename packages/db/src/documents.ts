import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";

/** One rendered PDF of an invoice. */
export interface StoredDocument {
  readonly id: number;
  readonly invoiceId: number;
  readonly revision: number;
  readonly locale: string;
  readonly templateHash: string;
  readonly chromeVersion: string;
  readonly sha256: string;
  readonly byteSize: number;
  readonly pages: number;
  readonly s3Key: string;
  /** Null: not yet known to be in the object store. */
  readonly storedAt: Date | null;
}

export type DocumentToWrite = Omit<StoredDocument, "id" | "storedAt">;

const columns = [
  "id",
  "invoice_id as invoiceId",
  "revision",
  "locale",
  "template_hash as templateHash",
  "chrome_version as chromeVersion",
  "sha256",
  "byte_size as byteSize",
  "pages",
  "s3_key as s3Key",
  "stored_at as storedAt",
] as const;

/** Never overwritten once stored, so the key names its content: `invoices/2026/INV-2026-000001/r1-<sha256>.pdf`. */
export const documentKey = (document: {
  readonly number: string;
  readonly issueDate: string;
  readonly revision: number;
  readonly sha256: string;
}): string =>
  `invoices/${document.issueDate.slice(0, 4)}/${document.number}/r${document.revision}-${document.sha256}.pdf`;

/** The document of an invoice at a revision; undefined when none was rendered. */
export const findDocument = (
  db: Db,
  invoiceId: number,
  revision: number,
): Promise<StoredDocument | undefined> =>
  db
    .selectFrom("documents")
    .select(columns)
    .where("invoice_id", "=", invoiceId)
    .where("revision", "=", revision)
    .executeTakeFirst();

export const findDocumentById = (db: Db, documentId: number): Promise<StoredDocument | undefined> =>
  db.selectFrom("documents").select(columns).where("id", "=", documentId).executeTakeFirst();

/**
 * Writes the row of a rendered PDF before its bytes are stored. A row that was not stored yet is replaced:
 * after a crash another Chrome may give other bytes. Undefined: a stored document is there already.
 */
export const writeDocument = async (
  trx: Trx,
  document: DocumentToWrite,
): Promise<StoredDocument | undefined> => {
  const values = {
    locale: document.locale,
    template_hash: document.templateHash,
    chrome_version: document.chromeVersion,
    sha256: document.sha256,
    byte_size: document.byteSize,
    pages: document.pages,
    s3_key: document.s3Key,
    rendered_at: sql<Date>`clock_timestamp()`,
  };
  return trx
    .insertInto("documents")
    .values({ invoice_id: document.invoiceId, revision: document.revision, ...values })
    .onConflict((conflict) =>
      conflict
        .columns(["invoice_id", "revision"])
        .doUpdateSet(values)
        .where("documents.stored_at", "is", null),
    )
    .returning(columns)
    .executeTakeFirst();
};

/** The bytes are in the object store. False: the row is another's by now, or was stored before. */
export const markStored = async (
  trx: Trx,
  document: Pick<StoredDocument, "id" | "sha256">,
): Promise<boolean> => {
  const { numUpdatedRows } = await trx
    .updateTable("documents")
    .set({ stored_at: sql<Date>`clock_timestamp()` })
    .where("id", "=", document.id)
    .where("sha256", "=", document.sha256)
    .where("stored_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};
