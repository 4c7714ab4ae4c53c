import type { Reply } from "../../apps/api/test/api.ts";
import type { Running } from "./invoicing/running.ts";
import { waitFor } from "./wait-for.ts";

type Call = Running["api"]["call"];

/** Asks for a batch; throws when it is refused. */
export const askForBatch = async (call: Call, body: object): Promise<Reply["body"]> => {
  const reply = await call("POST", "/api/batches", { body: { reason: "A test", ...body } });
  if (reply.status !== 202 && reply.status !== 200)
    throw new Error(`the batch was refused: ${reply.status} ${reply.text}`);
  return reply.body;
};

/** Reads a batch until it is in one of these states and nothing of it is under way; counts must add up each time. */
export const batchWhen = (
  call: Call,
  id: number,
  states: readonly string[],
  timeoutMs = 15_000,
): Promise<Reply["body"]> =>
  waitFor(
    `batch ${id} to be ${states.join(" or ")}`,
    async () => {
      const { body } = await call("GET", `/api/batches/${id}`);
      const { total, waiting, running, done, skipped, failed } = body.counts;
      if (waiting + running + done + skipped + failed !== total)
        throw new Error(`the counts do not add up: ${JSON.stringify(body.counts)}`);
      return states.includes(body.state) && (body.state === "planned" || running === 0) && body;
    },
    { timeoutMs, everyMs: 100 },
  );

/** Every item of a batch, as the export has them. */
export const itemsOf = async ({ url }: Running["api"], id: number): Promise<Reply["body"][]> => {
  const reply = await fetch(`${url}/api/batches/${id}/items.ndjson`, {
    headers: { authorization: "Bearer bp_local_development_key" },
  });
  const text = await reply.text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
};
