/** Everything an API key can be allowed, with what it allows. The list is closed. */
export const scopes = {
  "orders:read": "Read the client's orders and their timelines",
  "orders:write": "Place, cancel and return orders; includes orders:read",
  "catalog:read": "Read products, stock and the stock ledger",
  "catalog:write": "Create, change and archive products, move stock; includes catalog:read",
  "customers:read": "Read the client's customers",
  "customers:write": "Create, change and erase customers; includes customers:read",
  "invoices:read": "Read the client's invoices, credit notes and their PDFs",
  "invoices:write": "Issue credit notes and corrections, send documents again; includes invoices:read",
  "batches:read": "Read the client's re-invoicing runs",
  "batches:write": "Start and steer re-invoicing runs; includes batches:read",
  "operator:read": "See every client's work, failures and keys (never a key's secret)",
  operator: "Run the installation: clients, keys, work items; includes operator:read",
} as const;

export type Scope = keyof typeof scopes;

export const scopeNames = Object.keys(scopes) as readonly Scope[];

export const isScope = (text: string): text is Scope => Object.hasOwn(scopes, text);

/** Whether a key with these scopes may do what needs `needed`: the right to write includes the right to read. */
export const allows = (granted: readonly string[], needed: Scope): boolean =>
  granted.includes(needed) ||
  (needed === "operator:read" && granted.includes("operator")) ||
  (needed.endsWith(":read") && granted.includes(needed.replace(/:read$/, ":write")));
