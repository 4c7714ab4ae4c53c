import { sql, type SqlBool } from "kysely";
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

/** The newest stored document of an invoice; undefined when none is stored. */
export const findLatestStored = (db: Db, invoiceId: number): Promise<StoredDocument | undefined> =>
  db
    .selectFrom("documents")
    .select(columns)
    .where("invoice_id", "=", invoiceId)
    .where("stored_at", "is not", null)
    .orderBy("revision", "desc")
    .limit(1)
    .executeTakeFirst();

/** A document by its id. */
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

/** What a stored document's object must be. */
export interface StoredObject {
  readonly id: number;
  readonly key: string;
  readonly sha256: string;
  readonly byteSize: number;
}

const objectColumns = ["id", "s3_key as key", "sha256", "byte_size as byteSize"] as const;
const pageSize = 1_000;

/** Every stored document in the order of its key's bytes, as an object store lists them; a page at a time. */
export async function* listStoredDocuments(db: Db): AsyncGenerator<StoredObject> {
  let after = "";
  for (;;) {
    const page = await db
      .selectFrom("documents")
      .select(objectColumns)
      .where("stored_at", "is not", null)
      .where(sql<SqlBool>`s3_key collate "C" > ${after}`)
      .orderBy(sql`s3_key collate "C"`)
      .limit(pageSize)
      .execute();
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < pageSize) return;
    after = last.key;
  }
}

/** Whether any document, stored or not, is to have its object under this key. */
export const isDocumentKey = async (db: Db, key: string): Promise<boolean> =>
  (await db.selectFrom("documents").select("id").where("s3_key", "=", key).executeTakeFirst()) !== undefined;

/** Stored documents after `afterId` whose objects' hash was not computed for `days`; 0: all of them. */
export const listDocumentsToVerify = (
  db: Db,
  { days, afterId, limit }: { readonly days: number; readonly afterId: number; readonly limit: number },
): Promise<StoredObject[]> =>
  db
    .selectFrom("documents")
    .select(objectColumns)
    .where("stored_at", "is not", null)
    .where("id", ">", afterId)
    .$if(days > 0, (query) =>
      query.where((eb) =>
        eb.or([
          eb("verified_at", "is", null),
          eb("verified_at", "<", sql<Date>`now() - make_interval(days => ${days})`),
        ]),
      ),
    )
    .orderBy("id")
    .limit(limit)
    .execute();

/** The objects were read and are what was stored. */
export const markVerified = async (db: Db, ids: readonly number[]): Promise<void> => {
  if (ids.length === 0) return;
  await db
    .updateTable("documents")
    .set({ verified_at: sql<Date>`clock_timestamp()` })
    .where("id", "in", ids)
    .execute();
};
