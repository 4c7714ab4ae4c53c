import type { ColumnType, Generated, GeneratedAlways } from "kysely";

type GeneratedInstant = ColumnType<Date, Date | string | undefined, Date | string>;
type Json<T> = ColumnType<T, string | undefined, string>;

/** Runs over many invoices or orders. */
export interface BatchTables {
  batches: BatchesTable;
  batch_items: BatchItemsTable;
  batch_samples: BatchSamplesTable;
}

export type BatchKind = "resend" | "rerender" | "reissue" | "issue";
export type BatchState = "planning" | "planned" | "running" | "paused" | "done" | "cancelled" | "failed";
export type BatchItemState = "waiting" | "running" | "done" | "skipped" | "failed";

interface BatchesTable {
  id: GeneratedAlways<number>;
  client_id: number;
  kind: BatchKind;
  external_ref: string | null;
  fingerprint: Buffer;
  reason: string;
  actor: string;
  request_id: string | null;
  state: Generated<BatchState>;
  auto_start: Generated<boolean>;
  selection: ColumnType<Record<string, unknown>, string, string>;
  options: Json<Record<string, unknown>>;
  canary: number | null;
  canary_passed: Generated<boolean>;
  stop_at_failure_rate: number | null;
  ended_before: Generated<number>;
  failed_before: Generated<number>;
  plan_cursor: Generated<number>;
  plan_until: number | null;
  total: Generated<number>;
  plan: ColumnType<Record<string, unknown> | null, string | null | undefined, string>;
  pause_reason: string | null;
  failure: string | null;
  work_item_id: number | null;
  created_at: GeneratedInstant;
  planned_at: Date | null;
  started_at: Date | null;
  started_by: string | null;
  finished_at: Date | null;
  updated_at: GeneratedInstant;
}

interface BatchItemsTable {
  batch_id: number;
  position: number;
  order_id: number;
  invoice_id: number | null;
  version: string;
  state: Generated<BatchItemState>;
  reason: string | null;
  detail: string | null;
  mails: Generated<boolean>;
  document_id: number | null;
  byte_size: Generated<number>;
  tries: Generated<number>;
  work_item_id: number | null;
  delivery_id: number | null;
  credit_note_id: number | null;
  new_invoice_id: number | null;
  new_net_minor: number | null;
  new_tax_minor: number | null;
  new_gross_minor: number | null;
  old_net_minor: number | null;
  old_tax_minor: number | null;
  old_gross_minor: number | null;
  changes: ColumnType<Record<string, unknown> | null, string | null | undefined, string | null>;
  began_at: Date | null;
  ended_at: Date | null;
}

interface BatchSamplesTable {
  batch_id: number;
  number: number;
  item_position: number;
  s3_key: string;
  sha256: string;
  byte_size: number;
}
