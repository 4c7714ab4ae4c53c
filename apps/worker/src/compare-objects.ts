import {
  isDocumentKey,
  listDocumentsToVerify,
  listStoredDocuments,
  markVerified,
  type StoredObject,
} from "@billpost/db/documents";
import type { Finding } from "@billpost/db/reconciliations";
import type { ListedObject, ObjectStore } from "@billpost/storage/object-store";
import { StorageFailed } from "@billpost/storage/storage-failed";
import type { TaskContext } from "./context.ts";

type Parts = Pick<TaskContext, "db" | "store" | "signal">;

/** What begins every key of ours; other programs' objects in the same bucket are left alone. */
const prefix = "invoices/";

/**
 * Walks through the documents' rows and the store's listing side by side, both in the order of their keys, so
 * that neither is ever held whole. Whatever looks amiss is looked at again by itself: a document may have been
 * stored, or a row replaced, since its page was read.
 */
export const compareObjects = async ({ db, store, signal }: Parts): Promise<Finding[]> => {
  const findings: Finding[] = [];
  const rows = listStoredDocuments(db);
  const objects = store.list(prefix, signal);
  let row = await next(rows);
  let object = await next(objects);
  while (row || object) {
    const order = compareKeys(row, object);
    if (order === 0 && row && object && row.byteSize !== object.byteSize) findings.push(objectDiffers(row));
    if (order < 0 && row) {
      const finding = await judge(store, row, signal);
      if (finding) findings.push(finding);
    }
    if (order > 0 && object && !(await isDocumentKey(db, object.key)))
      findings.push({
        kind: "object_without_row",
        subject: object.key,
        ids: {},
        repaired: false,
        act: "no document has this object: find out whose it is before anything is deleted",
      });
    if (order <= 0) row = await next(rows);
    if (order >= 0) object = await next(objects);
  }
  return findings;
};

const next = async <T>(items: AsyncGenerator<T>): Promise<T | undefined> => {
  const { value, done } = await items.next();
  return done ? undefined : value;
};

/** Below 0: the row comes first, so its object is not listed; above 0: the object's row is not. */
const compareKeys = (row: StoredObject | undefined, object: ListedObject | undefined): number => {
  if (!row) return 1;
  return object ? Buffer.compare(Buffer.from(row.key), Buffer.from(object.key)) : -1;
};

/** How long a hash that was found right is believed, in days, and how many are computed at a time. */
const believedDays = 7;
const hashesPerRun = 500;
const hashesAtOnce = 4;

/** Reads objects and compares their hash with their row: those not read lately, or every one. */
export const verifyObjects = async ({ db, store, signal }: Parts, deep: boolean): Promise<Finding[]> => {
  const findings: Finding[] = [];
  let afterId = 0;
  for (;;) {
    const documents = await listDocumentsToVerify(db, {
      days: deep ? 0 : believedDays,
      afterId,
      limit: hashesPerRun,
    });
    for (let start = 0; start < documents.length; start += hashesAtOnce) {
      const some = documents.slice(start, start + hashesAtOnce);
      const found = await Promise.all(some.map((document) => judge(store, document, signal)));
      findings.push(...found.filter((finding) => finding !== undefined));
      await markVerified(
        db,
        some.filter((_, index) => found[index] === undefined).map(({ id }) => id),
      );
    }
    const last = documents.at(-1);
    if (!deep || !last || documents.length < hashesPerRun) return findings;
    afterId = last.id;
  }
};

/** Undefined: the object is there and is what was stored. Throws when the store cannot be asked. */
const judge = async (
  store: ObjectStore,
  document: StoredObject,
  signal: AbortSignal,
): Promise<Finding | undefined> => {
  try {
    await store.get(document, signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof StorageFailed)) throw error;
    if (error.code === "content_differs") return objectDiffers(document);
    if (error.code === "NoSuchKey")
      return {
        kind: "document_without_object",
        subject: document.key,
        ids: { documentId: document.id },
        repaired: false,
        act: "bring the object back from a backup, or ask for a new document of the invoice",
      };
    throw error;
  }
};

const objectDiffers = ({ id, key }: StoredObject): Finding => ({
  kind: "object_differs",
  subject: key,
  ids: { documentId: id },
  repaired: false,
  act: "bring the object back from a backup, or ask for a new document of the invoice",
});
