import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server on 127.0.0.1 that can hold its replies back. */
export interface FaultyEndpoint {
  readonly endpoint: string;
  readonly port: number;
  /** Calls that are held now. */
  readonly held: number;
  /** Lets every held call go on. */
  release(): void;
  stop(): Promise<void>;
}

/** Waits until it is released; rejects when the caller goes away before. */
export type Hold = (response: ServerResponse) => Promise<void>;

/** What S3 and SES of the tests are built on: a handler that fails ends its connection. */
export const startFaultyEndpoint = async (
  handle: (request: IncomingMessage, response: ServerResponse, hold: Hold) => Promise<void>,
  port = 0,
): Promise<FaultyEndpoint> => {
  let held: (() => void)[] = [];
  const hold: Hold = (response) =>
    new Promise((resolve, reject) => {
      const go = () => resolve();
      held.push(go);
      response.once("close", () => {
        held = held.filter((other) => other !== go);
        reject(new Error("the caller went away"));
      });
    });
  const server = createServer((request, response) => {
    handle(request, response, hold).catch(() => response.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    port: address.port,
    get held() {
      return held.length;
    },
    release() {
      for (const go of held.splice(0)) go();
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** As AWS judges a signature's age: whether the request was signed more than five minutes from now. */
export const isSkewed = ({ headers }: IncomingMessage): boolean => {
  const stamp = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers["x-amz-date"]));
  if (!stamp) return false;
  const [, year, month, day, hour, minute, second] = stamp;
  return Math.abs(Date.now() - Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)) > 300_000;
};
