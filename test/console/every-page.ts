/** What the pages about one thing are about. */
interface Subjects {
  readonly job: number;
  readonly order: string;
  readonly invoice: string;
  readonly customer: number;
  readonly proof: number;
}

/** The address of every page of the console, lists and details. */
export const everyPage = ({ job, order, invoice, customer, proof }: Subjects): readonly string[] => [
  "/console",
  "/console/bounced",
  "/console/health",
  "/console/failures",
  "/console/suppressed",
  "/console/workers",
  "/console/batches",
  "/console/batches/1",
  `/console/jobs/${job}/acts/retry`,
  `/console/jobs/${job}/acts/correct-address`,
  `/console/proof/${proof}`,
  "/console/bulk-operations",
  "/console/bulk-operations/1",
  "/console/bulk-operations/new?action=cancel&state=done",
  "/console/proof",
  "/console/proof/series",
  "/console/audit",
  "/console/jobs",
  `/console/jobs/${job}`,
  "/console/tasks",
  "/console/orders",
  `/console/orders/${order}`,
  "/console/invoices",
  `/console/invoices/${invoice}`,
  "/console/customers",
  `/console/customers/${customer}`,
  "/console/products",
  "/console/products/1",
  "/console/clients",
  "/console/search?q=axe@example.com",
  "/console/nowhere",
];
