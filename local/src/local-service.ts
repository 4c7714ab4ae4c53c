import { once } from "node:events";
import type { Server } from "node:http";

export interface LocalService {
  readonly port: number;
  /** Address for the AWS SDK's `endpoint`. */
  readonly endpoint: string;
  /** Ends open connections and frees the port. */
  stop(): Promise<void>;
}

/** Wraps a server that listens on a TCP port of 127.0.0.1. */
export function localService(server: Server): LocalService {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no TCP port");
  return {
    port: address.port,
    endpoint: `http://127.0.0.1:${address.port}`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
