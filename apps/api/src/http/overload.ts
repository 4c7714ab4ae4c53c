import type { FastifyInstance } from "fastify";
import { refusal } from "./problems.ts";

/**
 * Requests beyond what the process works on at once are refused at once: a queue without end would answer
 * all of them too late. Health checks pass.
 */
export const addOverloadGuard = (app: FastifyInstance): void => {
  const { inFlight: most } = app.services.config.limits;
  let inFlight = 0;
  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.url === "/health" || request.routeOptions.url === "/ready") return;
    // A stream of the console stays open for hours and is counted by itself.
    if (request.routeOptions.config.stream) return;
    inFlight += 1;
    let over = false;
    // `close` comes after every end: a reply that was sent as well as a client that went away.
    reply.raw.once("close", () => {
      if (!over) inFlight -= 1;
      over = true;
    });
    if (inFlight > most) throw refusal("overloaded", "Too many requests at once. Nothing was done.");
  });
};
