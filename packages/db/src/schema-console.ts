import type { ColumnType } from "kysely";

/** Who is signed in to the console. */
export interface ConsoleTables {
  console_sessions: ConsoleSessionsTable;
}

interface ConsoleSessionsTable {
  /** SHA-256 of the secret in the cookie. */
  id_hash: Buffer;
  key_id: number;
  created_at: ColumnType<Date, never, never>;
  expires_at: Date;
}
