import type { ColumnType, Generated, GeneratedAlways } from "kysely";

type GeneratedInstant = ColumnType<Date, Date | string | undefined, Date | string>;

/** What is heard of messages after they were sent. */
export interface ReliabilityTables {
  ses_events: SesEventsTable;
  suppressed_addresses: SuppressedAddressesTable;
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
