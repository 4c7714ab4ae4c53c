import type { Db } from "@billpost/db/connection";
import type { KyselyPlugin } from "kysely";

/** A database whose statement of a number breaks before it is sent. Counts from 1. */
export const breakingDatabase = (db: Db) => {
  let count = 0;
  let breakAt = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      count += 1;
      if (count === breakAt) throw new Error("broken on purpose");
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return {
    db: db.withPlugin(plugin),
    /** Statements since the last time this was called; the one of this number breaks from now on, 0: none. */
    breakNext: (at: number): number => {
      const seen = count;
      [count, breakAt] = [0, at];
      return seen;
    },
  };
};
