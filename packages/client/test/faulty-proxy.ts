import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What the proxy does to a request: pass it on, pass it on and lose the reply, never answer, or answer itself. */
type Fault =
  | "pass"
  | "lose the reply"
  | "hang"
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: object };

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

export interface FaultyProxy {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** What happens to the next requests, one each; after them all pass. */
  readonly next: (...faults: readonly Fault[]) => void;
  readonly close: () => Promise<void>;
}

/** Stands before the real API and misbehaves when told. */
export const startFaultyProxy = async (target: string): Promise<FaultyProxy> => {
  const faults: Fault[] = [];
  const seen: SeenRequest[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url: path = "/", headers } = request;
    seen.push({ method, path, headers });
    const fault = faults.shift() ?? "pass";
    const body = await buffer(request);
    if (fault === "hang") return;
    if (typeof fault === "object") {
      response.writeHead(fault.status, { "content-type": "application/problem+json", ...fault.headers });
      response.end(JSON.stringify(fault.body ?? {}));
      return;
    }
    const { host: _host, connection: _connection, "content-length": _length, ...passed } = headers;
    const reply = await fetch(`${target}${path}`, {
      method,
      headers: passed as Record<string, string>,
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    const text = await reply.text();
    if (fault === "lose the reply") {
      response.destroy();
      return;
    }
    response.writeHead(reply.status, { "content-type": reply.headers.get("content-type") ?? "text/plain" });
    response.end(text);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    next: (...more) => void faults.push(...more),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
