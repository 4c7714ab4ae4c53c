import type { Client } from "pg";

/**
 * As docs/deploy.md advises: as much of the log as is written from one checkpoint to the end of the next is kept as files
 * that are written over again.
 */
export const logSettings = { min_wal_size: "1GB", max_wal_size: "1GB" } as const;

const segments = 64;

/**
 * Brings the server's log to where a server's is that has run for a while: all segments of `min_wal_size` exist, so
 * none is made for the first time, which takes tens of milliseconds, while something is measured.
 */
export const settleLog = async (superuser: Client): Promise<void> => {
  for (let segment = 0; segment < segments; segment += 1) {
    // A segment is left only when something stands in it.
    await superuser.query("select pg_logical_emit_message(false, 'bench', '')");
    await superuser.query("select pg_switch_wal()");
  }
  // What was left is renamed to what comes next.
  await superuser.query("checkpoint");
};
