import type { Db } from "./connection.ts";

/** An issued invoice or credit note as its row has it, whoever's it is. */
export interface IssuedRow {
  readonly invoiceId: number;
  readonly orderId: number;
  readonly number: string;
  readonly kind: "invoice" | "credit_note";
  readonly issueDate: string;
  readonly currency: string;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
  /** Canonical JSON. */
  readonly snapshot: string;
  readonly snapshotSha256: string;
}

/** Reads an issued document for the worker; undefined when there is none of that id. */
export const loadIssuedInvoice = (db: Db, id: number): Promise<IssuedRow | undefined> =>
  db
    .selectFrom("invoices")
    .select([
      "id as invoiceId",
      "order_id as orderId",
      "number",
      "kind",
      "issue_date as issueDate",
      "currency",
      "net_minor as netMinor",
      "tax_minor as taxMinor",
      "gross_minor as grossMinor",
      "snapshot",
      "snapshot_sha256 as snapshotSha256",
    ])
    .where("id", "=", id)
    .executeTakeFirst();
