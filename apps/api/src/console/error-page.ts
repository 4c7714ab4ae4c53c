import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { describeError, withoutData } from "../http/errors.ts";
import type { FieldError, Problem } from "../http/problems.ts";
import { sendErrorPage } from "./page.ts";

/** What to call a refusal where a person reads it. */
const headings: Readonly<Record<string, string>> = {
  preview_stale: "It has changed since you looked",
  precondition_failed: "It has changed since you looked",
  scope_missing: "Your key may only look",
  session_over: "Signed out",
  validation_failed: "That cannot be",
  internal_error: "A mistake of ours",
  rate_limited: "Too many requests",
  route_not_found: "There is no such page",
};

/** An error as a page, or, where a form waits for its answer, as a message beside the form. */
export const replyWithPage = (
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  const problem = describeError(error, request.id);
  if (problem.status >= 500) {
    const level = problem.code === "internal_error" ? "error" : "warn";
    request.log[level]({ code: problem.code, err: withoutData(error) }, "request failed");
  }
  const wait = problem["retryAfterSeconds"];
  if (typeof wait === "number") reply.header("retry-after", wait);
  const { views } = request.server.console;
  const data = {
    ...problem,
    heading: headings[problem.code] ?? problem.title,
    errors: errorsOf(problem),
    again: problem.code === "preview_stale" ? request.url : undefined,
    signIn: problem.code === "session_over",
    // Of a form that is ours and was written in a session before: it can be sent once more.
    token: problem.code === "request_from_elsewhere" ? request.session?.token : undefined,
  };
  reply.code(problem.status);
  if (request.headers["hx-request-type"] === "partial")
    return reply.type("text/html; charset=utf-8").send(views.fragment("problem", data));
  return sendErrorPage(request, reply, { ...data, title: data.heading });
};

const errorsOf = (problem: Problem): { field: string; detail: string }[] =>
  ((problem["errors"] as FieldError[] | undefined) ?? []).map(({ pointer, detail }) => ({
    field: pointer.replace(/^\//, "").replaceAll("/", " "),
    detail,
  }));
