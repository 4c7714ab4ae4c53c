import type { DeliveryState } from "../delivery.ts";

/** The states of a job. */
export type JobState =
  | "waiting"
  | "scheduled"
  | "running"
  | "retrying"
  | "blocked"
  | "throttled"
  | "failed"
  | "ambiguous"
  | "quarantined"
  | "suppressed"
  | "cancelled"
  | "handled"
  | "done";

/** What is known of the mail that a job is to bring. */
export interface DeliveryFacts {
  readonly state: DeliveryState;
  readonly resends: number;
  /** How many PDFs it brings; how many of them are stored, and were read again and compared. */
  readonly documents: number;
  readonly stored: number;
  readonly verified: number;
  /** The attempt whose message SES is known to have taken. */
  readonly acceptedAttempt: number | null;
  /** What became of other deliveries of what it brings; null: there are none, or nothing of them was or will be sent. */
  readonly elsewhere: "sent" | "in_doubt" | "to_come" | null;
  /** The address gets no mail, after a bounce or a complaint. */
  readonly addressSuppressed: boolean;
}

/** All that decides what an operator may do with a job, and what would follow. */
export interface JobFacts {
  readonly task: string;
  readonly state: JobState;
  /** It is due later than now. */
  readonly later: boolean;
  readonly delivery: DeliveryFacts | undefined;
  /** What the order's invoice lacks, as paths such as `buyer.vatId`. */
  readonly missing: readonly string[];
  /** The order of a job that is to issue an invoice has one. */
  readonly invoiced: boolean;
}
