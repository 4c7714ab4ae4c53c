import { setTimeout as wait } from "node:timers/promises";
import { BillpostProblem, BillpostUnreachable } from "./errors.ts";

export interface RetrySettings {
  /** How often a call is tried again after its first failure. */
  readonly retries: number;
  /** For an attempt's whole answer; of a streamed answer, for its head and between two pieces. In ms. */
  readonly timeoutMs: number;
  /** The longest wait between two attempts; a longer Retry-After ends the call with its problem. In ms. */
  readonly maxWaitMs: number;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Told of each wait, for a log. */
  readonly onRetry: ((retry: Retry) => void) | undefined;
}

/** An attempt that failed and will be repeated. */
export interface Retry {
  readonly method: string;
  readonly path: string;
  /** Of the attempt that failed, from 1. */
  readonly attempt: number;
  readonly waitMs: number;
  readonly error: BillpostProblem | BillpostUnreachable;
}

const firstWaitMs = 250;
const longestOwnWaitMs = 8_000;

/**
 * `fetch` that answers with a success or throws `BillpostProblem` or `BillpostUnreachable`, after trying again what is safe
 * to repeat: reads, writes that carry an Idempotency-Key, and whatever was certainly not begun. The request, and
 * with it the key, is the same each time.
 */
export const createRetryingFetch =
  (settings: RetrySettings) =>
  async (request: Request): Promise<Response> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await tryOnce(request.clone(), attempt, settings);
      } catch (error) {
        if (!(error instanceof BillpostProblem || error instanceof BillpostUnreachable)) throw error;
        const waitMs = waitBefore(attempt, error);
        if (attempt > settings.retries || waitMs > settings.maxWaitMs || !mayRepeat(request, error))
          throw error;
        const { pathname: path } = new URL(request.url);
        settings.onRetry?.({ method: request.method, path, attempt, waitMs, error });
        await wait(waitMs, undefined, { signal: request.signal });
      }
    }
  };

/** As long as the answer says; else longer each time, with a spread, so that many clients do not come back at once. */
const waitBefore = (attempt: number, error: BillpostProblem | BillpostUnreachable): number => {
  if (error instanceof BillpostProblem && error.retryAfterSeconds !== undefined)
    return error.retryAfterSeconds * 1000;
  const longest = Math.min(longestOwnWaitMs, firstWaitMs * 2 ** (attempt - 1));
  return longest * (0.5 + Math.random() / 2);
};

const mayRepeat = (request: Request, error: BillpostProblem | BillpostUnreachable): boolean => {
  const repeatable =
    request.method === "GET" ||
    request.method === "HEAD" ||
    request.headers.has("idempotency-key") ||
    // An import knows its lines by their references.
    request.url.endsWith("/api/orders/import");
  if (error instanceof BillpostUnreachable) return repeatable || neverConnected(error.cause);
  // Refused at the door: nothing was begun.
  if (error.status === 429 || error.code === "overloaded" || error.code === "not_ready") return true;
  if (error.code === "idempotency_key_in_flight") return true;
  return repeatable && [408, 502, 503, 504].includes(error.status);
};

const neverConnected = (cause: unknown): boolean => causeCode(cause) === "ECONNREFUSED";

const causeCode = (error: unknown): unknown => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
};

const tryOnce = async (request: Request, attempt: number, settings: RetrySettings): Promise<Response> => {
  const { timeoutMs } = settings;
  const late = new AbortController();
  let timer = setTimeout(() => late.abort(), timeoutMs);
  const stillAlive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => late.abort(), timeoutMs);
  };
  const fail = (error: unknown): never => {
    clearTimeout(timer);
    if (error instanceof BillpostProblem || request.signal.aborted) throw error;
    const reason = late.signal.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(error);
    throw new BillpostUnreachable(request.url, reason, attempt, error);
  };
  try {
    const signal = AbortSignal.any([request.signal, late.signal]);
    // A redirect would carry the key to wherever it points.
    const response = await settings.fetch(new Request(request, { signal, redirect: "error" }));
    if (response.ok && !isJson(response))
      return withBody(response, response.body?.pipeThrough(watched(stillAlive, () => clearTimeout(timer))));
    const text = await response.text();
    clearTimeout(timer);
    if (!response.ok && response.status !== 304)
      throw new BillpostProblem(response.status, readObject(text), response.headers);
    return withBody(response, text);
  } catch (error) {
    return fail(error);
  }
};

const isJson = (response: Response): boolean =>
  /^application\/(problem\+)?json\b/.test(response.headers.get("content-type") ?? "");

const withBody = (response: Response, body: ReadableStream | string | undefined): Response => {
  const none = response.status === 204 || response.status === 304;
  const { status, statusText, headers } = response;
  return new Response(none ? null : (body ?? null), { status, statusText, headers });
};

/** Passes pieces on and says that one came. */
const watched = (onPiece: () => void, onEnd: () => void): TransformStream<Uint8Array, Uint8Array> =>
  new TransformStream({
    transform: (piece, controller) => {
      onPiece();
      controller.enqueue(piece);
    },
    flush: onEnd,
  });

const readObject = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // A proxy's page says nothing that a program could use; the status does.
    return {};
  }
};

/** `fetch failed` says nothing; its cause does. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  if (cause.message !== "") return cause.message;
  return "code" in cause ? String(cause.code) : error.message;
};
