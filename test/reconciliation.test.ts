import { afterAll, beforeAll, expect, test } from "vitest";
import type { Db } from "@billpost/db/connection";
import { findReconciliation, listFindings, requestReconciliation } from "@billpost/db/reconciliations";
import { sql } from "kysely";
import { insertApiKey } from "@billpost/db/api-keys";
import { startApiProcess } from "./src/api-process.ts";
import { runCli } from "./src/cli.ts";
import { createTestDatabase } from "./src/database.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { many, openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

let db: Db;
let s3: FaultyS3;
let ses: FaultySes;
let worker: WorkerProcess;
let databaseUrl: string;
/** The objects before they were tampered with. */
const intact = new Map<string, Buffer>();

beforeAll(async () => {
  const database = await createTestDatabase();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  databaseUrl = database.url;
  db = openTestDatabase(databaseUrl);
  worker = await startWorkerProcess({ databaseUrl, s3, ses });
});

afterAll(async () => {
  worker.kill("SIGTERM");
  await worker.exited;
  await Promise.all([db.destroy(), s3.stop(), ses.stop()]);
});

const reconcile = async (deep: boolean) => {
  const id = await db.transaction().execute((trx) => requestReconciliation(trx, { actor: "test", deep }));
  const done = await waitFor("the reconciliation", async () => {
    const found = await findReconciliation(db, id);
    return found?.state === "running" ? undefined : found;
  });
  return { ...done, findings: await listFindings(db, id, { limit: 100 }) };
};

const documents = () =>
  db.selectFrom("documents").select(["id", "s3_key", "verified_at"]).orderBy("id").execute();

test("nothing is found where nothing is amiss, and every document's hash was computed", async () => {
  await placeTestOrders(db, many(5));
  await waitFor("5 emails", () => ses.taken.length === 5);
  const { findings, checked, state } = await reconcile(false);
  expect({ findings, state }).toEqual({ findings: [], state: "done" });
  expect(checked).toMatchObject({ orders: 5, invoices: 5, documents: 5, deliveries: 5 });
  expect((await documents()).every(({ verified_at }) => verified_at !== null)).toBe(true);
});

test("lost, changed and foreign objects are listed and left as they are", async () => {
  const [lost, cut, changed] = await documents();
  for (const [key, bytes] of s3.objects) intact.set(key, bytes);
  s3.objects.delete(lost?.s3_key ?? "");
  s3.objects.set(cut?.s3_key ?? "", Buffer.from("short"));
  const bytes = Buffer.from(s3.objects.get(changed?.s3_key ?? "") ?? "");
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  s3.objects.set(changed?.s3_key ?? "", bytes);
  s3.objects.set("invoices/2026/foreign.pdf", Buffer.from("what is this?"));
  s3.objects.set("other/thing", Buffer.from("not ours to judge"));

  const shallow = await reconcile(false);
  const kinds = (findings: typeof shallow.findings) =>
    new Set(findings.map(({ kind, subject }) => `${kind} ${subject}`));
  const seen = [
    `document_without_object ${lost?.s3_key}`,
    `object_differs ${cut?.s3_key}`,
    "object_without_row invoices/2026/foreign.pdf",
  ];
  expect(kinds(shallow.findings)).toEqual(new Set(seen));
  // The hashes were computed a moment ago; only a deep look computes them all again.
  const deep = await reconcile(true);
  expect(kinds(deep.findings)).toEqual(new Set([...seen, `object_differs ${changed?.s3_key}`]));
  expect(deep).toMatchObject({ left: 4, repaired: 0 });
  expect(s3.objects.has("invoices/2026/foreign.pdf")).toBe(true);
});

test("an order that was forgotten ends with its email", async () => {
  const before = ses.taken.length;
  const [order] = await placeTestOrders(db, [{}]);
  await waitFor("the email", () => ses.taken.length === before + 1);
  // What a lost work item and job would look like, for a second order.
  const second = await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: number }>`
      insert into orders (order_id, client_id, customer_id, customer_name, customer_email, billing_details, currency,
        subtotal_minor, tax_minor, total_minor, taxes)
      select 'ORD-2026-FORGOTTEN', client_id, customer_id, customer_name, customer_email, billing_details, currency,
        subtotal_minor, tax_minor, total_minor, taxes from orders where id = ${order?.id}
      returning id`.execute(trx);
    await sql`
      insert into order_items (order_id, line_number, product_id, sku, product_name, unit, quantity, unit_price_minor,
        price_includes_tax, total_minor, net_minor, tax_category, tax_rate_ppm, tracks_stock)
      select ${rows[0]?.id}, line_number, product_id, sku, product_name, unit, quantity, unit_price_minor,
        price_includes_tax, total_minor, net_minor, tax_category, tax_rate_ppm, tracks_stock
      from order_items where order_id = ${order?.id}`.execute(trx);
    return rows[0]?.id;
  });
  const { findings } = await reconcile(false);
  expect(findings).toContainEqual(
    expect.objectContaining({
      kind: "order_without_invoice",
      subject: "ORD-2026-FORGOTTEN",
      repaired: true,
      ids: { orderId: second },
    }),
  );
  await waitFor("the forgotten order's email", () => ses.taken.length === before + 2);
});

const reconcileBy = (access: Record<string, string>, ...args: string[]) =>
  runCli(["reconcile", ...args], access);

test("the command reconciles through the API and says by its exit code whether something is left", async () => {
  const api = await startApiProcess({ databaseUrl, s3 });
  const { key } = await db
    .transaction()
    .execute((trx) => insertApiKey(trx, { clientId: 1, scopes: ["operator"] }));
  const access = { BILLPOST_URL: api.url, BILLPOST_KEY: key };

  const left = await reconcileBy(access);
  expect(left.code).toBe(1);
  expect(left.stdout).toMatch(/LEFT +object_without_row +invoices\/2026\/foreign.pdf/);
  s3.objects.delete("invoices/2026/foreign.pdf");
  for (const [name, bytes] of intact) s3.objects.set(name, bytes);
  const right = await reconcileBy(access, "--deep", "--json");
  expect(right.code).toBe(0);
  expect(JSON.parse(right.stdout)).toMatchObject({ state: "done", left: 0, findings: [] });

  const stranger = await reconcileBy({ ...access, BILLPOST_KEY: "bp_nobody_nothing-here" });
  expect(stranger.code).toBe(1);
  expect(stranger.stderr).toContain("key_invalid");
  expect((await reconcileBy({ ...access, BILLPOST_URL: "http://127.0.0.1:9" })).code).toBe(3);
  api.kill("SIGTERM");
  expect(await api.exited).toEqual({ code: 0, signal: null });
}, 120_000);

test("a worker reconciles by itself when it is time", async () => {
  const asked = () => db.selectFrom("reconciliations").select("id").where("actor", "=", "schedule").execute();
  await waitFor("the schedule to be known", () =>
    db.selectFrom("schedules").select("name").where("name", "=", "begin-reconciliation").executeTakeFirst(),
  );
  expect(await asked()).toEqual([]);
  await sql`update schedules set last_begun_at = now() - interval '11 minutes'`.execute(db);
  await waitFor("a reconciliation by the schedule", async () => (await asked()).length === 1);
});
