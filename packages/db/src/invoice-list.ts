import { currencyCodes, currencyDigits } from "@billpost/domain/currency";
import type { DeliveryState } from "@billpost/domain/delivery";
import type { InvoiceKind } from "@billpost/domain/invoice-snapshot";
import type { InvoiceState } from "@billpost/domain/invoice-state";
import { type RawBuilder, sql } from "kysely";
import type { Db } from "./connection.ts";

/** An invoice or credit note as lists show it. */
export interface InvoiceSummary {
  readonly id: number;
  readonly number: string;
  readonly kind: InvoiceKind;
  readonly state: InvoiceState;
  readonly orderId: string;
  readonly customerId: number;
  /** On a credit note, the invoice it corrects. */
  readonly originalNumber: string | null;
  readonly issueDate: string;
  readonly issuedAt: Date;
  readonly currency: string;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
  /** Of its latest delivery; null when it has none. */
  readonly deliveryState: DeliveryState | null;
  /** The last time it was issued, credited, rendered or its delivery moved. */
  readonly updatedAt: Date;
}

export interface InvoiceFilter {
  readonly number?: string | undefined;
  readonly orderId?: string | undefined;
  readonly customerId?: number | undefined;
  readonly kind?: InvoiceKind | undefined;
  readonly state?: InvoiceState | undefined;
  /** Issue dates, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly currency?: string | undefined;
  /** Decimals in major units of whatever currency an invoice has, both included. */
  readonly totalMin?: string | undefined;
  readonly totalMax?: string | undefined;
}

/** Every credit note is `issued`: only invoices have lines that are given back. */
const stateOf = sql<InvoiceState>`(
  select case
    when coalesce(sum(c.credited_quantity), 0) = 0 then 'issued'
    when bool_and(c.credited_quantity = c.quantity) then 'credited'
    else 'partially_credited' end
  from invoice_line_credits c where c.invoice_id = i.id and i.kind = 'invoice')`;

const updatedAt = sql<Date>`greatest(
  i.issued_at,
  (select max(n.issued_at) from invoices n where n.original_invoice_id = i.id),
  (select max(d.stored_at) from documents d where d.invoice_id = i.id),
  (select max(d.updated_at) from delivery_documents dd join deliveries d on d.id = dd.delivery_id where dd.invoice_id = i.id))`;

const latestDeliveryState = sql<DeliveryState | null>`(
  select d.state from delivery_documents dd join deliveries d on d.id = dd.delivery_id
  where dd.invoice_id = i.id order by d.id desc limit 1)`;

const summaries = (db: Db) =>
  db
    .selectFrom("invoices as i")
    .innerJoin("orders as o", "o.id", "i.order_id")
    .leftJoin("invoices as original", "original.id", "i.original_invoice_id")
    .select([
      "i.id",
      "i.number",
      "i.kind",
      stateOf.as("state"),
      "o.order_id as orderId",
      "i.customer_id as customerId",
      "original.number as originalNumber",
      "i.issue_date as issueDate",
      "i.issued_at as issuedAt",
      "i.currency",
      "i.net_minor as netMinor",
      "i.tax_minor as taxMinor",
      "i.gross_minor as grossMinor",
      latestDeliveryState.as("deliveryState"),
      updatedAt.as("updatedAt"),
    ]);

const currenciesOf = (digits: number) => currencyCodes.filter((code) => currencyDigits(code) === digits);

const isCredited = sql<boolean>`i.id in (
  select invoice_id from invoice_line_credits where credited_quantity > 0)`;

/** A decimal of major units in the minor units of each row's currency, exact. */
const inMinorUnits = (decimal: string): RawBuilder<unknown> => sql`${decimal}::numeric * case
  when i.currency = any(${currenciesOf(0)}) then 1
  when i.currency = any(${currenciesOf(3)}) then 1000
  else 100 end`;

/** The invoices that anything happened to at or after an instant, each way by an index of its own. */
const changedSince = (clientId: number, micros: number): RawBuilder<boolean> => {
  const since = sql`timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond'`;
  return sql<boolean>`i.id in (
    select id from invoices where client_id = ${clientId} and issued_at >= ${since}
    union select original_invoice_id from invoices
      where client_id = ${clientId} and issued_at >= ${since} and original_invoice_id is not null
    union select invoice_id from documents where stored_at >= ${since}
    union select dd.invoice_id from deliveries d join delivery_documents dd on dd.delivery_id = d.id
      where d.client_id = ${clientId} and d.updated_at >= ${since})`;
};

const filtered = (db: Db, clientId: number, filter: InvoiceFilter) => {
  const { number, orderId, customerId, kind, state, from, to, currency, totalMin, totalMax } = filter;
  let query = summaries(db).where("i.client_id", "=", clientId);
  if (number !== undefined) query = query.where("i.number", "=", number);
  if (orderId !== undefined) query = query.where("o.order_id", "=", orderId);
  if (customerId !== undefined) query = query.where("i.customer_id", "=", customerId);
  if (kind !== undefined) query = query.where("i.kind", "=", kind);
  if (state !== undefined) query = query.where(stateOf, "=", state);
  // Few are: found by an index, not by looking at all.
  if (state !== undefined && state !== "issued") query = query.where(isCredited);
  if (from !== undefined) query = query.where("i.issue_date", ">=", from);
  if (to !== undefined) query = query.where("i.issue_date", "<=", to);
  if (currency !== undefined) query = query.where("i.currency", "=", currency);
  if (totalMin !== undefined) query = query.where(sql<boolean>`i.gross_minor >= ${inMinorUnits(totalMin)}`);
  if (totalMax !== undefined) query = query.where(sql<boolean>`i.gross_minor <= ${inMinorUnits(totalMax)}`);
  return query;
};

/** A client's invoices and credit notes, newest first, from before `beforeId`. */
export const listInvoices = (
  db: Db,
  clientId: number,
  filter: InvoiceFilter,
  { beforeId, limit }: { beforeId?: number | undefined; limit: number },
): Promise<InvoiceSummary[]> => {
  const query = filtered(db, clientId, filter);
  return (beforeId === undefined ? query : query.where("i.id", "<", beforeId))
    .orderBy("i.id", "desc")
    .limit(limit)
    .execute();
};

/** An invoice and when exactly something last happened to it, in microseconds since 1970. */
export type ChangedInvoice = InvoiceSummary & { readonly updatedMicros: number };

const updatedMicros = sql<number>`(extract(epoch from ${updatedAt}) * 1000000)::bigint`;

/**
 * A client's invoices and credit notes that something happened to after an instant, the longest unchanged
 * first, from after the position given. What changes while the list is read comes again.
 */
export const listChangedInvoices = (
  db: Db,
  clientId: number,
  filter: InvoiceFilter,
  after: { readonly updatedMicros: number; readonly id: number },
  limit: number,
): Promise<ChangedInvoice[]> =>
  filtered(db, clientId, filter)
    // Computed once for each row: `offset 0` keeps the planner from copying it to where it is used.
    .innerJoin(
      sql<{ micros: number }>`lateral (select ${updatedMicros} as micros offset 0)`.as("changed"),
      (join) => join.onTrue(),
    )
    .select("changed.micros as updatedMicros")
    .where(changedSince(clientId, after.updatedMicros))
    .where(sql<boolean>`(changed.micros, i.id) > (${after.updatedMicros}::bigint, ${after.id}::bigint)`)
    .orderBy("changed.micros")
    .orderBy("i.id")
    .limit(limit)
    .execute();

/** Everything issued for one order of a client, oldest first. */
export const listInvoicesOfOrder = (db: Db, clientId: number, orderId: string): Promise<InvoiceSummary[]> =>
  summaries(db)
    .where("i.client_id", "=", clientId)
    .where("o.order_id", "=", orderId)
    .orderBy("i.id")
    .execute();
