import type { JobSummary } from "@billpost/db/operators/jobs";
import { actWords, usualAct } from "./act-words.ts";

/** A row of a list of jobs, with what is usually done to such a job. */
export const withUsualAct = (job: JobSummary) => {
  const act = usualAct(job.state);
  return { ...job, usual: act && { act, ...actWords[act] } };
};
