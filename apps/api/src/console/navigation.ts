interface Entry {
  readonly key: string;
  readonly name: string;
  readonly path: string;
  readonly icon: string;
}

/** The pages, as the navigation groups them. */
export const navigation: readonly { readonly name: string; readonly entries: readonly Entry[] }[] = [
  {
    name: "Operate",
    entries: [
      { key: "attention", name: "Needs attention", path: "/console", icon: "bell" },
      { key: "jobs", name: "Jobs", path: "/console/jobs", icon: "list" },
    ],
  },
  {
    name: "Machine",
    entries: [{ key: "tasks", name: "Tasks", path: "/console/tasks", icon: "sliders" }],
  },
  {
    name: "Books",
    entries: [
      { key: "orders", name: "Orders", path: "/console/orders", icon: "cart" },
      { key: "invoices", name: "Invoices", path: "/console/invoices", icon: "page" },
      { key: "customers", name: "Customers", path: "/console/customers", icon: "person" },
      { key: "products", name: "Products", path: "/console/products", icon: "box" },
    ],
  },
  {
    name: "Oversight",
    entries: [
      { key: "proof", name: "Proof", path: "/console/proof", icon: "scale" },
      { key: "clients", name: "Clients and keys", path: "/console/clients", icon: "key" },
    ],
  },
];
