import { sql } from "kysely";
import type { Db } from "../connection.ts";

/** A delivery that came back, and that nothing was sent after. */
export interface BouncedDelivery {
  readonly deliveryId: number;
  readonly jobId: number | null;
  readonly orderId: string;
  readonly customerId: number;
  readonly customerName: string;
  readonly invoiceNumber: string | null;
  readonly recipientEmail: string;
  readonly bouncedAt: Date;
}

/** Those that `readAttention` counts as bounced, the oldest first. */
export const listBounced = async (db: Db, limit: number): Promise<BouncedDelivery[]> => {
  const { rows } = await sql<BouncedDelivery>`
    select d.id as "deliveryId", w.id as "jobId", o.order_id as "orderId", o.customer_id as "customerId",
      o.customer_name as "customerName", d.recipient_email as "recipientEmail", d.updated_at as "bouncedAt",
      (select i.number from delivery_documents dd join invoices i on i.id = dd.invoice_id
        where dd.delivery_id = d.id order by dd.position limit 1) as "invoiceNumber"
    from deliveries d join orders o on o.id = d.order_id left join work_items w on w.delivery_id = d.id
    where d.state = 'bounced' and d.state not in ('sent', 'delivered', 'handled', 'cancelled')
      and not exists (
        select from delivery_documents dd join delivery_documents later
          on later.invoice_id = dd.invoice_id and later.delivery_id > dd.delivery_id
        where dd.delivery_id = d.id)
    order by d.updated_at limit ${limit}`.execute(db);
  return rows;
};
