import { listCreditRequestsOf } from "@billpost/db/credit-requests";
import type { Db } from "@billpost/db/connection";
import {
  findInvoice,
  type InvoiceDetail,
  listCreditNotesOf,
  listDeliveriesOf,
  listDocuments,
  listLineCredits,
} from "@billpost/db/invoice-detail";
import { listInvoices } from "@billpost/db/invoice-list";
import type { Context } from "../context.ts";
import { refusal } from "../http/problems.ts";
import type { InvoiceParts } from "../schemas/invoice-detail.ts";

/** A client's invoice or credit note; another client's is not found. */
export const requireInvoice = async (db: Db, clientId: number, number: string): Promise<InvoiceDetail> => {
  const invoice = await findInvoice(db, clientId, number);
  if (!invoice) throw refusal("invoice_not_found", "There is no such invoice or credit note.");
  return invoice;
};

/** An invoice with all that belongs to it, of one moment. */
export const readInvoice = ({ db, clientId }: Context, number: string): Promise<InvoiceParts> =>
  db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (trx) => {
      const invoice = await requireInvoice(trx, clientId, number);
      const [summary] = await listInvoices(trx, clientId, { number }, { limit: 1 });
      if (!summary) throw refusal("invoice_not_found", "There is no such invoice or credit note.");
      return {
        invoice,
        summary,
        lineCredits: await listLineCredits(trx, invoice.id),
        creditNotes: await listCreditNotesOf(trx, invoice.id),
        creditRequests: await listCreditRequestsOf(trx, invoice.id),
        documents: await listDocuments(trx, invoice.id),
        deliveries: await listDeliveriesOf(trx, invoice.id),
      };
    });
