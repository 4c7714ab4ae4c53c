import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { sql } from "kysely";
import type { Db } from "./connection.ts";

/** One issued document for the bookkeeper. */
export interface ExportedInvoice {
  readonly customerId: number;
  readonly snapshot: InvoiceSnapshot;
}

/** How many documents are read at a time: few enough to hold, many enough to be quick. */
const batchSize = 500;

/**
 * Every document of a client that was issued on a date from `from` to before `before`, by date and then as
 * numbered. It is read in batches by key, so that a slow reader holds neither a connection nor a snapshot;
 * what was issued does not change in between.
 */
export async function* exportInvoices(
  db: Db,
  clientId: number,
  from: string,
  before: string,
): AsyncGenerator<ExportedInvoice, void, undefined> {
  let [date, id] = [from, 0];
  for (;;) {
    const rows = await db
      .selectFrom("invoices")
      .select(["id", "issue_date as issueDate", "customer_id as customerId", "snapshot"])
      .where("client_id", "=", clientId)
      .where("issue_date", "<", before)
      .where(sql<boolean>`(issue_date, id) > (${date}::date, ${id}::bigint)`)
      .orderBy("issue_date")
      .orderBy("id")
      .limit(batchSize)
      .execute();
    for (const { customerId, snapshot } of rows)
      yield { customerId, snapshot: JSON.parse(snapshot) as InvoiceSnapshot };
    const last = rows.at(-1);
    if (!last || rows.length < batchSize) return;
    [date, id] = [last.issueDate, last.id];
  }
}
