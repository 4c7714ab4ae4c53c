import type { Db } from "@billpost/db/connection";
import type { CreditingSettings } from "@billpost/db/credit-notes";
import type { IssuingSettings } from "@billpost/db/invoices";
import type { SendRate } from "@billpost/db/send-rate";
import type { Claim } from "@billpost/db/work-items";
import type { RetryPolicy } from "@billpost/domain/work";
import type { Templates } from "@billpost/invoice-templates/templates";
import type { Renderer } from "@billpost/pdf/renderer";
import type { Logger } from "@billpost/runtime/logger";
import type { ObjectStore } from "@billpost/storage/object-store";
import type { WorkerDirections } from "./directions.ts";
import type { Mailer } from "./mailer.ts";
import type { RecipientRules } from "./recipient.ts";
import type { Room } from "./room.ts";

/** What every task may use. Made once, in main.ts. */
export interface WorkerContext {
  readonly db: Db;
  readonly log: Logger;
  /** graphile-worker's id of this process' pool: claims are held under it. */
  readonly poolId: string;
  readonly issuing: IssuingSettings;
  readonly crediting: CreditingSettings;
  readonly retry: RetryPolicy;
  readonly templates: Templates;
  readonly renderer: Renderer;
  readonly store: ObjectStore;
  readonly mailer: Mailer;
  readonly recipients: RecipientRules;
  /** How fast all workers together may send; undefined: as fast as they can. */
  readonly sendRate: SendRate | undefined;
  /** How long jobs that are done are kept; 0: for good. */
  readonly jobHistoryDays: number;
  /** What is paused, and what operators want of this worker. */
  readonly directions: WorkerDirections;
  /** Hears now what operators want. */
  readonly hearDirections: () => Promise<void>;
  /** Where work runs side by side, or alone. */
  readonly room: Room;
  /** Aborted when a stopping worker can wait no longer for what is running: it is handed back. */
  readonly signal: AbortSignal;
}

/** What one run of a task has besides. */
export interface TaskContext extends WorkerContext {
  readonly claim: Claim;
  /** Runs a named part of the work, so that a failure says where it happened. */
  readonly stage: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** Throws when a stage is not to be begun now: it is paused, or the worker is shutting down. */
  readonly mayBegin: (stage: string) => void;
  /** What this job goes on with when this work has ended: claimed for it in the work's last transaction. */
  readonly goOnWith: (claim: Claim) => void;
}
