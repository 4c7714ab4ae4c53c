import type { DeliveryState } from "@billpost/domain/delivery";
import type { InvoiceKind } from "@billpost/domain/invoice-snapshot";
import { sql } from "kysely";
import type { Db } from "../connection.ts";
import type { InvoiceStatus, OrderStatus } from "../schema.ts";

/** An order as an operator's list shows it, of whichever client. */
export interface BookedOrder {
  readonly id: number;
  readonly orderId: string;
  readonly clientId: number;
  readonly clientName: string;
  readonly customerId: number;
  readonly customerName: string;
  readonly customerEmail: string;
  readonly externalRef: string | null;
  readonly currency: string;
  readonly totalMinor: number;
  readonly status: OrderStatus;
  readonly invoiceStatus: InvoiceStatus;
  readonly invoiceMissing: readonly string[];
  /** Of its original invoice. */
  readonly invoiceNumber: string | null;
  /** Of its latest delivery. */
  readonly deliveryState: DeliveryState | null;
  readonly createdAt: Date;
}

export interface BookFilter {
  readonly clientId?: number | undefined;
  readonly customerId?: number | undefined;
}

interface Place {
  readonly beforeId?: number | undefined;
  readonly limit: number;
}

const latestDeliveryOfOrder = sql<DeliveryState | null>`(
  select d.state from deliveries d where d.order_id = o.id order by d.id desc limit 1)`;

/** Orders of all clients, newest first, from below `beforeId`. */
export const listBookedOrders = (
  db: Db,
  filter: BookFilter & {
    readonly status?: OrderStatus | undefined;
    readonly invoiceStatus?: InvoiceStatus | undefined;
    readonly externalRef?: string | undefined;
  },
  { beforeId, limit }: Place,
): Promise<BookedOrder[]> => {
  let query = db
    .selectFrom("orders as o")
    .innerJoin("clients as c", "c.id", "o.client_id")
    .leftJoin("invoices as i", (join) =>
      join
        .onRef("i.order_id", "=", "o.id")
        .on("i.kind", "=", "invoice")
        .on("i.replaces_invoice_id", "is", null),
    )
    .select([
      "o.id",
      "o.order_id as orderId",
      "o.client_id as clientId",
      "c.name as clientName",
      "o.customer_id as customerId",
      "o.customer_name as customerName",
      "o.customer_email as customerEmail",
      "o.external_ref as externalRef",
      "o.currency",
      "o.total_minor as totalMinor",
      "o.status",
      "o.invoice_status as invoiceStatus",
      "o.invoice_missing as invoiceMissing",
      "i.number as invoiceNumber",
      latestDeliveryOfOrder.as("deliveryState"),
      "o.created_at as createdAt",
    ]);
  if (filter.clientId !== undefined) query = query.where("o.client_id", "=", filter.clientId);
  if (filter.customerId !== undefined) query = query.where("o.customer_id", "=", filter.customerId);
  if (filter.status !== undefined) query = query.where("o.status", "=", filter.status);
  if (filter.invoiceStatus !== undefined) query = query.where("o.invoice_status", "=", filter.invoiceStatus);
  if (filter.externalRef !== undefined) query = query.where("o.external_ref", "=", filter.externalRef);
  if (beforeId !== undefined) query = query.where("o.id", "<", beforeId);
  return query.orderBy("o.id", "desc").limit(limit).execute();
};

/** Orders that their client calls so. The index begins with the client, of which there are few. */
export const ordersOfReference = async (
  db: Db,
  externalRef: string,
  limit: number,
): Promise<BookedOrder[]> => {
  const clients = await db.selectFrom("clients").select("id").execute();
  const found = await Promise.all(
    clients.map(({ id }) => listBookedOrders(db, { clientId: id, externalRef }, { limit })),
  );
  return found.flat().slice(0, limit);
};

/** An invoice or credit note as an operator's list shows it. */
export interface BookedInvoice {
  readonly id: number;
  readonly number: string;
  readonly kind: InvoiceKind;
  readonly clientId: number;
  readonly clientName: string;
  readonly orderId: string;
  readonly customerId: number;
  readonly customerName: string;
  readonly issueDate: string;
  readonly issuedAt: Date;
  readonly currency: string;
  readonly grossMinor: number;
  readonly deliveryState: DeliveryState | null;
}

const latestDeliveryOfInvoice = sql<DeliveryState | null>`(
  select d.state from delivery_documents dd join deliveries d on d.id = dd.delivery_id
  where dd.invoice_id = i.id order by d.id desc limit 1)`;

/** Invoices and credit notes of all clients, newest first, from below `beforeId`. */
export const listBookedInvoices = (
  db: Db,
  filter: BookFilter & { readonly kind?: InvoiceKind | undefined },
  { beforeId, limit }: Place,
): Promise<BookedInvoice[]> => {
  let query = db
    .selectFrom("invoices as i")
    .innerJoin("clients as c", "c.id", "i.client_id")
    .innerJoin("orders as o", "o.id", "i.order_id")
    .select([
      "i.id",
      "i.number",
      "i.kind",
      "i.client_id as clientId",
      "c.name as clientName",
      "o.order_id as orderId",
      "i.customer_id as customerId",
      "o.customer_name as customerName",
      "i.issue_date as issueDate",
      "i.issued_at as issuedAt",
      "i.currency",
      "i.gross_minor as grossMinor",
      latestDeliveryOfInvoice.as("deliveryState"),
    ]);
  if (filter.clientId !== undefined) query = query.where("i.client_id", "=", filter.clientId);
  if (filter.customerId !== undefined) query = query.where("i.customer_id", "=", filter.customerId);
  if (filter.kind !== undefined) query = query.where("i.kind", "=", filter.kind);
  if (beforeId !== undefined) query = query.where("i.id", "<", beforeId);
  return query.orderBy("i.id", "desc").limit(limit).execute();
};

/** A customer as an operator's list shows it. */
export interface BookedCustomer {
  readonly id: number;
  readonly clientId: number;
  readonly clientName: string;
  readonly name: string;
  readonly email: string;
  readonly countryCode: string | null;
  readonly vatId: string | null;
  readonly erasedAt: Date | null;
  readonly createdAt: Date;
}

/** Customers of all clients, newest first, from below `beforeId`; `email` in any case. */
export const listBookedCustomers = (
  db: Db,
  filter: { readonly clientId?: number | undefined; readonly email?: string | undefined },
  { beforeId, limit }: Place,
): Promise<BookedCustomer[]> => {
  let query = db
    .selectFrom("customers as k")
    .innerJoin("clients as c", "c.id", "k.client_id")
    .select([
      "k.id",
      "k.client_id as clientId",
      "c.name as clientName",
      "k.name",
      "k.email",
      sql<string | null>`k.address ->> 'countryCode'`.as("countryCode"),
      "k.vat_id as vatId",
      "k.erased_at as erasedAt",
      "k.created_at as createdAt",
    ]);
  if (filter.clientId !== undefined) query = query.where("k.client_id", "=", filter.clientId);
  if (filter.email !== undefined) query = query.where(sql`lower(k.email)`, "=", filter.email.toLowerCase());
  if (beforeId !== undefined) query = query.where("k.id", "<", beforeId);
  return query.orderBy("k.id", "desc").limit(limit).execute();
};

/** Whose an order is; undefined when there is none of that id. */
export const clientOfOrder = async (db: Db, orderId: string): Promise<number | undefined> =>
  (await db.selectFrom("orders").select("client_id").where("order_id", "=", orderId).executeTakeFirst())
    ?.client_id;

/** Whose an invoice or credit note is. */
export const clientOfInvoice = async (db: Db, number: string): Promise<number | undefined> =>
  (await db.selectFrom("invoices").select("client_id").where("number", "=", number).executeTakeFirst())
    ?.client_id;

/** Whose a customer is. */
export const clientOfCustomer = async (db: Db, id: number): Promise<number | undefined> =>
  (await db.selectFrom("customers").select("client_id").where("id", "=", id).executeTakeFirst())?.client_id;
