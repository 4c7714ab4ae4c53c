import type { JobDetail } from "@billpost/db/operators/job-detail";
import type { WorkItemState } from "@billpost/db/schema";
import { lookOf } from "./looks.ts";

interface Sentences {
  readonly sentence: string;
  readonly next?: string;
}

const sentences: Readonly<Record<WorkItemState, (job: JobDetail) => Sentences>> = {
  waiting: () => ({
    sentence: "It waits for a worker.",
    next: "If it waits for long, look at the workers and at what is paused.",
  }),
  scheduled: () => ({ sentence: "It is to begin later." }),
  running: (job) => ({ sentence: `A worker is at it, in attempt ${job.attempt}.` }),
  retrying: (job) => ({
    sentence: `Attempt ${job.attempt} of ${job.maxAttempts} failed; the next one comes by itself.`,
    next: "Retry it now if you know that the cause is gone.",
  }),
  throttled: () => ({
    sentence: "SES asked to wait. Nothing was sent, and no attempt is lost.",
    next: "It goes on by itself.",
  }),
  blocked: () => ({
    sentence: "The invoice cannot be made: something that it must say is missing.",
    next: "Complete the order's billing details; it is then tried again at once.",
  }),
  failed: (job) => ({
    sentence: `It was given up after attempt ${job.attempt}.${job.delivery ? " Its mail was not sent." : ""}`,
    next: `Read the error below and put right what it says. A retry goes on where it stopped${job.delivery ? ": what is stored is not made again" : ""}.`,
  }),
  ambiguous: (job) => ({
    sentence: "Nobody knows whether the message went out: the reply of SES was lost.",
    next: job.finishedAt
      ? "Find out whether the customer has it, then settle it: it was sent, or send it again."
      : "An event of SES may settle it. Without one it is sent once more by itself.",
  }),
  quarantined: () => ({
    sentence: "It ended its worker again and again, so no worker takes it any more.",
    next: "Release it once the cause is known; it then runs alone.",
  }),
  suppressed: () => ({
    sentence:
      "The address may not be written to: mail to it came back, was complained about, or is not allowed here.",
    next: "Correct the address and send it again, or clear the address first.",
  }),
  cancelled: () => ({ sentence: "It was called off before it was done." }),
  handled: () => ({ sentence: "An operator took care of it by other means." }),
  done: () => ({ sentence: "It is done." }),
};

/** Why a job is where it is, and what follows, in a sentence or two. */
export const whyOf = (job: JobDetail) => {
  const { icon, tone } = lookOf(job.state);
  return { icon, tone, ...sentences[job.state](job) };
};
