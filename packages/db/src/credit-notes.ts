import { creditLines, type LineQuantity } from "@billpost/domain/credit";
import { buildCreditNoteSnapshot } from "@billpost/domain/credit-note-building";
import { formatInvoiceNumber } from "@billpost/domain/invoice-numbering";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { sql } from "kysely";
import type { Trx } from "./connection.ts";
import { holdQuantities, loadCreditRequest, lockLineCredits } from "./credit-requests.ts";
import { erasedEmail } from "./customers-erase.ts";
import { createDeliveries } from "./deliveries.ts";
import { requestDocument } from "./document-requests.ts";
import { firstDeliveryPurpose, frozen } from "./invoices.ts";
import { enqueue } from "./outbox.ts";
import type { CreditRequestState } from "./schema.ts";
import { type SeriesSettings, takeNumbers } from "./series.ts";

/** What issuing credit notes follows. */
export interface CreditingSettings {
  readonly creditNoteSeries: SeriesSettings;
  /** Attempts to deliver before it counts as failed. */
  readonly deliveryAttempts: number;
}

/** What became of a credit request. */
export type Credited =
  | { readonly outcome: "issued"; readonly creditNoteId: number; readonly number: string }
  /** Everything it asked for is given back already, or there never was an invoice. */
  | { readonly outcome: "nothing_to_credit" }
  /** It was settled before, or is gone. */
  | { readonly outcome: "settled" };

/**
 * Issues the credit note of a request: the next number of the credit notes' series, the frozen content, one
 * delivery and its job. A request of a cancellation or a return takes at most what is left by now. The
 * caller holds the order's lock; the invoice's lines are locked next, the series last.
 */
export const issueCreditNote = async (
  trx: Trx,
  creditRequestId: number,
  settings: CreditingSettings,
  workRequestId: string | null = null,
): Promise<Credited> => {
  const request = await loadCreditRequest(trx, creditRequestId);
  if (!request || request.state !== "pending") return { outcome: "settled" };
  const invoice = await currentInvoice(trx, request.orderRowId, request.invoiceId);
  const lines = invoice ? await linesToCredit(trx, invoice.id, request) : [];
  if (!invoice || lines.length === 0) {
    await settle(trx, creditRequestId, "nothing_to_credit", invoice?.id ?? null, null);
    return { outcome: "nothing_to_credit" };
  }
  const original = JSON.parse(invoice.snapshot) as InvoiceSnapshot;
  const credit = creditLines(original, await creditedBefore(trx, invoice.id), lines);
  const taken = await takeNumbers(trx, settings.creditNoteSeries, 1, original.issueDate);
  const snapshot = buildCreditNoteSnapshot(original, credit, {
    number: formatInvoiceNumber(taken, taken.first),
    issueDate: taken.issueDate,
    reason: request.reason,
  });
  const { id: creditNoteId } = await trx
    .insertInto("invoices")
    .values({
      series_id: taken.seriesId,
      sequence_number: taken.first,
      client_id: invoice.client_id,
      customer_id: invoice.customer_id,
      order_id: invoice.order_id,
      original_invoice_id: invoice.id,
      ...frozen(snapshot),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await markCredited(trx, invoice.id, lines);
  await settle(trx, creditRequestId, "issued", invoice.id, creditNoteId, lines);
  await trx
    .insertInto("order_events")
    .values({
      order_id: invoice.order_id,
      type: "credit_note.issued",
      data: JSON.stringify({
        invoiceId: creditNoteId,
        number: snapshot.number,
        originalNumber: original.number,
      }),
    })
    .execute();
  await bringToCustomer(trx, invoice, creditNoteId, settings, workRequestId);
  return { outcome: "issued", creditNoteId, number: snapshot.number };
};

/** The invoice named, or the order's invoice that no other has taken the place of. */
const currentInvoice = (trx: Trx, orderRowId: number, invoiceId: number | null) => {
  const invoices = trx
    .selectFrom("invoices")
    .select(["id", "client_id", "customer_id", "order_id", "snapshot"])
    .where("order_id", "=", orderRowId)
    .where("kind", "=", "invoice");
  return (
    invoiceId === null
      ? invoices
          .where("id", "not in", (eb) =>
            eb
              .selectFrom("invoices as successor")
              .select((e) => e.ref("successor.replaces_invoice_id").$notNull().as("id"))
              .where("successor.order_id", "=", orderRowId)
              .where("successor.replaces_invoice_id", "is not", null),
          )
          .orderBy("id", "desc")
      : invoices.where("id", "=", invoiceId)
  ).executeTakeFirst();
};

/** What a request gives back. Its own hold is in place, or is made now of what nobody else holds. */
const linesToCredit = async (
  trx: Trx,
  invoiceId: number,
  request: { readonly source: string; readonly lines: readonly LineQuantity[] | null },
): Promise<readonly LineQuantity[]> => {
  const credits = await lockLineCredits(trx, invoiceId);
  if (request.source === "request" && request.lines) return request.lines;
  const lines = credits
    .map(({ lineNumber, quantity, requestedQuantity }) => {
      const left = quantity - requestedQuantity;
      const wanted = request.lines
        ? (request.lines.find((line) => line.lineNumber === lineNumber)?.quantity ?? 0)
        : left;
      return { lineNumber, quantity: Math.min(wanted, left) };
    })
    .filter(({ quantity }) => quantity > 0);
  await holdQuantities(trx, invoiceId, lines);
  return lines;
};

const creditedBefore = async (trx: Trx, invoiceId: number): Promise<Map<number, number>> => {
  const credits = await lockLineCredits(trx, invoiceId);
  return new Map(credits.map((line) => [line.lineNumber, line.creditedQuantity]));
};

const markCredited = async (trx: Trx, invoiceId: number, lines: readonly LineQuantity[]): Promise<void> => {
  await sql`
    update invoice_line_credits c set credited_quantity = c.credited_quantity + l.quantity
    from json_to_recordset(${JSON.stringify(lines)}::json) as l("lineNumber" int, quantity bigint)
    where c.invoice_id = ${invoiceId} and c.line_number = l."lineNumber"`.execute(trx);
};

const settle = async (
  trx: Trx,
  id: number,
  state: Exclude<CreditRequestState, "pending">,
  invoiceId: number | null,
  creditNoteId: number | null,
  lines?: readonly LineQuantity[],
): Promise<void> => {
  await trx
    .updateTable("credit_requests")
    .set({
      state,
      invoice_id: invoiceId,
      credit_note_id: creditNoteId,
      settled_at: sql<Date>`clock_timestamp()`,
      ...(lines ? { lines: JSON.stringify(lines) } : {}),
    })
    .where("id", "=", id)
    .execute();
};

/** By email like an invoice; when the customer's data was erased, as a document that is only kept. */
const bringToCustomer = async (
  trx: Trx,
  invoice: { readonly client_id: number; readonly order_id: number },
  creditNoteId: number,
  settings: CreditingSettings,
  workRequestId: string | null,
): Promise<void> => {
  const order = await trx
    .selectFrom("orders")
    .select(["customer_name", "customer_email", "locale"])
    .where("id", "=", invoice.order_id)
    .executeTakeFirstOrThrow();
  const { client_id: clientId, order_id: orderId } = invoice;
  if (order.customer_email === erasedEmail) {
    await requestDocument(trx, {
      clientId,
      orderId,
      invoiceId: creditNoteId,
      locale: order.locale,
      actor: "worker",
    });
    return;
  }
  const [deliveryId] = await createDeliveries(trx, [
    {
      clientId,
      orderId,
      purpose: firstDeliveryPurpose(creditNoteId),
      recipientName: order.customer_name,
      recipientEmail: order.customer_email,
      locale: order.locale,
      invoiceIds: [creditNoteId],
    },
  ]);
  await enqueue(trx, [
    {
      task: "deliver-invoice",
      clientId,
      orderId,
      invoiceId: creditNoteId,
      deliveryId,
      maxAttempts: settings.deliveryAttempts,
      requestId: workRequestId ?? undefined,
    },
  ]);
};
