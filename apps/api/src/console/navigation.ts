interface Entry {
  readonly key: string;
  readonly name: string;
  readonly path: string;
  readonly icon: string;
}

const entry = (key: string, name: string, icon: string, path = `/console/${key}`): Entry => ({
  key,
  name,
  path,
  icon,
});

/** The pages, as the navigation groups them. */
export const navigation: readonly { readonly name: string; readonly entries: readonly Entry[] }[] = [
  {
    name: "Operate",
    entries: [
      entry("attention", "Needs attention", "bell", "/console"),
      entry("jobs", "Jobs", "list"),
      entry("failures", "Failures", "triangle"),
      entry("bulk", "Bulk operations", "repeat", "/console/bulk-operations"),
      entry("batches", "Batches", "layers"),
    ],
  },
  {
    name: "Machine",
    entries: [
      entry("health", "Queue health", "pulse"),
      entry("tasks", "Tasks", "sliders"),
      entry("workers", "Workers", "chip"),
      entry("suppressed", "Suppressed addresses", "mail"),
    ],
  },
  {
    name: "Books",
    entries: [
      entry("orders", "Orders", "cart"),
      entry("invoices", "Invoices", "page"),
      entry("customers", "Customers", "person"),
      entry("products", "Products", "box"),
    ],
  },
  {
    name: "Oversight",
    entries: [
      entry("proof", "Proof", "scale"),
      entry("audit", "Audit", "book"),
      entry("clients", "Clients and keys", "key"),
    ],
  },
];
