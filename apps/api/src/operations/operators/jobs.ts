import { findJobDetail, type JobDetail } from "@billpost/db/operators/job-detail";
import { jobTimeline, type TimelineEntry } from "@billpost/domain/operators/job-timeline";
import { deliveryMachine, type DeliveryMachine } from "@billpost/domain/operators/state-machine";
import type { Context } from "../../context.ts";
import { refusal } from "../../http/problems.ts";

/** A job as its page shows it. */
export interface JobReport {
  readonly job: JobDetail;
  readonly timeline: readonly TimelineEntry[];
  /** Null for work that brings nothing to anybody. */
  readonly machine: DeliveryMachine | null;
}

/** Everything known of a job. Refuses with `job_not_found`. */
export const readJob = async ({ db }: Pick<Context, "db">, id: number): Promise<JobReport> => {
  const job = await findJobDetail(db, id);
  if (!job) throw refusal("job_not_found", "There is no such job; what is done is kept for a time only.");
  return {
    job,
    timeline: jobTimeline(job.events, job.orderPlacedAt ?? job.createdAt),
    machine: job.delivery && deliveryMachine(job.delivery.state),
  };
};
