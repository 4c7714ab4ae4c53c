import type { AnswerOf } from "@billpost/client/billpost";
import type { Command } from "commander";
import { connect } from "../api.ts";
import { parseId, parseSpan } from "../arguments.ts";
import { given, type ListOptions, listing, pageOf, printList } from "../listing.ts";
import { printFields, printJson, printLine, printTable, showAge, showInstant } from "../output.ts";
import { addJobActs } from "./job-acts.ts";

type JobDetail = AnswerOf<"get", "/api/jobs/{jobId}">;

interface JobListOptions extends ListOptions {
  readonly state?: string;
  readonly task?: string;
  readonly order?: string;
  readonly invoice?: string;
  readonly customer?: number;
  readonly email?: string;
  readonly batch?: number;
  readonly errorClass?: NonNullable<JobDetail["error"]>["class"];
  readonly fingerprint?: string;
  readonly olderThan?: number;
  readonly search?: string;
  readonly oldestFirst?: boolean;
}

const states =
  "waiting, scheduled, running, retrying, blocked, throttled, failed, ambiguous, quarantined, suppressed, cancelled, handled, done";

export const addJobCommands = (program: Command): void => {
  const jobs = program
    .command("jobs")
    .description("units of work: issuing an invoice, delivering it, and others");

  listing(jobs.command("list").description("list jobs, newest first"))
    .option("--state <states>", `one or more with commas between: ${states}`)
    .option("--task <tasks>", "such as deliver-invoice")
    .option("--order <orderId>", "of this order")
    .option("--invoice <number>", "of this invoice")
    .option("--customer <id>", "of this customer", parseId)
    .option("--email <address>", "of the customer, or the recipient, of this address")
    .option("--batch <id>", "of this batch", parseId)
    .option("--error-class <class>", "retryable, throttled, permanent, ambiguous, crashed or handed_back")
    .option("--fingerprint <text>", "of this group of `failures list`")
    .option("--older-than <span>", "made longer ago, such as 30m, 2h or 1d", parseSpan)
    .option("--search <text>", "an order, invoice, email, reference, SES message id or request id")
    .option("--oldest-first", "the oldest first")
    .action(async (all: JobListOptions) => {
      const query = given({
        limit: pageOf(all.limit),
        state: all.state,
        task: all.task,
        orderId: all.order,
        invoiceNumber: all.invoice,
        customerId: all.customer,
        email: all.email,
        batchId: all.batch,
        errorClass: all.errorClass,
        fingerprint: all.fingerprint,
        olderThanSeconds: all.olderThan,
        q: all.search,
        order: all.oldestFirst ? ("oldest" as const) : undefined,
      });
      await printList(
        connect().each("/api/jobs", { params: { query } }),
        all,
        ["JOB", "TASK", "STATE", "ORDER", "INVOICE", "TO", "ATTEMPT", "AGE", "ERROR"],
        (job) => [
          job.id,
          job.task,
          job.state,
          job.orderId,
          job.invoiceNumber,
          job.recipientEmail,
          `${job.attempt}/${job.maxAttempts}`,
          showAge(job.createdAt),
          job.error?.message.slice(0, 60),
        ],
      );
    });

  jobs
    .command("show")
    .description("one job: what it is about, what happened, and where it stands")
    .argument("<id>", "as `jobs list` shows it", parseId)
    .option("--json", "print JSON; it has stacks and the state machine, too")
    .action(async (jobId: number, { json }: { readonly json?: boolean }) => {
      const job = await connect().get("/api/jobs/{jobId}", { params: { path: { jobId } } });
      return json ? printJson(job) : showJob(job);
    });

  addJobActs(jobs);
};

const showJob = (job: JobDetail): void => {
  printFields({
    job: job.id,
    task: job.task,
    state: job.state,
    attempt: `${job.attempt} of ${job.maxAttempts}`,
    order: job.orderId,
    invoice: job.invoiceNumber,
    customer: job.customer && `${job.customer.name} (${job.customer.id})`,
    to: job.recipientEmail,
    made: showInstant(job.createdAt),
    "runs next": job.finishedAt === null ? showInstant(job.runAt) : null,
    finished: job.finishedAt && showInstant(job.finishedAt),
    worker: job.workerId,
    request: job.requestId,
    error: job.error && `${job.error.class}: ${job.error.message}`,
    fingerprint: job.error?.fingerprint,
  });
  if (job.delivery) {
    printLine();
    printFields({
      delivery: `${job.delivery.id}, ${job.delivery.state}`,
      sent: job.delivery.sentAt && showInstant(job.delivery.sentAt),
      "SES message": job.delivery.sesMessageId,
      "SES says": job.delivery.sesEvents.map(({ type }) => type).join(", ") || null,
    });
  }
  for (const document of job.documents) {
    printLine();
    printFields({
      document: `${document.invoiceNumber}, revision ${document.revision}, ${document.pages} pages`,
      object: `${document.s3Key} (${document.size} bytes)`,
      "SHA-256": document.sha256,
      stored: document.storedAt ? showInstant(document.storedAt) : "not yet",
    });
  }
  printLine();
  printTimeline(job.timeline);
};

const printTimeline = (timeline: JobDetail["timeline"]): void =>
  printTable(
    ["WHEN", "AFTER", "ATTEMPT", "STAGE", "EVENT", "TOOK", "WORKER", "ERROR"],
    timeline.map((step) => [
      showInstant(step.at),
      `${(step.sinceStartMs / 1000).toFixed(1)} s`,
      step.attempt,
      step.stage,
      step.event,
      step.durationMs === null ? null : `${Math.round(step.durationMs)} ms`,
      step.workerId,
      step.errorMessage?.slice(0, 100),
    ]),
  );
