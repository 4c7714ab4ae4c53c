import type { FastifyInstance } from "fastify";

const lookEveryMs = 100;

/**
 * Lets the server close as soon as it has answered what is under way. A connection that is kept alive, or on
 * which no request was ever sent, would hold it up: Node closes only those that are idle between two requests
 * at that moment.
 */
export const addShutdown = (app: FastifyInstance): void => {
  const answering = new Set<unknown>();
  app.addHook("onRequest", async (_request, { raw }) => {
    answering.add(raw);
    raw.once("close", () => answering.delete(raw));
  });
  app.addHook("onSend", async (_request, reply) => {
    if (app.lifecycle.stopping) reply.header("connection", "close");
  });
  app.addHook("preClose", async () => {
    app.lifecycle.stopping = true;
    const look = setInterval(() => {
      if (answering.size === 0) app.server.closeAllConnections();
    }, lookEveryMs);
    app.server.once("close", () => clearInterval(look));
  });
};
