import { createHash } from "node:crypto";
import { canonicalJson } from "@billpost/domain/canonical-json";
import {
  buildInvoiceSnapshot,
  type ConfiguredSeller,
  type InvoiceableOrder,
  type InvoiceProfile,
  missingForInvoice,
  sellerOf,
} from "@billpost/domain/invoice-building";
import { dateInZone, formatInvoiceNumber } from "@billpost/domain/invoice-numbering";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { sql, type SqlBool } from "kysely";
import { enqueueBatchWork } from "./batches/work.ts";
import { releaseBlockedWork } from "./billing-details.ts";
import type { Db, Trx } from "./connection.ts";
import { startCreditRequests } from "./credit-requests.ts";
import { createDeliveries } from "./deliveries.ts";
import { loadInvoiceable, type OrderRow } from "./invoiceable-orders.ts";
import { enqueue, recordWork } from "./outbox.ts";
import { type SeriesSettings, takeNumbers } from "./series.ts";

/** What issuing follows. A change of it never shows on what was issued before. */
export interface IssuingSettings {
  readonly seller: ConfiguredSeller;
  readonly profile: InvoiceProfile;
  readonly timeZone: string;
  readonly invoiceSeries: SeriesSettings;
  /** Attempts to deliver before it counts as failed. */
  readonly deliveryAttempts: number;
}

/** What became of an order that was to be invoiced. */
export type Issued =
  | {
      readonly orderId: number;
      readonly outcome: "issued";
      readonly invoiceId: number;
      readonly number: string;
      /** The work of its delivery, for which the caller is to find a worker or a job; absent: it has a job. */
      readonly jobless?: number;
    }
  | { readonly orderId: number; readonly outcome: "blocked"; readonly missing: readonly string[] }
  /** It has its invoice, was cancelled before it got one, or is invoiced elsewhere. */
  | { readonly orderId: number; readonly outcome: "not_needed" };

/**
 * Issues the invoices of many orders at once: numbers without a gap in the order of the orders' ids, frozen
 * snapshots, one delivery each, and the jobs that deliver them. An order that lacks required data is blocked
 * and gets no number. The caller has locked the orders; the series' lock, taken last, is held to the end of
 * the transaction.
 */
export const issueInvoices = async (
  trx: Trx,
  orderIds: readonly number[],
  settings: IssuingSettings,
  asked: IssuingAsked = {},
): Promise<Issued[]> => {
  const { batch } = asked;
  const orders = await loadInvoiceable(trx, orderIds, settings.timeZone);
  const results: Issued[] = [];
  const ready: { row: OrderRow; order: InvoiceableOrder }[] = [];
  for (const { row, order } of orders) {
    const wanted =
      row.invoice_status === "pending" ||
      row.invoice_status === "blocked" ||
      (batch !== undefined && row.invoice_status === "external");
    if (!wanted || row.status === "CANCELLED" || !order) {
      results.push({ orderId: row.id, outcome: "not_needed" });
      continue;
    }
    const missing = missingForInvoice(settings.profile, order, settings.seller);
    if (missing.length === 0) ready.push({ row, order });
    else results.push({ orderId: row.id, outcome: "blocked", missing });
  }
  // What is invoiced elsewhere stays so unless it can be invoiced here.
  if (!batch) await blockOrders(trx, results);
  return [...results, ...(await issue(trx, ready, settings, asked))];
};

/** For whom invoices are issued, and by which way they go out. */
export interface IssuingAsked {
  /** By order id: they go along into the deliveries' work. */
  readonly requestIds?: ReadonlyMap<number, string | null>;
  readonly batch?: IssuingBatch;
  /** The order whose delivery gets no job: see `handOver`. */
  readonly carryOn?: number | undefined;
}

/** Orders that a batch invoices: those that are invoiced elsewhere, too, and their emails are the batch's. */
interface IssuingBatch {
  readonly id: number;
  readonly purposeOf: (orderId: number) => string;
}

/** What the invoices of orders would lack, by order id; orders that lack nothing are not in it. */
export const missingOfOrders = async (
  db: Db,
  orderIds: readonly number[],
  settings: IssuingSettings,
): Promise<Map<number, readonly string[]>> =>
  new Map(
    (await loadInvoiceable(db, orderIds, settings.timeZone)).flatMap(({ row, order }) => {
      const missing = order ? missingForInvoice(settings.profile, order, settings.seller) : [];
      return missing.length === 0 ? [] : [[row.id, missing] as const];
    }),
  );

/** What the invoices of orders would come to, by order id. */
export const invoiceTotals = async (
  db: Db,
  orderIds: readonly number[],
  { timeZone }: Pick<IssuingSettings, "timeZone">,
) =>
  new Map(
    (await loadInvoiceable(db, orderIds, timeZone)).flatMap(({ row, order }) => {
      if (!order) return [];
      const { subtotalMinor: netMinor, taxMinor, totalMinor: grossMinor } = order;
      return [[row.id, { netMinor, taxMinor, grossMinor }] as const];
    }),
  );

/** Orders as their invoices would say them today, by order id, without a number: for samples. */
export const draftSnapshots = async (
  db: Db,
  orderIds: readonly number[],
  settings: IssuingSettings,
): Promise<Map<number, InvoiceSnapshot>> =>
  new Map(
    (await loadInvoiceable(db, orderIds, settings.timeZone)).flatMap(({ row, order }) => {
      if (!order) return [];
      const issueDate = dateInZone(new Date(), settings.timeZone);
      return [
        [row.id, buildInvoiceSnapshot(order, sellerOf(settings.seller), { number: "", issueDate })] as const,
      ];
    }),
  );

/**
 * Starts again what was blocked because the seller's data was incomplete, once that has been put right in the
 * configuration. Answers how many orders.
 */
export const releaseBlockedBySeller = (db: Db): Promise<number> =>
  db.transaction().execute(async (trx) => {
    const orders = await trx
      .selectFrom("orders")
      .select("id")
      .where("invoice_status", "=", "blocked")
      .where(sql<SqlBool>`exists (select from unnest(invoice_missing) as path where path like 'seller.%')`)
      .orderBy("id")
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { id } of orders) await releaseBlockedWork(trx, id);
    return orders.length;
  });

/** Locks an order before its work item: issuing and cancelling take turns by this lock. */
export const lockOrderToInvoice = async (trx: Trx, orderId: number): Promise<void> => {
  await sql`/*prepared*/ select id from orders where id = ${orderId}::bigint for update`.execute(trx);
};

const blockOrders = async (trx: Trx, results: readonly Issued[]): Promise<void> => {
  for (const result of results) {
    if (result.outcome !== "blocked") continue;
    await trx
      .updateTable("orders")
      .set({
        invoice_status: "blocked",
        invoice_missing: [...result.missing],
        updated_at: sql<Date>`clock_timestamp()`,
      })
      .where("id", "=", result.orderId)
      .execute();
    await trx
      .insertInto("order_events")
      .values({
        order_id: result.orderId,
        type: "invoice.blocked",
        data: JSON.stringify({ missing: result.missing }),
      })
      .execute();
  }
};

const issue = async (
  trx: Trx,
  ready: readonly { readonly row: OrderRow; readonly order: InvoiceableOrder }[],
  settings: IssuingSettings,
  asked: IssuingAsked,
): Promise<Issued[]> => {
  if (ready.length === 0) return [];
  const seller = sellerOf(settings.seller);
  const taken = await takeNumbers(trx, settings.invoiceSeries, ready.length);
  const numbered = ready.map(({ row, order }, index) => {
    const sequenceNumber = taken.first + index;
    const number = formatInvoiceNumber(taken, sequenceNumber);
    return {
      row,
      sequenceNumber,
      snapshot: buildInvoiceSnapshot(order, seller, { number, issueDate: taken.issueDate }),
    };
  });
  const idByOrder = await insertInvoices(trx, taken.seriesId, numbered);
  const issued = numbered.map(({ row, snapshot }) => ({
    row,
    snapshot,
    invoiceId: idByOrder.get(row.id) ?? 0,
  }));
  await trx
    .insertInto("invoice_line_credits")
    .values(
      issued.flatMap(({ snapshot, invoiceId }) =>
        snapshot.lines.map(({ lineNumber, quantity }) => ({
          invoice_id: invoiceId,
          line_number: lineNumber,
          quantity,
        })),
      ),
    )
    .execute();
  await trx
    .updateTable("orders")
    .set({ invoice_status: "issued", invoice_missing: [], updated_at: sql<Date>`clock_timestamp()` })
    .where(
      "id",
      "in",
      issued.map(({ row }) => row.id),
    )
    .execute();
  await trx
    .insertInto("order_events")
    .values(
      issued.map(({ row, snapshot, invoiceId }) => ({
        order_id: row.id,
        type: "invoice.issued",
        data: JSON.stringify({ invoiceId, number: snapshot.number }),
      })),
    )
    .execute();
  const jobless = await requestDeliveries(trx, issued, settings, asked);
  // What was returned before there was an invoice gets its credit note now.
  await startCreditRequests(
    trx,
    issued.map(({ row }) => row.id),
  );
  return issued.map(({ row, snapshot, invoiceId }) => ({
    orderId: row.id,
    outcome: "issued",
    invoiceId,
    number: snapshot.number,
    ...(row.id === asked.carryOn && jobless !== undefined ? { jobless } : {}),
  }));
};

interface NumberedInvoice {
  readonly row: OrderRow;
  readonly sequenceNumber: number;
  readonly snapshot: InvoiceSnapshot;
}

const insertInvoices = async (
  trx: Trx,
  seriesId: number,
  numbered: readonly NumberedInvoice[],
): Promise<Map<number, number>> => {
  const rows = await trx
    .insertInto("invoices")
    .values(
      numbered.map(({ row, sequenceNumber, snapshot }) => ({
        series_id: seriesId,
        sequence_number: sequenceNumber,
        client_id: row.client_id,
        customer_id: row.customer_id,
        order_id: row.id,
        ...frozen(snapshot),
      })),
    )
    .returning(["id", "order_id"])
    .execute();
  return new Map(rows.map((row) => [row.order_id, row.id]));
};

/** The columns that hold what was frozen, and those that repeat parts of it to be searched. */
export const frozen = (snapshot: InvoiceSnapshot) => {
  const text = canonicalJson(snapshot);
  return {
    number: snapshot.number,
    kind: snapshot.kind,
    issue_date: snapshot.issueDate,
    currency: snapshot.currency,
    net_minor: snapshot.totals.netMinor,
    tax_minor: snapshot.totals.taxMinor,
    gross_minor: snapshot.totals.grossMinor,
    snapshot: text,
    snapshot_sha256: createHash("sha256").update(text, "utf8").digest("hex"),
  };
};

/** Begins the purpose of the delivery that every invoice and credit note gets when it is issued, and of no other. */
export const firstDeliveryPrefix = "invoice:";
export const firstDeliveryPurpose = (invoiceId: number): string => `${firstDeliveryPrefix}${invoiceId}`;

const requestDeliveries = async (
  trx: Trx,
  issued: readonly { readonly row: OrderRow; readonly invoiceId: number }[],
  settings: IssuingSettings,
  { requestIds, batch, carryOn }: IssuingAsked,
): Promise<number | undefined> => {
  const deliveryIds = await createDeliveries(
    trx,
    issued.map(({ row, invoiceId }) => ({
      clientId: row.client_id,
      orderId: row.id,
      purpose: batch ? batch.purposeOf(row.id) : firstDeliveryPurpose(invoiceId),
      recipientName: row.customer_name,
      recipientEmail: row.customer_email,
      locale: row.locale,
      invoiceIds: [invoiceId],
    })),
  );
  const work = issued.map(({ row, invoiceId }, index) => ({
    task: "deliver-invoice" as const,
    clientId: row.client_id,
    orderId: row.id,
    invoiceId,
    deliveryId: deliveryIds[index],
    maxAttempts: settings.deliveryAttempts,
    requestId: requestIds?.get(row.id) ?? row.request_id ?? undefined,
  }));
  if (batch) {
    await enqueueBatchWork(trx, batch.id, work);
    return undefined;
  }
  await enqueue(
    trx,
    work.filter(({ orderId }) => orderId !== carryOn),
  );
  const its = work.find(({ orderId }) => orderId === carryOn);
  return its && recordWork(trx, its);
};
