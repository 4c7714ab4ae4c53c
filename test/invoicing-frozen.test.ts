import { createHash } from "node:crypto";
import { withClient } from "@billpost/local/database-roles";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InvoicingDatabase, issueOne, openInvoicingDatabase } from "./src/invoicing/factory.ts";

let on: InvoicingDatabase;
let invoice: Awaited<ReturnType<typeof issueOne>>;
beforeAll(async () => {
  on = await openInvoicingDatabase();
  invoice = await issueOne(on);
});
afterAll(() => on.close());

const asRole = (url: string, sql: string) => withClient(url, (client) => client.query(sql));
const statements = [
  "update invoices set gross_minor = 1",
  "update invoices set snapshot = '{}', snapshot_sha256 = encode(sha256('{}'), 'hex')",
  "delete from invoices",
  "truncate invoices cascade",
];

test.each(statements)("the application role cannot: %s", async (sql) => {
  await expect(asRole(on.database.url, sql)).rejects.toMatchObject({ code: "42501" });
});

test.each(statements)("not even the role that owns the tables can: %s", async (sql) => {
  await expect(asRole(on.database.ownerUrl, sql)).rejects.toMatchObject({ code: "23001" });
});

test("the application role cannot switch the triggers off, nor drop them", async () => {
  for (const sql of [
    "set session_replication_role = replica",
    "alter table invoices disable trigger all",
    "drop trigger invoices_immutable on invoices",
    "alter table invoices drop constraint invoices_snapshot_hash",
    "drop table invoices cascade",
  ])
    await expect(asRole(on.database.url, sql)).rejects.toMatchObject({ code: "42501" });
});

/** A copy of the issued invoice under other names, with what a test changes. */
const copy = (changes: Record<string, string>) => {
  const columns: Record<string, string> = {
    series_id: "series_id",
    sequence_number: "sequence_number + 1000",
    number: "number || 'X'",
    kind: "kind",
    client_id: "client_id",
    customer_id: "customer_id",
    order_id: "order_id",
    original_invoice_id: "original_invoice_id",
    replaces_invoice_id: "id",
    issue_date: "issue_date",
    currency: "currency",
    net_minor: "net_minor",
    tax_minor: "tax_minor",
    gross_minor: "gross_minor",
    snapshot: "snapshot",
    snapshot_sha256: "snapshot_sha256",
    ...changes,
  };
  return `insert into invoices (${Object.keys(columns).join(", ")})
    select ${Object.values(columns).join(", ")} from invoices where id = ${invoice.id}`;
};

test("one order has one original invoice, one place in a series one document, one number one document", async () => {
  for (const [changes, constraint] of [
    [{ replaces_invoice_id: "null" }, "invoices_one_original"],
    [{ sequence_number: "sequence_number" }, "invoices_series_id_sequence_number_key"],
    [{ number: "number" }, "invoices_number_key"],
    [{ snapshot: "snapshot || ' '" }, "invoices_snapshot_hash"],
    [{ kind: "'credit_note'" }, "invoices_credit_names_original"],
    [{ original_invoice_id: "id" }, "invoices_credit_names_original"],
  ] as const)
    await expect(asRole(on.database.url, copy(changes))).rejects.toMatchObject({ constraint });
});

test("the hash is that of the stored text, computed by anybody", async () => {
  const row = await on.db
    .selectFrom("invoices")
    .select(["snapshot", "snapshot_sha256"])
    .where("id", "=", invoice.id)
    .executeTakeFirstOrThrow();
  expect(createHash("sha256").update(row.snapshot, "utf8").digest("hex")).toBe(row.snapshot_sha256);
  // Members are sorted and nothing stands between them (RFC 8785), so that the text can be made again.
  expect(row.snapshot).toMatch(/^\{"buyer":\{/);
  expect(row.snapshot).not.toMatch(/john\.doe@example\.com/);
});
