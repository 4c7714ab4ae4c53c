/** An entry of a job's history, as its worker wrote it. */
export interface JobEvent {
  readonly id: number;
  /** From 1. An attempt that was told to wait is not counted, so a number may come twice. */
  readonly attempt: number;
  /** `attempt` for the attempt as a whole, else such as `render`, `store`, `send`. */
  readonly stage: string;
  readonly event: "started" | "succeeded" | "failed" | "crashed" | "skipped";
  readonly workerId: string | null;
  readonly errorClass: string | null;
  readonly errorMessage: string | null;
  readonly errorStack: string | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
  readonly occurredAt: Date;
}

export interface TimelineEntry extends JobEvent {
  /** Since the order was placed, or the job asked for where there is no order, in ms. */
  readonly sinceStartMs: number;
  /**
   * How long it took, in ms: of an attempt's end since its beginning, of a stage's end since the entry before
   * it in the same attempt. Null for what has no length.
   */
  readonly durationMs: number | null;
}

/**
 * A job's history with what each step took. `since`: when the order was placed. An end without a beginning is
 * work that was done along with another job's.
 */
export const jobTimeline = (events: readonly JobEvent[], since: Date): TimelineEntry[] => {
  let attemptBegan: Date | undefined;
  let before: Date | undefined;
  return events.map((event) => {
    const wholeAttempt = event.stage === "attempt";
    const began = wholeAttempt ? attemptBegan : before;
    // A failed stage ends its attempt, too.
    if (event.event === "started" && wholeAttempt) attemptBegan = event.occurredAt;
    before = event.occurredAt;
    return {
      ...event,
      sinceStartMs: event.occurredAt.getTime() - since.getTime(),
      durationMs:
        event.event === "started" || !began || !attemptBegan
          ? null
          : Math.max(0, event.occurredAt.getTime() - began.getTime()),
    };
  });
};
