import type { FastifyInstance } from "fastify";
import { refusal } from "./problems.ts";

/**
 * A route without a body refuses one, since what it says would be ignored. A Content-Type without a body is
 * what many clients send, and harmless; Fastify would look for JSON and find none.
 */
export const addBodyCheck = (app: FastifyInstance): void => {
  app.addHook("onRequest", async ({ raw, routeOptions, method }) => {
    if (routeOptions.config.takesBody !== false || method === "GET" || method === "HEAD") return;
    const { "content-length": length = "0", "transfer-encoding": encoding } = raw.headers;
    if (Number(length) > 0 || encoding !== undefined)
      throw refusal("validation_failed", "This route takes no body.", {
        errors: [{ in: "body", pointer: "", code: "unknown_field", detail: "this route takes no body" }],
      });
    delete raw.headers["content-type"];
  });
};
