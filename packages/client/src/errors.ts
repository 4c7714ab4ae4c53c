import type { components, ProblemCode } from "./api-types.ts";

type FieldError = components["schemas"]["FieldError"];

/** The API refused: its answer was not a success. `code` says what happened, and stays the same between versions. */
export class BillpostProblem extends Error {
  override readonly name = "BillpostProblem";
  readonly status: number;
  /** One of `ProblemCode`; another text when something between here and the API answered, or a newer API. */
  readonly code: ProblemCode | (string & {});
  /** What happened, for people. */
  readonly detail: string;
  /** Name it when you ask for help; undefined when the API itself did not answer. */
  readonly requestId: string | undefined;
  /** The fields concerned; empty when none are. */
  readonly errors: readonly FieldError[];
  /** In seconds, when the answer said how long to wait. */
  readonly retryAfterSeconds: number | undefined;
  /** The whole answer. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>, headers: Headers) {
    const text = (name: string): string | undefined =>
      typeof body[name] === "string" ? body[name] : undefined;
    const code = text("code") ?? `http_${status}`;
    const detail = text("detail") ?? `The answer was HTTP ${status}.`;
    super(`${detail} (${code})`);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.requestId = text("requestId") ?? headers.get("x-request-id") ?? undefined;
    this.errors = Array.isArray(body["errors"]) ? (body["errors"] as FieldError[]) : [];
    this.retryAfterSeconds = readRetryAfter(headers);
    this.body = body;
  }
}

/** No answer came: the API cannot be reached, took too long, or broke off. Whether a write was done is unknown. */
export class BillpostUnreachable extends Error {
  override readonly name = "BillpostUnreachable";
  /** How often it was tried. */
  readonly attempts: number;

  constructor(url: string, reason: string, attempts: number, cause: unknown) {
    super(`${new URL(url).origin}: ${reason}${attempts > 1 ? `, ${attempts} times` : ""}`, { cause });
    this.attempts = attempts;
  }
}

/** Whether an error is the API's refusal with this code; then its other members are typed. */
export const isProblem = (error: unknown, code?: ProblemCode): error is BillpostProblem =>
  error instanceof BillpostProblem && (code === undefined || error.code === code);

/** `Retry-After` (RFC 9110 §10.2.3): seconds, or a date. */
const readRetryAfter = (headers: Headers): number | undefined => {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  const until = Date.parse(text);
  return Number.isNaN(until) ? undefined : Math.max(0, Math.ceil((until - Date.now()) / 1000));
};
