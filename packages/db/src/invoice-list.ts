import type { DeliveryState } from "@billpost/domain/delivery";
import type { InvoiceKind } from "@billpost/domain/invoice-snapshot";
import type { InvoiceState } from "@billpost/domain/invoice-state";
import { sql } from "kysely";
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

const latestDeliveryState = sql<DeliveryState | null>`(
  select d.state from delivery_documents dd join deliveries d on d.id = dd.delivery_id
  where dd.invoice_id = i.id order by d.id desc limit 1)`;

const summaries = (db: Db) =>
  db
    .selectFrom("invoices as i")
    .innerJoin("orders as o", "o.id", "i.order_id")
    .leftJoin("invoices as original", "original.id", "i.original_invoice_id")
    // Kept by triggers since the invoice was issued: see migrations/0030_lists.sql.
    .innerJoin("invoice_progress as progress", "progress.invoice_id", "i.id")
    .select([
      "i.id",
      "i.number",
      "i.kind",
      "progress.state",
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
      "progress.changed_at as updatedAt",
    ]);

/** An amount in thousandths of the major unit, by which amounts of any currency are compared exactly. */
const amount = sql<number>`amount_thousandths(i.gross_minor, i.currency)`;
const thousandths = (decimal: string) => sql<number>`(${decimal}::numeric * 1000)::bigint`;

const filtered = (db: Db, clientId: number, filter: InvoiceFilter) => {
  const { number, orderId, customerId, kind, state, from, to, currency, totalMin, totalMax } = filter;
  let query = summaries(db).where("i.client_id", "=", clientId);
  if (number !== undefined) query = query.where("i.number", "=", number);
  if (orderId !== undefined) query = query.where("o.order_id", "=", orderId);
  if (customerId !== undefined) query = query.where("i.customer_id", "=", customerId);
  if (kind !== undefined) query = query.where("i.kind", "=", kind);
  if (state !== undefined) query = query.where("progress.state", "=", state);
  if (from !== undefined) query = query.where("i.issue_date", ">=", from);
  if (to !== undefined) query = query.where("i.issue_date", "<=", to);
  if (currency !== undefined) query = query.where("i.currency", "=", currency);
  if (totalMin !== undefined) query = query.where(amount, ">=", thousandths(totalMin));
  if (totalMax !== undefined) query = query.where(amount, "<=", thousandths(totalMax));
  return query;
};

/** A client's invoices and credit notes, newest first, from before `beforeId`. */
export const listInvoices = (
  db: Db,
  clientId: number,
  filter: InvoiceFilter,
  { beforeId, limit }: { beforeId?: number | undefined; limit: number },
): Promise<InvoiceSummary[]> => {
  // Few have another state than `issued`, and only their own index has them in this order: see 0030_lists.sql.
  const isRare = filter.state !== undefined && filter.state !== "issued";
  const place = isRare ? sql<number>`progress.invoice_id + 0` : sql<number>`i.id`;
  const query = isRare
    ? filtered(db, clientId, filter).where("progress.client_id", "=", clientId)
    : filtered(db, clientId, filter);
  return (beforeId === undefined ? query : query.where(place, "<", beforeId))
    .orderBy(place, "desc")
    .limit(limit)
    .execute();
};

/** The issue date as a number such as 20260131, for a position in a list by date. */
const issueDay = sql<number>`to_char(i.issue_date, 'YYYYMMDD')::int`;

/**
 * A client's invoices and credit notes, the latest issue date first, from after the position given: what is
 * wanted by date is found by date, however long ago.
 */
export const listInvoicesByDate = (
  db: Db,
  clientId: number,
  filter: InvoiceFilter,
  { before, limit }: { before?: { readonly day: number; readonly id: number } | undefined; limit: number },
): Promise<(InvoiceSummary & { readonly day: number })[]> => {
  const query = filtered(db, clientId, filter).select(issueDay.as("day"));
  return (
    before === undefined
      ? query
      : query.where(
          sql<boolean>`(i.issue_date, i.id) < (to_date(${before.day}::text, 'YYYYMMDD'), ${before.id}::bigint)`,
        )
  )
    .orderBy("i.issue_date", "desc")
    .orderBy("i.id", "desc")
    .limit(limit)
    .execute();
};

/** An invoice and when exactly something last happened to it, in microseconds since 1970. */
export type ChangedInvoice = InvoiceSummary & { readonly updatedMicros: number };

const updatedMicros = sql<number>`(extract(epoch from progress.changed_at) * 1000000)::bigint`;

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
    .select(updatedMicros.as("updatedMicros"))
    .where("progress.client_id", "=", clientId)
    .where(
      sql<boolean>`(progress.changed_at, progress.invoice_id) >
        (timestamptz 'epoch' + ${after.updatedMicros}::bigint * interval '1 microsecond', ${after.id}::bigint)`,
    )
    .orderBy("progress.changed_at")
    .orderBy("progress.invoice_id")
    .limit(limit)
    .execute();

/** Everything issued for one order of a client, oldest first. */
export const listInvoicesOfOrder = (db: Db, clientId: number, orderId: string): Promise<InvoiceSummary[]> =>
  summaries(db)
    .where("i.client_id", "=", clientId)
    .where("o.order_id", "=", orderId)
    .orderBy("i.id")
    .execute();
