import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Whether something can listen on this port of 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host: "127.0.0.1", port, exclusive: true });
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/**
 * A port of 127.0.0.1 that nothing listened on a moment ago. Not one that the system would choose: from
 * that range it also takes the ports of outgoing connections, which would come in between.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= 100; attempt++) {
    const port = randomInt(12_000, 32_000);
    if (await isPortFree(port)) return port;
  }
  throw new Error("no free port found between 12000 and 32000");
}
