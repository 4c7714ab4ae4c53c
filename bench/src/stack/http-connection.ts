import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** One connection that is kept alive, with one request under way at a time. */
export interface HttpConnection {
  /** Answers the status and, when `keep` is set, the body. */
  readonly send: (request: HttpRequest) => Promise<{ readonly status: number; readonly body: string }>;
  readonly close: () => void;
}

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly keepBody?: boolean;
}

const headEnd = Buffer.from("\r\n\r\n");

/**
 * HTTP/1.1 as lean as can be: the load shares its cores with what it measures, and a full client costs as much
 * as the server. It reads replies with a Content-Length, which is all that the API gives.
 */
export const openHttp = async (url: string): Promise<HttpConnection> => {
  const { hostname, port, host } = new URL(url);
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, "connect");
  let received: Buffer = Buffer.alloc(0);
  let keepBody = false;
  let waiting: PromiseWithResolvers<{ status: number; body: string }> | undefined;
  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the API closed the connection")));
  socket.on("data", (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const end = received.indexOf(headEnd);
    if (end < 0) return;
    const head = received.toString("latin1", 0, end);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    const total = end + headEnd.length + length;
    if (received.length < total) return;
    const body = keepBody ? received.toString("utf8", end + headEnd.length, total) : "";
    received = received.subarray(total);
    const done = waiting;
    waiting = undefined;
    done?.resolve({ status: Number(head.slice(9, 12)), body });
  });
  return {
    send: ({ method, path, headers, body = "", keepBody: keep = false }) => {
      keepBody = keep;
      waiting = Promise.withResolvers();
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const length = body === "" ? "" : `content-length: ${Buffer.byteLength(body)}\r\n`;
      socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${lines.join("")}${length}\r\n${body}`);
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
};
