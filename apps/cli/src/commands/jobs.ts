import type { AnswerOf } from "@billpost/client/billpost";
import type { Command } from "commander";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { filtering, filterInQuery, type JobFilterOptions } from "../job-filter.ts";
import { given, type ListOptions, listing, pageOf, printList } from "../listing.ts";
import { printFields, printJson, printLine, printTable, showAge, showInstant } from "../output.ts";
import { addJobActs } from "./job-acts.ts";

type JobDetail = AnswerOf<"get", "/api/jobs/{jobId}">;

interface JobListOptions extends ListOptions, JobFilterOptions {
  readonly oldestFirst?: boolean;
}

export const addJobCommands = (program: Command): void => {
  const jobs = program
    .command("jobs")
    .description("units of work: issuing an invoice, delivering it, and others");

  filtering(listing(jobs.command("list").description("list jobs, newest first")))
    .option("--oldest-first", "the oldest first")
    .action(async (all: JobListOptions) => {
      const query = {
        ...filterInQuery(all),
        ...given({ limit: pageOf(all.limit), order: all.oldestFirst ? ("oldest" as const) : undefined }),
      };
      await printList(
        connect().each("/api/jobs", { params: { query } }),
        all,
        ["JOB", "TASK", "STATE", "ORDER", "INVOICE", "TO", "ATTEMPTS USED", "AGE", "ERROR"],
        (job) => [
          job.id,
          job.task,
          job.state,
          job.orderId,
          job.invoiceNumber,
          job.recipientEmail,
          `${job.attempt}/${job.maxAttempts}`,
          showAge(job.createdAt),
          job.error?.message,
        ],
        ["ATTEMPTS USED", "TO", "INVOICE", "TASK"],
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
    attempts: `${begun(job)} begun, ${job.attempt} of ${job.maxAttempts} used up`,
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

/** Those that are told to wait, or left a mail in doubt, use up none. */
const begun = ({ timeline }: JobDetail): number =>
  timeline.filter(({ stage, event }) => stage === "attempt" && event === "started").length;

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
      step.errorMessage,
    ]),
    ["WORKER", "AFTER", "TOOK"],
  );
