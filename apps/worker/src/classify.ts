import { RenderFailed } from "@billpost/pdf/render-failed";
import { StorageFailed } from "@billpost/storage/storage-failed";
import type { ErrorClass } from "@billpost/domain/work";
import { MailFailed } from "./mail-failed.ts";

/** What an error is to the policies: its class, a stable code, and words without names and addresses. */
export interface Classified {
  readonly errorClass: ErrorClass;
  readonly code: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** The stage was stopped because this worker is shutting down. */
export class HandedBack extends Error {
  override readonly name = "HandedBack";

  constructor() {
    super("the worker is shutting down");
  }
}

/** The stage is paused by an operator: the attempt ends here and counts for nothing. */
export class StagePaused extends Error {
  override readonly name = "StagePaused";
  readonly stage: string;

  constructor(stage: string) {
    super(`${stage} is paused`);
    this.stage = stage;
  }
}

/** Gives every error its class, here and nowhere else. What is not known is worth another try: tries are counted. */
export const classify = (error: unknown): Classified => {
  const stack = error instanceof Error ? withoutAddresses(error.stack ?? "") : undefined;
  const message = withoutAddresses(error instanceof Error ? error.message : String(error));
  const answer = (errorClass: ErrorClass, code: string): Classified => ({ errorClass, code, message, stack });
  if (error instanceof HandedBack) return answer("handed_back", "shutting_down");
  if (error instanceof MailFailed) return answer(error.kind, error.code);
  if (error instanceof StorageFailed) return answer(error.kind, error.code);
  if (error instanceof RenderFailed)
    return answer(error.kind === "left_document" ? "permanent" : "retryable", error.kind);
  if (error instanceof Error) {
    const { code } = error as NodeJS.ErrnoException;
    return answer("retryable", typeof code === "string" ? code : error.name);
  }
  return answer("retryable", "unknown");
};

/**
 * How an error is logged: no addresses, and none of the fields that libraries hang on their errors, such as
 * PostgreSQL's detail with the row's values in it.
 */
export const loggedError = (error: unknown): object => {
  const { code, message, stack } = classify(error);
  const causes =
    error instanceof Error && error.cause !== undefined ? { cause: loggedError(error.cause) } : {};
  return { type: error instanceof Error ? error.name : typeof error, code, message, stack, ...causes };
};

/** What is kept for operators and logged holds no address, whoever wrote the message. */
const withoutAddresses = (text: string): string =>
  text.replaceAll(/[^\s<>"'()[\],;:]+@[^\s<>"'()[\],;:]+/g, "[address]").slice(0, 4_000);
