import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from "fastify";
import { refusal } from "./problems.ts";

/**
 * Answers 503 when a handler takes too long. What it began goes on and may still be done: that is what the
 * idempotency key is for. Fastify's own `handlerTimeout` stops its clock as soon as a body has been read
 * (fastify/fastify#6725), so that it never comes for a POST.
 */
export const addDeadline = (app: FastifyInstance): void => {
  const ms = app.services.config.limits.handlerTimeoutMs;
  app.addHook("onRoute", (route) => {
    const { handler } = route;
    route.handler = function (this: FastifyInstance, request, reply) {
      return inTime(handler, this, request, reply, ms);
    };
  });
};

const inTime = async (
  handler: RouteHandlerMethod,
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  ms: number,
): Promise<unknown> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    // A reply that is being streamed is not late.
    if (!reply.raw.headersSent)
      reject(
        refusal("request_timed_out", `There was no answer within ${ms / 1000} s. It may still be done.`),
      );
  }, ms);
  try {
    return await Promise.race([handler.call(app, request, reply), late]);
  } finally {
    clearTimeout(timer);
  }
};
