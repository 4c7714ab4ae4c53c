import { type DatabaseTrouble, databaseTrouble } from "@billpost/db/database-errors";
import { DomainError } from "@billpost/domain/domain-error";
import { StorageFailed } from "@billpost/storage/storage-failed";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { type Problem, problem, type ProblemCode, problems, statusOfKind } from "./problems.ts";
import { fieldErrors } from "./validation.ts";

/** What Fastify calls its own refusals, and what we call them. */
const frameworkCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_BAD_URL: "malformed_request",
  FST_ERR_MAX_PARAM_LENGTH: "uri_too_long",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported_media_type",
  FST_ERR_CTP_BODY_TOO_LARGE: "body_too_large",
  FST_ERR_CTP_EMPTY_JSON_BODY: "malformed_json",
  FST_ERR_CTP_INVALID_JSON_BODY: "malformed_json",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "malformed_request",
};

const databaseCodes: Readonly<Record<DatabaseTrouble, ProblemCode>> = {
  unavailable: "database_unavailable",
  overloaded: "overloaded",
  collision: "overloaded",
};

const retryAfterSeconds: Partial<Record<string, number>> = {
  database_unavailable: 5,
  storage_unavailable: 5,
  overloaded: 1,
  request_timed_out: 5,
  idempotency_key_in_flight: 1,
};

const known = (code: ProblemCode, requestId: string, detail: string = problems[code][1]): Problem =>
  problem(code, problems[code][0], detail, requestId);

/** What is told of an error: nothing of the inside. */
export const describeError = (error: FastifyError | Error, requestId: string): Problem => {
  if (error instanceof DomainError) {
    const status = Object.hasOwn(problems, error.code)
      ? problems[error.code as ProblemCode][0]
      : statusOfKind(error.kind);
    return problem(error.code, status, error.message, requestId, error.data);
  }
  if (error instanceof StorageFailed) return known("storage_unavailable", requestId);
  const trouble = databaseTrouble(error);
  if (trouble) return known(databaseCodes[trouble], requestId);
  if ("validation" in error && error.validation)
    return problem(
      "validation_failed",
      400,
      "The request is not of the form that this route takes.",
      requestId,
      {
        errors: fieldErrors(error.validation, error.validationContext),
      },
    );
  const code = "code" in error ? frameworkCodes[error.code] : undefined;
  if (code) return known(code, requestId);
  // Fastify's JSON parser refuses `__proto__` and bad syntax with a bare 400.
  const status = "statusCode" in error ? error.statusCode : undefined;
  if (status === 400 && error instanceof SyntaxError) return known("malformed_json", requestId);
  if (status !== undefined && status >= 400 && status < 500)
    return problem("malformed_request", status, problems.malformed_request[1], requestId);
  return known("internal_error", requestId, "Something went wrong on our side.");
};

/** The one place where an error becomes a reply: RFC 9457 problem+json that says nothing of the inside. */
export const replyWithProblem = (
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  const body = describeError(error, request.id);
  if (body.status >= 500) {
    const level = body.code === "internal_error" ? "error" : "warn";
    request.log[level]({ code: body.code, err: withoutData(error) }, "request failed");
  }
  return sendProblem(reply, body);
};

/** Sends a problem as it is. HEAD has the headers alone, as Node sees to. */
const sendProblem = (reply: FastifyReply, body: Problem): FastifyReply => {
  const wait = body["retryAfterSeconds"] ?? retryAfterSeconds[body.code];
  if (typeof wait === "number") reply.header("retry-after", wait);
  if (body.status === 401) reply.header("www-authenticate", 'Bearer realm="billpost"');
  return reply
    .code(body.status)
    .type("application/problem+json")
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(body);
};

/** PostgreSQL's errors quote rows (`detail`, `where`), which may hold names; the rest is for the log. */
export const withoutData = (error: Error): Record<string, unknown> => ({
  type: error.name,
  message: databaseTrouble(error) || "severity" in error ? scrub(error.message) : error.message,
  code: "code" in error ? error.code : undefined,
  constraint: "constraint" in error ? error.constraint : undefined,
  stack: error.stack?.split("\n").slice(1).join("\n"),
});

/** What PostgreSQL quotes may be a value. */
const scrub = (message: string): string => message.replaceAll(/: ".*"/gs, ": …");
