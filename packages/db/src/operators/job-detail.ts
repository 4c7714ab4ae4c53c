import type { JobEvent } from "@billpost/domain/operators/job-timeline";
import type { DeliveryState } from "@billpost/domain/delivery";
import type { InvoiceKind } from "@billpost/domain/invoice-snapshot";
import { sql } from "kysely";
import type { Db } from "../connection.ts";
import type { SesEventType } from "../schema-reliability.ts";
import { findJob, type JobSummary } from "./jobs.ts";

/** A PDF that the job makes, checks or brings. */
interface JobDocument {
  readonly id: number;
  readonly invoiceNumber: string;
  readonly invoiceKind: InvoiceKind;
  readonly revision: number;
  readonly locale: string;
  readonly s3Key: string;
  readonly sha256: string;
  readonly byteSize: number;
  readonly pages: number;
  readonly templateHash: string;
  readonly chromeVersion: string;
  readonly renderedAt: Date;
  /** Null: not yet in the object store. */
  readonly storedAt: Date | null;
  /** When its object was last read and compared. */
  readonly verifiedAt: Date | null;
}

interface JobDelivery {
  readonly id: number;
  readonly purpose: string;
  readonly state: DeliveryState;
  readonly recipientName: string;
  readonly recipientEmail: string;
  readonly resends: number;
  readonly reason: string | null;
  readonly sesMessageId: string | null;
  readonly sentAt: Date | null;
  readonly updatedAt: Date;
}

/** What SES told of a message. */
interface JobSesEvent {
  readonly type: SesEventType;
  readonly sesMessageId: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
}

export interface JobDetail extends JobSummary {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly throttles: number;
  /** Its worker died while it ran: it runs again with nothing beside it. */
  readonly alone: boolean;
  readonly crashesAlone: number;
  /** The order's, its COMMIT but for the milliseconds that took. */
  readonly orderPlacedAt: Date | null;
  readonly events: readonly JobEvent[];
  readonly documents: readonly JobDocument[];
  readonly delivery: JobDelivery | null;
  readonly sesEvents: readonly JobSesEvent[];
}

/** An attempt may leave a handful of entries; what was retried for days is shown from its latest end. */
const eventsLimit = 500;

/** Everything known of a job, as of one moment; undefined when there is none, or none any more. */
export const findJobDetail = (db: Db, id: number): Promise<JobDetail | undefined> =>
  db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (trx) => {
      const job = await findJob(trx, id);
      if (!job) return undefined;
      const rest = await trx
        .selectFrom("work_items as w")
        .leftJoin("orders as o", "o.id", "w.order_id")
        .select([
          "w.payload",
          "w.throttles",
          "w.alone",
          "w.crashes_alone as crashesAlone",
          "o.created_at as orderPlacedAt",
        ])
        .where("w.id", "=", id)
        .executeTakeFirstOrThrow();
      return {
        ...job,
        ...rest,
        events: await eventsOf(trx, id),
        documents: await documentsOf(trx, id),
        delivery: (job.deliveryId !== null && (await deliveryOf(trx, job.deliveryId))) || null,
        sesEvents: job.deliveryId === null ? [] : await sesEventsOf(trx, job.deliveryId),
      };
    });

const eventsOf = async (db: Db, workItemId: number): Promise<JobEvent[]> => {
  const events = await db
    .selectFrom("work_item_events")
    .select([
      "id",
      "attempt",
      "stage",
      "event",
      "worker_id as workerId",
      "error_class as errorClass",
      "error_message as errorMessage",
      "error_stack as errorStack",
      "detail",
      "occurred_at as occurredAt",
    ])
    .where("work_item_id", "=", workItemId)
    .orderBy("id", "desc")
    .limit(eventsLimit)
    .execute();
  return events.toReversed();
};

const documentsOf = async (db: Db, workItemId: number): Promise<JobDocument[]> => {
  const { rows } = await sql<JobDocument>`
    select doc.id, i.number as "invoiceNumber", i.kind as "invoiceKind", doc.revision, doc.locale,
      doc.s3_key as "s3Key", doc.sha256, doc.byte_size as "byteSize", doc.pages,
      doc.template_hash as "templateHash", doc.chrome_version as "chromeVersion",
      doc.rendered_at as "renderedAt", doc.stored_at as "storedAt", doc.verified_at as "verifiedAt"
    from work_items w
      join lateral (
        select dd.invoice_id, dd.document_id from delivery_documents dd where dd.delivery_id = w.delivery_id
        union all
        select w.invoice_id, null where w.delivery_id is null and w.invoice_id is not null
      ) brought on true
      join documents doc on doc.invoice_id = brought.invoice_id
        and (brought.document_id is null or doc.id = brought.document_id)
      join invoices i on i.id = doc.invoice_id
    where w.id = ${workItemId}
    order by i.id, doc.revision`.execute(db);
  return rows;
};

const deliveryOf = (db: Db, id: number): Promise<JobDelivery | undefined> =>
  db
    .selectFrom("deliveries")
    .select([
      "id",
      "purpose",
      "state",
      "recipient_name as recipientName",
      "recipient_email as recipientEmail",
      "resends",
      "reason",
      "ses_message_id as sesMessageId",
      "sent_at as sentAt",
      "updated_at as updatedAt",
    ])
    .where("id", "=", id)
    .executeTakeFirst();

const sesEventsOf = (db: Db, deliveryId: number): Promise<JobSesEvent[]> =>
  db
    .selectFrom("ses_events")
    .select([
      "type",
      "ses_message_id as sesMessageId",
      "detail",
      "occurred_at as occurredAt",
      "received_at as receivedAt",
    ])
    .where("delivery_id", "=", deliveryId)
    .orderBy("occurred_at")
    .orderBy("id")
    .limit(200)
    .execute();
