import type { WorkItemState } from "@billpost/db/schema";
import type { JobAct } from "@billpost/domain/operators/job-acts";

interface ActWords {
  /** In a button that leads to the preview. */
  readonly title: string;
  /** In the button that does it. */
  readonly button: string;
  /** Once it is done. */
  readonly done: string;
  readonly icon: string;
}

/** What each act is called where people read it. */
export const actWords: Readonly<Record<JobAct, ActWords>> = {
  retry: { title: "Retry", button: "Retry", done: "It is tried again.", icon: "again" },
  "run-now": { title: "Run now", button: "Run now", done: "It runs now.", icon: "play" },
  reschedule: { title: "Reschedule", button: "Reschedule", done: "Rescheduled.", icon: "clock" },
  settle: { title: "Settle", button: "It was sent", done: "Settled.", icon: "question" },
  release: { title: "Release", button: "Release", done: "Released.", icon: "triangle" },
  "correct-address": {
    title: "Correct the address",
    button: "Correct it and send",
    done: "The address is corrected.",
    icon: "mail",
  },
  "mark-handled": {
    title: "Mark as handled",
    button: "Mark as handled",
    done: "Marked as handled.",
    icon: "hand",
  },
  cancel: { title: "Cancel", button: "Cancel the job", done: "Cancelled.", icon: "dash" },
};

/** What is usually done first to a job in a state; undefined: nothing by hand. */
export const usualAct = (state: WorkItemState): JobAct | undefined => usual[state];

const usual: Partial<Record<WorkItemState, JobAct>> = {
  failed: "retry",
  retrying: "run-now",
  throttled: "run-now",
  scheduled: "run-now",
  ambiguous: "settle",
  quarantined: "release",
  suppressed: "correct-address",
};
