import { createHash } from "node:crypto";
import type { Db } from "@billpost/db/connection";
import { documentKey } from "@billpost/db/documents";
import { sql } from "kysely";
import { copyOrder, issueOrders, seedOrder } from "./invoicing/factory.ts";

/** Enough of a PDF to be attached; what it says is not looked at. */
const pdf = Buffer.from("%PDF-1.7\n% a stored invoice\n%%EOF\n");
const sha256 = createHash("sha256").update(pdf).digest("hex");

/**
 * Fills a database with issued invoices of a customer whose PDFs are stored and were sent long ago, without a job
 * left. Answers their numbers. `keep` puts an object into the store.
 */
export const seedSentInvoices = async (
  on: { readonly db: Db; readonly clientId: number; readonly customerId: number },
  count: number,
  keep: (key: string, bytes: Buffer) => void,
): Promise<string[]> => {
  const { db } = on;
  const first = await seedOrder(on as Parameters<typeof seedOrder>[0], { lines: [{ quantity: 2 }] });
  const tag = crypto.randomUUID().slice(0, 8);
  const copies = count > 1 ? await copyOrder(db, first, count - 1, tag) : [];
  const orderIds = [first, ...copies];
  const numbers: string[] = [];
  for (let start = 0; start < orderIds.length; start += 500)
    for (const { number } of await issueOrders(db, orderIds.slice(start, start + 500))) numbers.push(number);
  await sql`
    with sent as (
      update deliveries set state = 'sent', sent_at = now(), ses_message_id = 'old-' || id
      where order_id = any(${orderIds}::bigint[]) returning id
    ), done as (
      update work_items set state = 'done', finished_at = now(), attempt = 1, fence = fence + 1
      where order_id = any(${orderIds}::bigint[]) returning id
    )
    select count(*) from done`.execute(db);
  await sql`select graphile_worker.remove_job('work:' || id || ':0') from work_items
    where order_id = any(${orderIds}::bigint[])`.execute(db);
  const { rows } = await sql<{ id: number; number: string; issue_date: string }>`
    select id, number, issue_date from invoices where order_id = any(${orderIds}::bigint[]) order by id`.execute(
    db,
  );
  const documents = rows.map(({ id, number, issue_date: issueDate }) => {
    const key = documentKey({ number, issueDate, revision: 1, sha256 });
    keep(key, pdf);
    return { id, key };
  });
  await sql`
    insert into documents (invoice_id, revision, locale, template_hash, chrome_version, sha256, byte_size, pages, s3_key, stored_at)
    select id, 1, 'en', 'old', 'Chrome/1', ${sha256}, ${pdf.byteLength}, 1, key, now()
    from json_to_recordset(${JSON.stringify(documents)}::json) as d (id bigint, key text)`.execute(db);
  return numbers;
};
