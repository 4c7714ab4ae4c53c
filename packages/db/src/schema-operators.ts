import type { ColumnType, GeneratedAlways } from "kysely";

type GeneratedInstant = ColumnType<Date, never, never>;

/** A worker takes work, takes none, or is on its way out. */
export type WorkerMode = "active" | "quiet" | "stopping";

/** What operators do. */
export interface OperatorTables {
  pauses: PausesTable;
  bulk_operations: BulkOperationsTable;
  bulk_operation_items: BulkOperationItemsTable;
}

export type BulkOperationState = "running" | "done" | "stopped";

interface BulkOperationsTable {
  id: GeneratedAlways<number>;
  action: string;
  options: ColumnType<Record<string, unknown>, string, never>;
  filter: ColumnType<Record<string, unknown>, string, never>;
  reason: string;
  actor: string;
  client_id: number | null;
  request_id: string | null;
  state: ColumnType<BulkOperationState, never, BulkOperationState>;
  canary: number | null;
  canary_passed: ColumnType<boolean, never, boolean>;
  stop_at_failure_rate: number | null;
  total: number;
  position: ColumnType<number, never, number>;
  work_item_id: ColumnType<number | null, never, number>;
  stop_requested_by: ColumnType<string | null, never, string>;
  stop_reason: ColumnType<string | null, never, string>;
  created_at: GeneratedInstant;
  finished_at: ColumnType<Date | null, never, Date>;
}

interface BulkOperationItemsTable {
  bulk_operation_id: number;
  position: number;
  work_item_id: number;
  result: ColumnType<"changed" | "skipped" | null, never, "changed" | "skipped">;
  because: ColumnType<string | null, never, string>;
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
