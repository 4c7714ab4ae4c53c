import type { Command } from "commander";
import { parseId } from "./arguments.ts";
import { type Cell, printJson, printTable, say } from "./output.ts";

export interface ListOptions {
  readonly limit: number;
  readonly json?: boolean;
}

/** The largest page of the API. */
const largestPage = 100;

/** The options of every list. */
export const listing = (command: Command): Command =>
  command.option("--limit <n>", "how many at most", parseId, 50).option("--json", "print JSON");

/** The `limit` of the pages that a list of so many entries is read in. */
export const pageOf = (limit: number): number => Math.min(limit, largestPage);

/** Prints the first entries of a list, and says when there are more. */
export const printList = async <T>(
  entries: AsyncIterable<T>,
  { limit, json }: ListOptions,
  head: readonly string[],
  rowOf: (entry: T) => readonly Cell[],
  /** Columns that are left out one after the other where the terminal is too narrow. */
  spare: readonly string[] = [],
): Promise<void> => {
  const shown: T[] = [];
  let more = false;
  for await (const entry of entries) {
    more = shown.length >= limit;
    if (more) break;
    shown.push(entry);
  }
  if (json) printJson(shown);
  else printTable(head, shown.map(rowOf), spare);
  if (more) say(`There are more; --limit ${limit * 10} shows them.`);
  else if (shown.length === 0 && !json) say("None.");
};

/** Only the options that were given, as a query. */
export const given = <T extends object>(query: T): { [Name in keyof T]: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>;
  };
