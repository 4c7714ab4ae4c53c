import type { InvoiceState } from "@billpost/domain/invoice-state";

/** What is kept only so that lists need not compute it. */
export interface ListTables {
  invoice_progress: InvoiceProgressTable;
}

/** Written by triggers alone. */
interface InvoiceProgressTable {
  invoice_id: number;
  client_id: number;
  state: InvoiceState;
  changed_at: Date;
}
