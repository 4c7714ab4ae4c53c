import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";

/** The caller's X-Request-Id when it is harmless in logs and headers, a random one else. */
export const requestIdOf = (raw: IncomingMessage): string => {
  const sent = raw.headers["x-request-id"];
  return typeof sent === "string" && /^[A-Za-z0-9._:/+=-]{1,128}$/.test(sent) ? sent : randomUUID();
};

/**
 * One line for each request, and the id in each reply. Paths are logged as the route's pattern with its
 * ids; query strings, which may hold names, are not.
 */
export const addRequestLog = (app: FastifyInstance): void => {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  app.addHook("onResponse", async (request, reply) => {
    const quiet = request.routeOptions.url === "/health" || request.routeOptions.url === "/ready";
    const { orderId } = (request.params ?? {}) as { orderId?: unknown };
    request.log[quiet ? "debug" : "info"](
      {
        method: request.method,
        route: request.is404 ? "unknown" : request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        clientId: request.caller?.clientId,
        key: request.caller?.keyPrefix,
        ...(typeof orderId === "string" && /^ORD-[\d-]{1,30}$/.test(orderId) ? { orderId } : {}),
      },
      "request",
    );
  });
};
