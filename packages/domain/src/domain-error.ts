/** What kind of answer an error deserves; the API maps it to a status, a task to a policy. */
export type ErrorKind =
  | "invalid" // 400: malformed
  | "unauthenticated" // 401
  | "forbidden" // 403
  | "not_found" // 404
  | "conflict" // 409: refused in the present state
  | "precondition_failed" // 412
  | "unprocessable" // 422: well-formed, but cannot be
  | "precondition_required" // 428
  | "rate_limited" // 429
  | "unavailable"; // 503

/** An expected refusal. `code` is stable and snake_case; `message` and `data` may be shown to the caller. */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly kind: ErrorKind;
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(kind: ErrorKind, code: string, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.data = data;
  }
}
