import { withClient } from "@billpost/local/database-roles";
import { expect } from "vitest";
import type { TestDatabase } from "./database.ts";

/** Every column of every table that holds one of the texts, in any case: ours and graphile-worker's. */
export const columnsThatHold = (database: TestDatabase, texts: readonly string[]): Promise<string[]> =>
  withClient(database.superuserUrl, async (superuser) => {
    const { rows: tables } = await superuser.query<{ name: string }>(`
      select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema in ('public', 'graphile_worker') and table_type = 'BASE TABLE'`);
    expect(tables.length).toBeGreaterThan(25);
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await superuser.query<{ column: string }>(
        `select distinct entry.key as column
         from ${name} row, jsonb_each_text(to_jsonb(row)) entry, unnest($1::text[]) needle
         where strpos(lower(entry.value), lower(needle)) > 0
           or strpos(lower(replace(entry.value, '\\"', '"')), lower(needle)) > 0`,
        [texts],
      );
      found.push(...rows.map(({ column }) => `${name.replace("public.", "")}.${column}`));
    }
    return found.toSorted();
  });
