import type { DocumentRow } from "@billpost/db/invoice-detail";
import type { IssuedRow } from "@billpost/db/issued-invoices";
import {
  textDifferences,
  type VerificationCheck,
  type VerificationResult,
} from "@billpost/domain/invoice-verification";
import { readPdfText } from "@billpost/pdf/pdf-text";
import { StorageFailed } from "@billpost/storage/storage-failed";
import type { TaskContext } from "./context.ts";
import { renderInvoice } from "./render-invoice.ts";
import { contentProblems, snapshotProblem } from "./snapshot-check.ts";

/** What to compare with, and what it was made by. */
type Stored = DocumentRow;

/**
 * Compares an issued invoice with its stored PDF: the frozen content with its hash and with itself, the stored
 * bytes with theirs, and the stored PDF with one rendered now, by bytes where template and Chrome are those
 * it was made with, by text elsewhere.
 */
export const compareWithStored = async (
  context: TaskContext,
  invoice: IssuedRow,
  stored: Stored | undefined,
): Promise<VerificationResult> => {
  const checks = [checkHash(invoice), checkContent(invoice)];
  if (!stored) {
    const none = "no PDF of it is stored yet";
    checks.push(check("stored_object", "not_possible", none), check("rendering", "not_possible", none));
    return conclude(checks, "nothing", null);
  }
  const bytes = await context.stage("fetch", () => fetchStored(context, stored));
  if (typeof bytes === "string") {
    checks.push(
      check("stored_object", "different", bytes),
      check("rendering", "not_possible", "the stored PDF cannot be compared"),
    );
    return conclude(checks, "nothing", stored.revision);
  }
  checks.push(check("stored_object", "same", `the stored PDF has the SHA-256 ${stored.sha256}`));
  const { comparedBy, ...rendering } = await context.stage("render", () =>
    compareRendering(context, invoice, stored, bytes),
  );
  return conclude([...checks, rendering], comparedBy, stored.revision);
};

const check = (
  name: VerificationCheck["check"],
  result: VerificationCheck["result"],
  message: string,
  differences: readonly string[] = [],
): VerificationCheck => ({ check: name, result, message, differences });

const conclude = (
  checks: readonly VerificationCheck[],
  comparedBy: VerificationResult["comparedBy"],
  revision: number | null,
): VerificationResult => ({
  // Nothing stored is nothing verified.
  verified: checks.every(({ result }) => result === "same"),
  comparedBy,
  revision,
  checks,
});

const checkHash = (invoice: IssuedRow): VerificationCheck => {
  const problem = snapshotProblem(invoice);
  return problem === undefined
    ? check("snapshot_hash", "same", `the frozen content has the SHA-256 ${invoice.snapshotSha256}`)
    : check("snapshot_hash", "different", problem);
};

const checkContent = (invoice: IssuedRow): VerificationCheck => {
  const problems = contentProblems(invoice);
  return problems.length === 0
    ? check("snapshot_content", "same", "the frozen content agrees with itself and with its row")
    : check("snapshot_content", "different", `these do not agree: ${problems.join(", ")}`);
};

/** The bytes, compared with their hash; or in words what is wrong with what is stored. */
const fetchStored = async (
  { store, signal }: TaskContext,
  { s3Key: key, sha256, byteSize }: Stored,
): Promise<Uint8Array | string> => {
  try {
    return await store.get({ key, sha256, byteSize }, signal);
  } catch (error) {
    if (!(error instanceof StorageFailed)) throw error;
    if (error.code === "content_differs") return "the stored PDF does not have the hash it was stored with";
    if (error.code === "NoSuchKey") return "the stored PDF is gone from the object store";
    throw error;
  }
};

const compareRendering = async (
  context: TaskContext,
  invoice: IssuedRow,
  stored: Stored,
  bytes: Uint8Array,
): Promise<VerificationCheck & { readonly comparedBy: "bytes" | "text" }> => {
  const { document, bytes: rendered } = await renderInvoice(context, invoice, stored.revision, stored.locale);
  const changed = [
    ...(document.templateHash === stored.templateHash ? [] : ["the template"]),
    ...(document.chromeVersion === stored.chromeVersion
      ? []
      : [`Chrome (${stored.chromeVersion}, now ${document.chromeVersion})`]),
  ];
  const comparedBy = changed.length === 0 ? "bytes" : "text";
  if (comparedBy === "bytes" && document.sha256 === stored.sha256)
    return {
      ...check("rendering", "same", "rendered again with the same template and Chrome: the same bytes"),
      comparedBy,
    };
  const differences = textDifferences(await readPdfText(bytes), await readPdfText(rendered));
  const since = changed.length === 0 ? "" : ` since ${changed.join(" and ")} changed`;
  if (comparedBy === "bytes")
    return {
      ...check(
        "rendering",
        "different",
        differences.length > 0
          ? "rendered again with the same template and Chrome: other text"
          : "rendered again with the same template and Chrome: the same text, but other bytes",
        differences,
      ),
      comparedBy,
    };
  return differences.length === 0
    ? { ...check("rendering", "same", `rendered again: the same text, compared by it${since}`), comparedBy }
    : { ...check("rendering", "different", `rendered again: other text${since}`, differences), comparedBy };
};
