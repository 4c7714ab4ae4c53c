import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";

export interface HealthOptions {
  readonly host: string;
  readonly port: number;
  /** What keeps this worker from its work; empty: ready. */
  readonly problems: () => Promise<readonly string[]>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * `/health`: the process is alive, whatever the database does, or a database that is away would have every
 * worker restarted. `/ready`: it can work.
 */
export const startHealthServer = async ({ host, port, problems }: HealthOptions): Promise<HealthServer> => {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://worker");
    if (request.method !== "GET" && request.method !== "HEAD")
      return answer(response, 405, { status: "refused" });
    if (pathname === "/health") return answer(response, 200, { status: "ok" });
    if (pathname !== "/ready") return answer(response, 404, { status: "unknown" });
    void problems().then(
      (found) =>
        answer(response, found.length === 0 ? 200 : 503, {
          status: found.length === 0 ? "ready" : "not_ready",
          problems: found,
        }),
      () => answer(response, 503, { status: "not_ready", problems: ["unknown"] }),
    );
  });
  server.requestTimeout = 5_000;
  server.listen({ host, port });
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
};
