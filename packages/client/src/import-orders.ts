import { setTimeout as wait } from "node:timers/promises";
import type { components } from "./api-types.ts";
import type { Billpost } from "./billpost.ts";
import { BillpostProblem, BillpostUnreachable } from "./errors.ts";

export type ImportedOrder = components["schemas"]["ImportedOrder"];
export type ImportResult = components["schemas"]["ImportResult"];

/** A request that breaks off is sent again whole; its lines are known by their references. */
const linesOfRequest = 1_000;
const bytesOfRequest = 4 * 1024 * 1024;
const attempts = 5;
const waitMs = 2_000;

/**
 * Imports orders of the past: objects, or the lines of a file. Yields what became of each, numbered from 1 as they
 * were given. Sends them in parts, one after another: memory stays bounded, and a lost connection costs one part,
 * whose orders then answer `already_imported`. Run it again at any time. Throws as every call does.
 */
export async function* importOrders(
  billpost: Billpost,
  orders: AsyncIterable<ImportedOrder | string> | Iterable<ImportedOrder | string>,
): AsyncGenerator<ImportResult & { readonly line: number }> {
  let before = 0;
  let part: string[] = [];
  let bytes = 0;
  for await (const order of orders) {
    // A line end inside would make two lines of it.
    const text = (typeof order === "string" ? order : JSON.stringify(order)).replaceAll(/[\r\n]+/g, " ");
    part.push(text);
    bytes += text.length;
    if (part.length < linesOfRequest && bytes < bytesOfRequest) continue;
    yield* numbered(await sendPart(billpost, part), before);
    before += part.length;
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield* numbered(await sendPart(billpost, part), before);
}

function* numbered(results: readonly ImportResult[], before: number) {
  for (const { line, ...result } of results) if (line !== undefined) yield { ...result, line: before + line };
}

const sendPart = async (billpost: Billpost, part: readonly string[]): Promise<ImportResult[]> => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await askFor(billpost, part);
    if (Array.isArray(answer)) return answer;
    if (attempt === attempts)
      throw new BillpostUnreachable(billpost.url, "the import broke off", attempt, answer.cause);
    await wait(waitMs);
  }
};

/** The part's results; or why they are not all there. */
const askFor = async (
  billpost: Billpost,
  part: readonly string[],
): Promise<ImportResult[] | { readonly cause: unknown }> => {
  let text: string;
  try {
    text = await billpost.sendLines("/api/orders/import", part.join("\n"));
  } catch (error) {
    if (error instanceof BillpostProblem || error instanceof BillpostUnreachable) throw error;
    return { cause: error };
  }
  const lines = text.split("\n").filter((line) => line !== "");
  // A broken answer may end in the middle of a line.
  if (!text.endsWith("\n")) lines.pop();
  const results = lines.map((line) => JSON.parse(line) as ImportResult);
  return results.at(-1)?.complete ? results : { cause: results.at(-1)?.detail };
};
