import { readSearchText, type SearchKind, type SearchTerms } from "@billpost/domain/operators/search-text";
import { type RawBuilder, sql } from "kysely";
import type { Db } from "../connection.ts";

/** Something that a text is the name of. */
export interface SearchHit {
  readonly type: "order" | "invoice" | "customer" | "job";
  /** As the API names it: an order id, an invoice number, a customer's or job's id. */
  readonly key: string;
  /** What it is called beside that: the buyer's name, or a job's task. */
  readonly label: string;
  /** Of an order its invoice's status, of an invoice its kind, of a job its state. */
  readonly state: string | null;
  readonly clientId: number | null;
  /** What the text was taken for. */
  readonly matched: SearchKind;
}

/** Of each kind of match; a customer may have thousands of orders. */
const limitOfKind = 20;

/** Everything that a text can be the name of, of every client, the most likely first. */
export const search = async (db: Db, text: string): Promise<SearchHit[]> => {
  const query = searchQuery(readSearchText(text));
  if (!query) return [];
  const { rows } = await query.execute(db);
  return rows;
};

/** Undefined when the text can be nothing. */
export const searchQuery = (terms: SearchTerms): RawBuilder<SearchHit> | undefined => {
  const parts = Object.entries(terms).flatMap(([kind, text]) => hits[kind as SearchKind](text));
  if (parts.length === 0) return undefined;
  const limited = parts.map((part) => sql`(${part} limit ${sql.lit(limitOfKind)})`);
  return sql<SearchHit>`select * from (${sql.join(limited, sql` union all `)}) hits limit 100`;
};

const order = (matched: SearchKind, from: RawBuilder<unknown>) => sql`
  select 'order' as type, o.order_id as key, o.customer_name as label, o.invoice_status as state,
    o.client_id as "clientId", ${matched}::text as matched ${from}`;

const job = (matched: SearchKind, from: RawBuilder<unknown>) => sql`
  select 'job' as type, w.id::text as key, w.task as label, w.state as state, w.client_id as "clientId",
    ${matched}::text as matched ${from}`;

const hits: Readonly<Record<SearchKind, (text: string) => RawBuilder<unknown>[]>> = {
  job: (text) => [job("job", sql`from work_items w where w.id = ${Number(text)}`)],
  order: (text) => [order("order", sql`from orders o where o.order_id = ${text}`)],
  invoice: (text) => [
    sql`select 'invoice' as type, i.number as key, o.customer_name as label, i.kind as state,
      i.client_id as "clientId", 'invoice' as matched
      from invoices i join orders o on o.id = i.order_id where i.number in (${text}, upper(${text}))`,
  ],
  email: (text) => [
    sql`select 'customer' as type, c.id::text as key, c.name as label, null as state,
      c.client_id as "clientId", 'email' as matched from customers c where lower(c.email) = ${text}`,
    order(
      "email",
      sql`from customers c join orders o on o.customer_id = c.id where lower(c.email) = ${text} order by o.id desc`,
    ),
    // An address that the customer no longer has.
    order(
      "email",
      sql`from orders o where o.id = any(array(
        select d.order_id from deliveries d join orders s on s.id = d.order_id join customers c on c.id = s.customer_id
        where lower(d.recipient_email) = ${text} and lower(c.email) <> ${text})) order by o.id desc`,
    ),
  ],
  external_ref: (text) => [
    order(
      "external_ref",
      sql`from orders o where o.external_ref = ${text} and o.client_id = any(array(select id from clients))`,
    ),
  ],
  ses_message: (text) => [
    job(
      "ses_message",
      sql`from work_items w where w.delivery_id = any(array(
        select id from deliveries where ses_message_id = ${text}
        union select delivery_id from ses_events where ses_message_id = ${text} and delivery_id is not null))`,
    ),
  ],
  request: (text) => [
    order(
      "request",
      sql`from audit_events a join orders o on o.order_id = a.target_id
        where a.request_id = ${text} and a.target_type = 'order'`,
    ),
    job("request", sql`from work_items w where w.request_id = ${text} and w.task <> 'issue-invoice'`),
  ],
};
