import type { ColumnType, GeneratedAlways } from "kysely";

type GeneratedInstant = ColumnType<Date, never, never>;

/** A worker takes work, takes none, or is on its way out. */
export type WorkerMode = "active" | "quiet" | "stopping";

/** What operators do. */
export interface OperatorTables {
  pauses: PausesTable;
}

interface PausesTable {
  id: GeneratedAlways<number>;
  task: string;
  /** Null: the whole task. */
  stage: string | null;
  reason: string;
  actor: string;
  created_at: GeneratedInstant;
  ends_at: Date | null;
  resumed_at: ColumnType<Date | null, never, Date>;
  resumed_by: ColumnType<string | null, never, string>;
}
