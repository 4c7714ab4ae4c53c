import type { Address } from "@billpost/domain/address";
import type { LineQuantity } from "@billpost/domain/credit";
import type { DeliveryState } from "@billpost/domain/delivery";
import type { InvoiceKind } from "@billpost/domain/invoice-snapshot";
import type { VerificationResult } from "@billpost/domain/invoice-verification";
import type { TaxCategory, TaxGroup } from "@billpost/domain/tax";
import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from "kysely";
import type { BatchTables } from "./schema-batches.ts";
import type { ConsoleTables } from "./schema-console.ts";
import type { ListTables } from "./schema-lists.ts";
import type { OperatorTables, WorkerMode } from "./schema-operators.ts";
import type { ReliabilityTables } from "./schema-reliability.ts";

/** The tables as Kysely sees them. Amounts are minor units; bigint columns arrive as safe numbers. */
export interface Database extends BatchTables, ConsoleTables, ListTables, OperatorTables, ReliabilityTables {
  clients: ClientsTable;
  api_keys: ApiKeysTable;
  customers: CustomersTable;
  products: ProductsTable;
  orders: OrdersTable;
  order_items: OrderItemsTable;
  stock_movements: StockMovementsTable;
  order_returns: OrderReturnsTable;
  order_return_lines: OrderReturnLinesTable;
  order_events: OrderEventsTable;
  idempotency_keys: IdempotencyKeysTable;
  audit_events: AuditEventsTable;
  invoice_series: InvoiceSeriesTable;
  invoices: InvoicesTable;
  invoice_line_credits: InvoiceLineCreditsTable;
  credit_requests: CreditRequestsTable;
  document_requests: DocumentRequestsTable;
  invoice_verifications: InvoiceVerificationsTable;
  documents: DocumentsTable;
  deliveries: DeliveriesTable;
  delivery_documents: DeliveryDocumentsTable;
  work_items: WorkItemsTable;
  work_item_events: WorkItemEventsTable;
  worker_heartbeats: WorkerHeartbeatsTable;
}

/** An instant that the database sets unless told otherwise. */
type GeneratedInstant = ColumnType<Date, Date | string | undefined, Date | string>;
type Json<T extends object | null> = JSONColumnType<T>;

interface ClientsTable {
  id: GeneratedAlways<number>;
  name: string;
  created_at: GeneratedInstant;
}

interface ApiKeysTable {
  id: GeneratedAlways<number>;
  client_id: number;
  label: Generated<string>;
  prefix: string;
  key_hash: Buffer;
  scopes: string[];
  created_at: GeneratedInstant;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
}

interface CustomersTable {
  id: GeneratedAlways<number>;
  client_id: number;
  name: string;
  email: string;
  address: JSONColumnType<Address> | null;
  vat_id: string | null;
  locale: Generated<string>;
  version: Generated<number>;
  erased_at: Date | null;
  created_at: GeneratedInstant;
  updated_at: GeneratedInstant;
}

interface ProductsTable {
  id: GeneratedAlways<number>;
  sku: string;
  name: string;
  description: Generated<string>;
  unit_price_minor: number;
  currency: string;
  price_includes_tax: Generated<boolean>;
  tax_category: Generated<TaxCategory>;
  /** Null: the configured rate. */
  tax_rate_ppm: number | null;
  tax_exemption_reason: string | null;
  unit: Generated<string>;
  tracks_stock: Generated<boolean>;
  inventory_quantity: Generated<number>;
  archived_at: Date | null;
  version: Generated<number>;
  created_at: GeneratedInstant;
  updated_at: GeneratedInstant;
}

export type OrderStatus = "COMPLETED" | "CANCELLED";
export type InvoiceStatus = "pending" | "blocked" | "issued" | "not_required" | "external";

/** The order's own copy of what an invoice needs of the buyer. */
export interface BillingDetails {
  readonly name: string;
  readonly address: Address | null;
  readonly vatId: string | null;
}

export interface OrderDiscount {
  readonly label: string;
  readonly amountMinor: number;
}

interface OrdersTable {
  id: Generated<number>;
  order_id: string;
  client_id: number;
  customer_id: number;
  customer_name: string;
  customer_email: string;
  billing_details: Json<BillingDetails>;
  locale: Generated<string>;
  currency: string;
  subtotal_minor: number;
  tax_minor: number;
  rounding_minor: Generated<number>;
  total_minor: number;
  taxes: JSONColumnType<TaxGroup[]>;
  discounts: ColumnType<OrderDiscount[], string | undefined, string>;
  status: Generated<OrderStatus>;
  invoicing: Generated<"automatic" | "external">;
  invoice_status: Generated<InvoiceStatus>;
  invoice_missing: Generated<string[]>;
  external_ref: string | null;
  purchase_order: string | null;
  cancelled_at: Date | null;
  request_id: string | null;
  version: Generated<number>;
  /** `YYYY-MM-DD`; null: the day the order was placed. */
  supply_date: string | null;
  created_at: GeneratedInstant;
  updated_at: GeneratedInstant;
}

interface OrderItemsTable {
  order_id: number;
  line_number: number;
  product_id: number;
  sku: string;
  product_name: string;
  unit: string;
  quantity: number;
  unit_price_minor: number;
  price_includes_tax: boolean;
  total_minor: number;
  discount_minor: Generated<number>;
  net_minor: number;
  tax_category: TaxCategory;
  tax_rate_ppm: number;
  tax_exemption_reason: string | null;
  tracks_stock: boolean;
  returned_quantity: Generated<number>;
}

export type StockMovementType = "receipt" | "sale" | "cancellation" | "return" | "adjustment";

interface StockMovementsTable {
  id: GeneratedAlways<number>;
  product_id: number;
  type: StockMovementType;
  quantity: number;
  resulting_quantity: number;
  order_id: number | null;
  actor: string;
  note: Generated<string>;
  created_at: GeneratedInstant;
}

interface OrderReturnsTable {
  id: GeneratedAlways<number>;
  order_id: number;
  reason: string;
  restocked: boolean;
  actor: string;
  created_at: GeneratedInstant;
}

interface OrderReturnLinesTable {
  return_id: number;
  line_number: number;
  quantity: number;
}

/** Holds no name or address: it cannot be redacted. */
interface OrderEventsTable {
  id: GeneratedAlways<number>;
  order_id: number;
  type: string;
  data: ColumnType<Record<string, unknown>, string | undefined, never>;
  occurred_at: GeneratedInstant;
}

interface IdempotencyKeysTable {
  client_id: number;
  key: string;
  fingerprint: Buffer;
  status: number;
  headers: ColumnType<Record<string, string>, string | undefined, string>;
  body: string;
  created_at: GeneratedInstant;
}

interface AuditEventsTable {
  id: GeneratedAlways<number>;
  actor: string;
  client_id: number | null;
  action: string;
  target_type: string;
  target_id: string;
  reason: string | null;
  before: ColumnType<Record<string, unknown> | null, string | null, never>;
  after: ColumnType<Record<string, unknown> | null, string | null, never>;
  request_id: string | null;
  occurred_at: GeneratedInstant;
}

interface InvoiceSeriesTable {
  id: GeneratedAlways<number>;
  seller: Generated<string>;
  kind: InvoiceKind;
  year: number;
  prefix: string;
  padding: Generated<number>;
  start_number: Generated<number>;
  next_number: number;
  last_issue_date: string | null;
}

interface InvoicesTable {
  id: GeneratedAlways<number>;
  series_id: number;
  sequence_number: number;
  number: string;
  kind: InvoiceKind;
  client_id: number;
  customer_id: number;
  order_id: number;
  original_invoice_id: number | null;
  replaces_invoice_id: number | null;
  issue_date: string;
  currency: string;
  net_minor: number;
  tax_minor: number;
  gross_minor: number;
  /** Canonical JSON of an `InvoiceSnapshot`. */
  snapshot: string;
  snapshot_sha256: string;
  issued_at: GeneratedInstant;
}

interface InvoiceLineCreditsTable {
  invoice_id: number;
  line_number: number;
  quantity: number;
  /** What credit notes that are asked for or issued hold: credited ≤ requested ≤ quantity. */
  requested_quantity: Generated<number>;
  credited_quantity: Generated<number>;
}

export type CreditSource = "request" | "cancellation" | "return";
export type CreditRequestState = "pending" | "issued" | "nothing_to_credit";

interface CreditRequestsTable {
  id: GeneratedAlways<number>;
  client_id: number;
  order_id: number;
  invoice_id: number | null;
  source: CreditSource;
  return_id: number | null;
  reason: string;
  actor: string;
  lines: ColumnType<LineQuantity[] | null, string | null | undefined, string | null>;
  state: Generated<CreditRequestState>;
  credit_note_id: number | null;
  work_item_id: number | null;
  request_id: string | null;
  created_at: GeneratedInstant;
  settled_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

interface DocumentRequestsTable {
  id: GeneratedAlways<number>;
  client_id: number;
  invoice_id: number;
  locale: string;
  actor: string;
  document_id: number | null;
  failure: string | null;
  work_item_id: number | null;
  created_at: GeneratedInstant;
}

interface InvoiceVerificationsTable {
  id: GeneratedAlways<number>;
  client_id: number;
  invoice_id: number;
  actor: string;
  result: ColumnType<VerificationResult | null, null | undefined, string>;
  work_item_id: number | null;
  created_at: GeneratedInstant;
  finished_at: Date | null;
}

interface DocumentsTable {
  id: GeneratedAlways<number>;
  invoice_id: number;
  revision: number;
  locale: string;
  template_hash: string;
  chrome_version: string;
  sha256: string;
  byte_size: number;
  pages: number;
  s3_key: string;
  rendered_at: GeneratedInstant;
  stored_at: Date | null;
  verified_at: ColumnType<Date | null, null | undefined, Date>;
}

interface DeliveriesTable {
  id: GeneratedAlways<number>;
  client_id: number;
  order_id: number;
  purpose: string;
  recipient_name: string;
  recipient_email: string;
  locale: string;
  reason: string | null;
  state: Generated<DeliveryState>;
  attempt: Generated<number>;
  fence: Generated<number>;
  resends: Generated<number>;
  ses_message_id: string | null;
  sent_at: Date | null;
  last_error_class: string | null;
  last_error_message: string | null;
  created_at: GeneratedInstant;
  updated_at: GeneratedInstant;
}

interface DeliveryDocumentsTable {
  delivery_id: number;
  position: number;
  invoice_id: number;
  document_id: number | null;
}

export type WorkItemState =
  | "waiting"
  | "scheduled"
  | "running"
  | "retrying"
  | "blocked"
  | "throttled"
  | "failed"
  | "ambiguous"
  | "quarantined"
  | "suppressed"
  | "cancelled"
  | "handled"
  | "done";

interface WorkItemsTable {
  id: GeneratedAlways<number>;
  task: string;
  state: Generated<WorkItemState>;
  client_id: number | null;
  order_id: number | null;
  invoice_id: number | null;
  delivery_id: number | null;
  payload: ColumnType<Record<string, unknown>, string | undefined, string>;
  attempt: Generated<number>;
  max_attempts: number;
  fence: Generated<number>;
  worker_id: string | null;
  job_id: number | null;
  throttles: Generated<number>;
  /** Its worker died while it ran: it runs again with nothing beside it. */
  alone: Generated<boolean>;
  crashes_alone: Generated<number>;
  /** Of the batch it belongs to: it gives way to all other work. */
  batch_id: number | null;
  run_at: GeneratedInstant;
  started_at: Date | null;
  finished_at: Date | null;
  last_error_class: string | null;
  last_error_message: string | null;
  last_error_fingerprint: string | null;
  request_id: string | null;
  created_at: GeneratedInstant;
  updated_at: GeneratedInstant;
}

interface WorkItemEventsTable {
  id: GeneratedAlways<number>;
  work_item_id: number;
  attempt: number;
  stage: string;
  event: "started" | "succeeded" | "failed" | "crashed" | "skipped";
  worker_id: string | null;
  error_class: string | null;
  error_message: string | null;
  error_stack: string | null;
  error_fingerprint: Generated<string | null>;
  detail: ColumnType<Record<string, unknown> | null, string | null | undefined, never>;
  occurred_at: GeneratedInstant;
}

interface WorkerHeartbeatsTable {
  pool_id: string;
  host: string;
  pid: number;
  version: string;
  hostname: Generated<string>;
  slots: Generated<number>;
  busy: Generated<number>;
  render_slots: Generated<number>;
  renders: Generated<number>;
  mode: Generated<WorkerMode>;
  wanted: Generated<WorkerMode>;
  beat: Generated<number>;
  started_at: GeneratedInstant;
  last_beat_at: GeneratedInstant;
}
