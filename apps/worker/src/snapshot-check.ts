import { createHash } from "node:crypto";
import type { IssuedRow } from "@billpost/db/issued-invoices";
import { canonicalJson } from "@billpost/domain/canonical-json";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { sum } from "@billpost/domain/rounding";

/** Why the frozen content is not what was hashed when it was issued; undefined when it is. */
export const snapshotProblem = ({ snapshot, snapshotSha256 }: IssuedRow): string | undefined =>
  createHash("sha256").update(snapshot, "utf8").digest("hex") === snapshotSha256
    ? undefined
    : "the frozen content does not have the hash it was issued with";

/**
 * What in the frozen content does not agree with itself or with the columns that repeat parts of it: the
 * form of its JSON, number, kind, date, currency, and the sums of EN 16931 (BR-CO-10, -14, -15).
 */
export const contentProblems = (row: IssuedRow): string[] => {
  const snapshot = JSON.parse(row.snapshot) as InvoiceSnapshot;
  const { totals, lines, taxes } = snapshot;
  const rules: readonly (readonly [what: string, holds: boolean])[] = [
    ["the form of its JSON", canonicalJson(snapshot) === row.snapshot],
    ["its number", snapshot.number === row.number],
    ["its kind", snapshot.kind === row.kind],
    ["its issue date", snapshot.issueDate === row.issueDate],
    ["its currency", snapshot.currency === row.currency],
    ["its net total", totals.netMinor === row.netMinor],
    ["its tax total", totals.taxMinor === row.taxMinor],
    ["its total", totals.grossMinor === row.grossMinor],
    ["the sum of its lines", sum(lines.map((line) => line.netMinor)) === totals.netMinor],
    ["the sum of its taxable amounts", sum(taxes.map((group) => group.taxableMinor)) === totals.netMinor],
    ["the sum of its taxes", sum(taxes.map((group) => group.taxMinor)) === totals.taxMinor],
    ["net, tax and rounding", totals.netMinor + totals.taxMinor + totals.roundingMinor === totals.grossMinor],
  ];
  return rules.filter(([, holds]) => !holds).map(([what]) => what);
};
