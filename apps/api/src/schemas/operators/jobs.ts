import type { JobSummary } from "@billpost/db/operators/jobs";
import { deliveryEvents, deliveryStates } from "@billpost/domain/delivery";
import { type Static, Type } from "typebox";
import type { JobReport } from "../../operations/operators/jobs.ts";
import { idOf, instant, nullableString } from "../values.ts";
import { errorClasses, jobStates } from "./job-filter.ts";

const nullableInteger = (description: string) =>
  Type.Unsafe<number | null>({ type: ["integer", "null"], description });

const nullableObject = <T>(properties: Record<string, unknown>, description: string) =>
  Type.Unsafe<T | null>({
    type: ["object", "null"],
    properties,
    required: Object.keys(properties),
    description,
  });

const anyObject = (description: string) =>
  Type.Unsafe<Record<string, unknown>>({ type: "object", additionalProperties: true, description });

const nullableInstant = (description: string) => nullableString(description, "2026-01-15T10:30:00.000Z");

const summaryFields = {
  id: idOf("The job's id, for life."),
  task: Type.String({ description: "What is to be done.", examples: ["deliver-invoice"] }),
  state: Type.Enum(jobStates),
  attempt: Type.Integer({ description: "Attempts that counted." }),
  maxAttempts: Type.Integer({ description: "After so many it has failed." }),
  client: nullableObject<{ id: number; name: string }>(
    { id: { type: "integer" }, name: { type: "string" } },
    "Whose it is; null: the installation's own.",
  ),
  orderId: nullableString("The order that it is about.", "ORD-2026-000001"),
  customer: nullableObject<{ id: number; name: string; email: string }>(
    { id: { type: "integer" }, name: { type: "string" }, email: { type: "string" } },
    "As the order has it.",
  ),
  invoiceNumber: nullableString("The document that it is about, or that it made.", "INV-2026-000001"),
  deliveryId: nullableInteger("The delivery that it brings."),
  deliveryState: nullableString("How that stands.", "sent"),
  recipientEmail: nullableString("Where that goes.", "john.doe@example.com"),
  batchId: nullableInteger("The batch that asked for it."),
  error: nullableObject<{ class: string; message: string; fingerprint: string }>(
    {
      class: { type: "string", enum: errorClasses },
      message: { type: "string" },
      fingerprint: { type: "string" },
    },
    "Of the last attempt that failed, also when a later one succeeded.",
  ),
  workerId: nullableString("Who holds it now."),
  requestId: nullableString("The request that asked for it."),
  runAt: Type.String({ description: "When it is or was due." }),
  startedAt: nullableInstant("When its last attempt began."),
  finishedAt: nullableInstant("When it came to an end; null: it goes on."),
  createdAt: Type.String({ description: "When it was asked for." }),
  updatedAt: Type.String(),
};

export const JobSchema = Type.Object(summaryFields, {
  title: "Job",
  description: "One unit of work, with one id for life.",
});

const TimelineEntrySchema = Type.Object({
  id: Type.Integer(),
  at: Type.String(),
  attempt: Type.Integer({
    description: "An attempt that was told to wait is not counted: its number comes again.",
  }),
  stage: Type.String({ description: "`attempt` for the attempt as a whole.", examples: ["send"] }),
  event: Type.Enum(["started", "succeeded", "failed", "crashed", "skipped"]),
  sinceStartMs: Type.Integer({ description: "Since the order was placed, or else the job asked for." }),
  durationMs: nullableInteger("What it took; null for a beginning."),
  workerId: nullableString("Who did it."),
  errorClass: nullableString("What kind of failure.", "retryable"),
  errorMessage: nullableString("In words, without names and addresses."),
  errorStack: nullableString("For programmers."),
  detail: Type.Unsafe<Record<string, unknown> | null>({
    type: ["object", "null"],
    additionalProperties: true,
    description: "What came of it.",
  }),
});

const DocumentOfJobSchema = Type.Object({
  id: Type.Integer(),
  invoiceNumber: Type.String(),
  invoiceKind: Type.Enum(["invoice", "credit_note"]),
  revision: Type.Integer(),
  locale: Type.String(),
  s3Key: Type.String({ description: "Of the object." }),
  sha256: Type.String({ description: "Of its bytes." }),
  size: Type.Integer({ description: "Bytes." }),
  pages: Type.Integer(),
  templateHash: Type.String(),
  chromeVersion: Type.String(),
  renderedAt: Type.String(),
  storedAt: nullableInstant("Null: not known to be in the object store."),
  verifiedAt: nullableInstant("When the object was last read and compared."),
});

const SesEventSchema = Type.Object({
  type: Type.Enum(["send", "delivery", "bounce", "complaint", "reject"]),
  sesMessageId: Type.String(),
  occurredAt: Type.String({ description: "By SES's clock." }),
  receivedAt: Type.String(),
  detail: anyObject("As SES told it, without addresses."),
});

const DeliveryOfJobSchema = Type.Object({
  id: idOf("The delivery's id."),
  purpose: Type.String({ examples: ["invoice:17"] }),
  state: Type.Enum(deliveryStates),
  recipientName: Type.String(),
  recipientEmail: Type.String(),
  resends: Type.Integer({ description: "Sent again after a doubt." }),
  reason: nullableString("Why it was asked for."),
  sesMessageId: nullableString("The last message's."),
  sentAt: nullableInstant("When SES took it."),
  updatedAt: Type.String(),
  sesEvents: Type.Array(SesEventSchema, { description: "What SES told, oldest first." }),
  machine: Type.Object(
    {
      current: Type.Enum(deliveryStates),
      states: Type.Array(Type.Enum(deliveryStates)),
      transitions: Type.Array(
        Type.Object({
          from: Type.Enum(deliveryStates),
          event: Type.Enum(deliveryEvents),
          to: Type.Enum(deliveryStates),
        }),
      ),
    },
    { description: "The states that a delivery can be in, and what leads from one to the other." },
  ),
});

export const JobDetailSchema = Type.Object(
  {
    ...summaryFields,
    payload: anyObject("Options of the job; the rows are the truth."),
    throttles: Type.Integer({ description: "Times in a row that it was told to wait." }),
    runsAlone: Type.Boolean({ description: "Its worker died while it ran, so nothing runs beside it." }),
    crashesAlone: Type.Integer({ description: "How often it ended its worker, running alone." }),
    orderPlacedAt: nullableInstant("When the order was committed: where the timeline begins."),
    timeline: Type.Array(TimelineEntrySchema, { description: "Oldest first; the last 500 entries." }),
    documents: Type.Array(DocumentOfJobSchema),
    delivery: Type.Union([DeliveryOfJobSchema, Type.Null()]),
  },
  { title: "JobDetail", description: "Everything known of one job." },
);

const instantOrNull = (date: Date | null): string | null => date && instant(date);

export const presentJob = (job: JobSummary): Static<typeof JobSchema> => ({
  id: job.id,
  task: job.task,
  state: job.state,
  attempt: job.attempt,
  maxAttempts: job.maxAttempts,
  client: job.clientId === null ? null : { id: job.clientId, name: job.clientName ?? "" },
  orderId: job.orderId,
  customer:
    job.customerId === null
      ? null
      : { id: job.customerId, name: job.customerName ?? "", email: job.customerEmail ?? "" },
  invoiceNumber: job.invoiceNumber,
  deliveryId: job.deliveryId,
  deliveryState: job.deliveryState,
  recipientEmail: job.recipientEmail,
  batchId: job.batchId,
  error:
    job.errorClass === null
      ? null
      : { class: job.errorClass, message: job.errorMessage ?? "", fingerprint: job.fingerprint ?? "" },
  workerId: job.workerId,
  requestId: job.requestId,
  runAt: instant(job.runAt),
  startedAt: instantOrNull(job.startedAt),
  finishedAt: instantOrNull(job.finishedAt),
  createdAt: instant(job.createdAt),
  updatedAt: instant(job.updatedAt),
});

export const presentJobDetail = ({ job, timeline, machine }: JobReport): Static<typeof JobDetailSchema> => ({
  ...presentJob(job),
  payload: job.payload,
  throttles: job.throttles,
  runsAlone: job.alone,
  crashesAlone: job.crashesAlone,
  orderPlacedAt: instantOrNull(job.orderPlacedAt),
  timeline: timeline.map(({ occurredAt, ...entry }) => ({ ...entry, at: instant(occurredAt) })),
  documents: job.documents.map(({ byteSize, ...document }) => ({
    ...document,
    size: byteSize,
    renderedAt: instant(document.renderedAt),
    storedAt: instantOrNull(document.storedAt),
    verifiedAt: instantOrNull(document.verifiedAt),
  })),
  delivery:
    job.delivery && machine
      ? {
          ...job.delivery,
          sentAt: instantOrNull(job.delivery.sentAt),
          updatedAt: instant(job.delivery.updatedAt),
          sesEvents: job.sesEvents.map((event) => ({
            ...event,
            occurredAt: instant(event.occurredAt),
            receivedAt: instant(event.receivedAt),
          })),
          machine: {
            current: machine.current,
            states: [...machine.states],
            transitions: [...machine.transitions],
          },
        }
      : null,
});
