/**
 * Why a message was not, or may not have been, taken by SES. `retryable` and `throttled`: it was not.
 * `permanent`: it never will be. `ambiguous`: nobody knows.
 */
export type MailFailure = "retryable" | "throttled" | "permanent" | "ambiguous";

export class MailFailed extends Error {
  override readonly name = "MailFailed";
  readonly kind: MailFailure;
  /** Stable, such as `Throttling` or `ECONNRESET`. */
  readonly code: string;

  constructor(kind: MailFailure, code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.code = code;
  }
}
