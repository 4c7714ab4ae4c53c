import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { problem, type ProblemCode, problems, refusal } from "./problems.ts";
import { STATUS_CODES } from "node:http";
import { randomUUID } from "node:crypto";

const codes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: "headers_too_large",
  ERR_HTTP_REQUEST_TIMEOUT: "request_timeout",
};

/** RFC 9112 3.2: a request without Host is refused. Node would do it with an empty body. */
export const addHostCheck = (app: FastifyInstance): void => {
  app.addHook("onRequest", async ({ raw }) => {
    if (raw.headers.host === undefined && raw.httpVersion === "1.1")
      throw refusal("malformed_request", "The Host header is missing.");
  });
};

const longUploads = new WeakSet<Socket>();

/** Lets the request on this connection arrive as slowly as it does: it is read as a stream, with limits of its own. */
export const allowLongUpload = (socket: Socket): void => {
  longUploads.add(socket);
};

/** Answers what Node's parser refuses before there is a request: still a problem, still with an id. */
export const answerClientError = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && longUploads.has(socket)) return;
  if (error.code === "ECONNRESET" || !socket.writable || socket.destroyed) {
    socket.destroy(error);
    return;
  }
  const code = codes[error.code ?? ""] ?? "malformed_request";
  const [status, detail] = problems[code];
  const requestId = randomUUID();
  const body = JSON.stringify(problem(code, status, detail, requestId));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "Content-Type: application/problem+json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
};
