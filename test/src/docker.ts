import { once } from "node:events";
import { existsSync } from "node:fs";
import { request } from "node:http";

/** How long an engine may take to answer a ping, in ms; a local one needs a few. */
const patience = 1_500;

/** Whether a Docker engine answers at one of these addresses (`unix://…`, `tcp://…`). */
export async function dockerAnswers(addresses: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(addresses.map(ping));
  return answers.includes(true);
}

/** Any HTTP answer counts: an engine that insists on TLS says so in plain HTTP. */
async function ping(address: string): Promise<boolean> {
  try {
    const { protocol, hostname, port, pathname } = new URL(address);
    if (protocol === "unix:" && !existsSync(pathname)) return false;
    const target =
      protocol === "unix:"
        ? { socketPath: pathname }
        : { host: hostname, port: port === "" ? 2375 : Number(port) };
    const call = request({ ...target, path: "/_ping", signal: AbortSignal.timeout(patience) });
    call.end();
    const [response] = await once(call, "response");
    response.resume();
    return true;
  } catch {
    return false;
  }
}
