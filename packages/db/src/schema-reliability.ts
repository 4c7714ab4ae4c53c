import type { ColumnType, Generated, GeneratedAlways } from "kysely";

type GeneratedInstant = ColumnType<Date, Date | string | undefined, Date | string>;

/** What is heard of messages after they were sent, and what was found amiss. */
export interface ReliabilityTables {
  ses_events: SesEventsTable;
  suppressed_addresses: SuppressedAddressesTable;
  send_buckets: SendBucketsTable;
  schedules: SchedulesTable;
  reconciliations: ReconciliationsTable;
  reconciliation_findings: ReconciliationFindingsTable;
}

export type SesEventType = "send" | "delivery" | "bounce" | "complaint" | "reject";

interface SesEventsTable {
  id: GeneratedAlways<number>;
  sns_message_id: string;
  type: SesEventType;
  ses_message_id: string;
  delivery_id: number | null;
  detail: ColumnType<Record<string, unknown>, string | undefined, never>;
  occurred_at: ColumnType<Date, Date | string, never>;
  received_at: GeneratedInstant;
}

interface SuppressedAddressesTable {
  id: GeneratedAlways<number>;
  address_sha256: string;
  address: string | null;
  reason: "hard_bounce" | "complaint";
  delivery_id: number | null;
  created_at: GeneratedInstant;
  cleared_at: Generated<Date | null>;
  cleared_by: string | null;
}

interface ReconciliationsTable {
  id: GeneratedAlways<number>;
  actor: string;
  deep: Generated<boolean>;
  work_item_id: number | null;
  created_at: GeneratedInstant;
  finished_at: Date | null;
  checked: ColumnType<Record<string, number> | null, string | null | undefined, string>;
}

interface ReconciliationFindingsTable {
  reconciliation_id: number;
  position: number;
  kind: string;
  subject: string;
  ids: ColumnType<Record<string, number>, string | undefined, never>;
  repaired: boolean;
  act: string;
}

interface SchedulesTable {
  name: string;
  last_begun_at: GeneratedInstant;
}

interface SendBucketsTable {
  name: "all" | "bulk";
  tokens: Generated<number>;
  updated_at: GeneratedInstant;
}
