import { recordAttemptEnd } from "@billpost/db/attempts";
import { claimHandedOver } from "@billpost/db/handover";
import { requeuePaused, waitForStage } from "@billpost/db/operators/paused-work";
import type { TaskName } from "@billpost/db/outbox";
import { type Claim, ClaimLost, claimWorkItem, holdClaim, type NoClaim } from "@billpost/db/work-items";
import { fingerprintOf } from "@billpost/domain/operators/fingerprint";
import type { Logger } from "@billpost/runtime/logger";
import { type Classified, classify, HandedBack, StagePaused } from "./classify.ts";
import type { TaskContext, WorkerContext } from "./context.ts";

/** A task's name, and what its handler is told: ids only, read from the work item. */
export interface TaskDefinition<Subject> {
  readonly name: TaskName;
  /** Throws for a work item that names nothing to work on. */
  readonly subject: (claim: Claim) => Subject;
}

/** What graphile-worker gives: the job's own id, and the work item that the job is for. */
interface Job {
  readonly id: number;
  readonly workItemId: number;
}

/** A task, ready to be run for a job. Returns when the job may be forgotten, and throws when it may not. */
export interface Task {
  readonly name: TaskName;
  readonly run: (worker: WorkerContext, job: Job) => Promise<void>;
  /** Does work that is claimed already. */
  readonly runClaimed: (worker: WorkerContext, claim: Claim) => Promise<Ending>;
}

/** How claimed work ended, for the job: what it goes on with; it was, or may have been, somebody else's by then. */
type Ending = Claim | "lost" | undefined;

/**
 * Makes a task of a definition and its handler. The handler records its success in its last transaction,
 * under the claim. However else it ends is recorded here, in one transaction with the job of the next
 * attempt: counts and waits are ours, and to graphile-worker the job has succeeded. Only when not even that
 * can be written does the job fail, and graphile-worker brings it again. `next` is the task that the same job may
 * go on with, once its own work is over.
 */
export const implement = <Subject>(
  definition: TaskDefinition<Subject>,
  handle: (subject: Subject, context: TaskContext) => Promise<void>,
  next?: Task,
): Task => ({
  name: definition.name,
  runClaimed: (worker, claim) => runClaimed(definition, handle, worker, claim),
  async run(worker, job) {
    // Before the claim: what waits for its turn is not under way, should the worker die meanwhile.
    const claimed = await claimIn(worker, job, false);
    const { claim, leave } = claimed.claim === "alone" ? await claimIn(worker, job, true) : claimed;
    try {
      let ending: Ending;
      if (claim === "paused") await leaveForLater(worker, job);
      else if (typeof claim === "string") {
        worker.log.debug({ task: definition.name, ...job }, `nothing to do for this job: ${claim}`);
        if (claim === "over") ending = "lost";
      } else ending = await runClaimed(definition, handle, worker, claim);
      if (next) await goOn(next, worker, job, ending);
    } finally {
      leave();
    }
  },
});

/** What the job's work left to it is done in the same place, also when the worker did not hear that it was left. */
const goOn = async (next: Task, worker: WorkerContext, job: Job, ending: Ending): Promise<void> => {
  const claim =
    ending === "lost" ? await claimHandedOver(worker.db, { poolId: worker.poolId, jobId: job.id }) : ending;
  if (claim) await next.runClaimed(worker, claim);
};

/** What is paused waits in a job that is not taken; what else is paused is heard at once. */
const leaveForLater = async ({ db, hearDirections }: WorkerContext, { workItemId }: Job): Promise<void> => {
  await requeuePaused(db, workItemId);
  await hearDirections();
};

/** Enters the room and claims the work. What was not claimed has left the room again. */
const claimIn = async (
  { db, poolId, room }: WorkerContext,
  job: Job,
  alone: boolean,
): Promise<{ readonly claim: Claim | NoClaim; readonly leave: () => void }> => {
  const leave = await room.enter(alone);
  let claim: Claim | NoClaim | undefined;
  try {
    claim = await claimWorkItem(db, {
      workItemId: job.workItemId,
      poolId,
      jobId: job.id,
      besideOthers: !alone,
    });
    return { claim, leave: typeof claim === "string" ? () => {} : leave };
  } finally {
    if (claim === undefined || typeof claim === "string") leave();
  }
};

const runClaimed = async <Subject>(
  definition: TaskDefinition<Subject>,
  handle: (subject: Subject, context: TaskContext) => Promise<void>,
  worker: WorkerContext,
  claim: Claim,
): Promise<Ending> => {
  const log = logFor(worker.log, claim);
  const progress = { stage: "attempt" };
  let next: Claim | undefined;
  const mayBegin = (stage: string) => {
    progress.stage = stage;
    if (worker.signal.aborted) throw new HandedBack();
    if (worker.directions.isPaused(claim.task, stage)) throw new StagePaused(stage);
  };
  const goOnWith = (handedOver: Claim) => {
    next = handedOver;
  };
  const context: TaskContext = { ...worker, log, claim, stage: stages(mayBegin), mayBegin, goOnWith };
  try {
    if (claim.attempt > claim.maxAttempts) throw new AttemptsUsedUp();
    await handle(definition.subject(claim), context);
    return next;
  } catch (error) {
    return (await recordFailure(context, error, progress.stage)) ? undefined : "lost";
  }
};

/** A claim beyond the last attempt: each one before ended its worker before it could say so. */
class AttemptsUsedUp extends Error {
  override readonly name = "AttemptsUsedUp";

  constructor() {
    super("worker died");
  }
}

const logFor = (log: Logger, claim: Claim): Logger =>
  log.child({
    task: claim.task,
    workItemId: claim.workItemId,
    jobId: claim.jobId,
    attempt: claim.attempt,
    ...(claim.orderId === null ? {} : { orderId: claim.orderId }),
    ...(claim.invoiceId === null ? {} : { invoiceId: claim.invoiceId }),
    ...(claim.deliveryId === null ? {} : { deliveryId: claim.deliveryId }),
    ...(claim.requestId === null ? {} : { requestId: claim.requestId }),
  });

const stages =
  (mayBegin: TaskContext["mayBegin"]): TaskContext["stage"] =>
  async (name, work) => {
    mayBegin(name);
    return work();
  };

/** False: nothing was recorded, because the work is no longer this worker's. */
const recordFailure = async (context: TaskContext, error: unknown, stage: string): Promise<boolean> => {
  const { db, claim, log, retry, signal } = context;
  if (error instanceof ClaimLost) {
    // The work goes on elsewhere; nothing of what was done here counts.
    log.warn({ stage }, "this worker no longer holds the work: it was taken over");
    return false;
  }
  const classified = classifyUnder(signal, error);
  try {
    const step = await db.transaction().execute(async (trx) => {
      await holdClaim(trx, claim);
      if (error instanceof StagePaused) return waitForStage(trx, claim, error.stage);
      return recordAttemptEnd(trx, claim, attemptEnd(classified, stage), retry);
    });
    if (!step) {
      log.info({ stage }, "waits, because the stage is paused");
      return true;
    }
    const level = step.state === "failed" || step.state === "ambiguous" ? "error" : "warn";
    const { errorClass, code, message } = classified;
    log[level](
      {
        stage,
        errorClass,
        code,
        next: step.state,
        delayMs: step.delayMs,
        ...(level === "error" ? { err: error } : {}),
      },
      message,
    );
    return true;
  } catch (recording) {
    if (recording instanceof ClaimLost) {
      log.warn({ stage }, "this worker no longer holds the work: it was taken over");
      return false;
    }
    log.error(
      { stage, code: classified.code, err: recording },
      "the end of the attempt could not be recorded",
    );
    throw recording;
  }
};

const attemptEnd = (classified: Classified, stage: string) => ({
  errorClass: classified.errorClass,
  stage,
  message: classified.message,
  stack: classified.stack,
  fingerprint: fingerprintOf({ stage, errorClass: classified.errorClass, message: classified.message }),
});

/** While stopping, what was interrupted is handed back, unless a message may be on its way. */
const classifyUnder = (signal: AbortSignal, error: unknown): Classified => {
  const classified = classify(error);
  if (error instanceof AttemptsUsedUp) return { ...classified, errorClass: "permanent" };
  return signal.aborted && classified.errorClass === "retryable"
    ? { ...classified, errorClass: "handed_back" }
    : classified;
};
