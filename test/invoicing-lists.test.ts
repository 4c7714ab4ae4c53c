import { requestCreditNote } from "@billpost/db/credit-requests";
import { withClient } from "@billpost/local/database-roles";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startApi, type TestApi } from "../apps/api/test/api.ts";
import { csvRow } from "../apps/api/src/operations/export-invoices.ts";
import { runCli } from "./src/cli.ts";
import {
  copyOrder,
  creditNow,
  type InvoicingDatabase,
  issueOne,
  issueOrders,
  issuingSettings,
  seedOrder,
} from "./src/invoicing/factory.ts";

// Several processes and a browser on whatever else the machine does.
vi.setConfig({ testTimeout: 120_000 });

let api: TestApi;
let on: InvoicingDatabase;
type Issued = Awaited<ReturnType<typeof issueOne>>;
let euro: Issued;
let yen: Issued;
let dinar: Issued;
let creditNote: string;

const credit = async (invoice: Issued, quantity: number): Promise<string> => {
  const request = await on.db.transaction().execute((trx) =>
    requestCreditNote(trx, {
      clientId: on.clientId,
      orderId: invoice.orderId,
      invoiceId: invoice.id,
      reason: "Broken",
      actor: "key:test",
      lines: [{ lineNumber: 1, quantity }],
    }),
  );
  const credited = await creditNow(on.db, invoice.orderId, request);
  if (credited.outcome !== "issued") throw new Error(credited.outcome);
  return credited.number;
};

beforeAll(async () => {
  api = await startApi();
  on = { database: api.database, db: api.db, clientId: 1, customerId: 1, close: api.close };
  euro = await issueOne(on, {
    lines: [
      { quantity: 2, unitPriceMinor: 5000, name: '=cmd|"/c calc"!A1' },
      { quantity: 1, unitPriceMinor: 1000, taxCategory: "exempt", exemptionReason: "Art. 132" },
    ],
  });
  yen = await issueOne(on, { currency: "JPY", lines: [{ unitPriceMinor: 1200 }] });
  dinar = await issueOne(on, { currency: "TND", lines: [{ unitPriceMinor: 12_345 }] });
  creditNote = await credit(euro, 1);
});

afterAll(() => api.close());

const list = async (query: string) => (await api.call("GET", `/api/invoices?${query}`)).body;
const total = async (number: string) => (await list(`number=${number}`)).data[0].total;
/** JSON Lines, which are no JSON. */
const exported = async (month: string, key = "bp_local_development_key"): Promise<{ number: string }[]> => {
  const path = `/api/invoices/export?month=${month}&format=jsonl`;
  const reply = await fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  expect(reply.headers.get("content-type")).toBe("application/x-ndjson");
  return (await reply.text())
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
};
const numbers = async (query: string): Promise<string[]> =>
  (await list(query)).data.map(({ number }: { number: string }) => number);

test("each filter of the list gives what it names", async () => {
  const orderId = (await list(`number=${yen.number}`)).data[0].orderId;
  expect(await numbers("")).toEqual([creditNote, dinar.number, yen.number, euro.number]);
  expect(await numbers(`number=${yen.number}`)).toEqual([yen.number]);
  expect(await numbers(`orderId=${orderId}`)).toEqual([yen.number]);
  expect(await numbers("kind=credit_note")).toEqual([creditNote]);
  expect(await numbers("state=partially_credited")).toEqual([euro.number]);
  expect(await numbers("state=issued&kind=invoice")).toEqual([dinar.number, yen.number]);
  expect(await numbers("state=credited")).toEqual([]);
  expect(await numbers("customerId=1&currency=TND")).toEqual([dinar.number]);
  expect(await numbers("customerId=2")).toEqual([]);
  const { issueDate } = (await list(`number=${yen.number}`)).data[0];
  expect(await numbers(`issuedFrom=${issueDate}&issuedTo=${issueDate}`)).toHaveLength(4);
  expect(await numbers("issuedTo=2020-01-01")).toEqual([]);
  expect(await numbers("issuedFrom=2099-01-01")).toEqual([]);
});

test("totals are compared in each document's own currency, exactly", async () => {
  // 120.00 EUR with tax on 100 and none on 10; 1320 JPY; 13.580 TND; 55.00 EUR given back.
  expect(await Promise.all([euro, yen, dinar].map(({ number }) => total(number)))).toEqual([
    120, 1320, 13.58,
  ]);
  expect(await total(creditNote)).toBe(55);
  expect(await numbers("totalMin=120&totalMax=120.00")).toEqual([euro.number]);
  expect(await numbers("totalMin=120.001&totalMax=1319.999")).toEqual([]);
  expect(await numbers("totalMin=1320")).toEqual([yen.number]);
  expect(await numbers("totalMax=13.580")).toEqual([dinar.number]);
  expect(await numbers("totalMax=13.579")).toEqual([]);
  for (const bad of [
    "totalMin=-1",
    "totalMin=1e3",
    "totalMin=1.2345",
    "totalMax=abc",
    "issuedFrom=2026-13-01",
    "state=paid",
    "colour=red",
  ])
    expect([bad, (await api.call("GET", `/api/invoices?${bad}`)).status]).toEqual([bad, 400]);
});

test("pages are keyset pages: nothing comes twice or is left out, and a foreign cursor is refused", async () => {
  const seen: string[] = [];
  let cursor = "";
  do {
    const page = await list(`limit=1${cursor}`);
    seen.push(...page.data.map(({ number }: { number: string }) => number));
    cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
  } while (cursor !== "");
  expect(seen).toEqual([creditNote, dinar.number, yen.number, euro.number]);
  const { nextCursor } = await list("limit=1");
  for (const query of [`updatedAfter=2020-01-01T00:00:00Z&cursor=${nextCursor}`, "cursor=abc"])
    expect((await api.call("GET", `/api/invoices?${query}`)).body.code).toBe("invalid_cursor");
});

test("changes are followed: an invoice that is credited comes again, the longest unchanged first", async () => {
  const all = await list("updatedAfter=2020-01-01T00:00:00Z&limit=2");
  expect(all.data.map(({ number }: { number: string }) => number)).toEqual([yen.number, dinar.number]);
  const rest = await list(`updatedAfter=2020-01-01T00:00:00Z&limit=2&cursor=${all.nextCursor}`);
  // The credit note and what it corrects changed at the same instant or just after.
  expect(rest.data.map(({ number }: { number: string }) => number).toSorted()).toEqual(
    [creditNote, euro.number].toSorted(),
  );
  expect(rest.nextCursor).toBeNull();
  const latest = rest.data.at(-1).updatedAt;
  expect(await numbers(`updatedAfter=${latest}`)).toEqual([]);
  const second = await credit(yen, 1);
  expect((await numbers(`updatedAfter=${latest}`)).toSorted()).toEqual([second, yen.number].toSorted());
  expect(await numbers("state=credited")).toEqual([yen.number]);
});

test("what is kept for lists of invoices is what the rows say that it comes from", async () => {
  const { rows } = await sql<Record<string, unknown>>`
    select i.number, p.state, p.changed_at, greatest(i.issued_at,
        (select max(n.issued_at) from invoices n where n.original_invoice_id = i.id),
        (select max(d.stored_at) from documents d where d.invoice_id = i.id),
        (select max(d.updated_at) from delivery_documents dd join deliveries d on d.id = dd.delivery_id
          where dd.invoice_id = i.id)) as derived_at,
      (select case when coalesce(sum(c.credited_quantity), 0) = 0 then 'issued'
          when bool_and(c.credited_quantity = c.quantity) then 'credited' else 'partially_credited' end
        from invoice_line_credits c where c.invoice_id = i.id) as derived
    from invoices i left join invoice_progress p on p.invoice_id = i.id order by i.id`.execute(on.db);
  expect(rows.length).toBeGreaterThan(4);
  expect(new Set(rows.map(({ state }) => state)).size).toBeGreaterThan(1);
  for (const { number, state, changed_at, derived, derived_at } of rows)
    expect({ number, state, at: changed_at }).toEqual({ number, state: derived, at: derived_at });
});

test("the bookkeeper's CSV has a row for each rate, sums that agree, and no cell that is a formula", async () => {
  await on.db
    .updateTable("orders")
    .set({
      external_ref: "@SUM(A1)",
      billing_details: JSON.stringify({ name: '-2+3,"x"', address: null, vatId: null }),
    })
    .where(
      "id",
      "=",
      await seedOrder(on, { lines: [{ unitPriceMinor: 160, priceIncludesTax: true, taxRatePpm: 190_000 }] }),
    )
    .execute();
  const [strange] = await issueOrders(
    on.db,
    (await on.db.selectFrom("orders").select("id").where("external_ref", "=", "@SUM(A1)").execute()).map(
      ({ id }) => id,
    ),
  );
  const { issueDate } = (await list(`number=${strange?.number}`)).data[0];
  const month = issueDate.slice(0, 7);
  const reply = await api.call("GET", `/api/invoices/export?month=${month}`);
  expect(reply.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
  expect(reply.headers.get("content-disposition")).toBe(`attachment; filename="invoices-${month}.csv"`);
  const lines = reply.text.split("\r\n").slice(0, -1);
  const rowsOf = (number: string) => lines.filter((line) => line.startsWith(`${number},`));
  expect(lines[0]).toBe(
    "number,kind,original_number,issue_date,supply_date,order_id,external_ref,customer_id,buyer_name,buyer_country,buyer_vat_id,currency,tax_category,tax_rate_percent,taxable,tax,rounding,total",
  );
  expect(rowsOf(euro.number).map((line) => line.split(",").slice(11).join(","))).toEqual([
    "EUR,standard,10,100.00,10.00,0.00,110.00",
    "EUR,exempt,0,10.00,0.00,0.00,10.00",
  ]);
  expect(rowsOf(yen.number)[0]).toMatch(/JPY,standard,10,1200,120,0,1320$/);
  expect(rowsOf(dinar.number)[0]).toMatch(/TND,standard,10,12\.345,1\.235,0\.000,13\.580$/);
  expect(rowsOf(creditNote)[0]).toContain(`credit_note,${euro.number},`);
  expect(rowsOf(strange?.number ?? "")[0]).toContain(`,'@SUM(A1),1,"'-2+3,""x""",`);
  // 1.60 with 19 % tax cannot be reached from a net amount: the gross wins.
  expect(rowsOf(strange?.number ?? "")[0]).toMatch(/,1\.34,0\.25,0\.01,1\.60$/);

  const objects = await exported(month);
  expect(objects.map(({ number }) => number)).toEqual([
    ...new Set(lines.slice(1).map((line) => line.split(",")[0])),
  ]);
  expect(objects.find(({ number }) => number === dinar.number)).toMatchObject({
    currency: "TND",
    subtotal: 12.345,
    tax: 1.235,
    total: 13.58,
    taxes: [{ category: "standard", ratePercent: 10, taxable: 12.345, tax: 1.235 }],
  });
  expect((await api.call("GET", "/api/invoices/export?month=2026-13")).status).toBe(400);
  const stranger = await api.newClient("stranger");
  expect(await exported(month, stranger.key)).toEqual([]);
});

test("every start of a formula is made harmless, and a plain number stays one", () => {
  for (const text of ["=1+1", "+1+1", "-1+1", "@A1", "\tx", "\rx"]) expect(csvRow([text])).toMatch(/^"?'/);
  expect(csvRow(["-0.01", "12.50", "a,b", 'say "x"'])).toBe('-0.01,12.50,"a,b","say ""x"""\r\n');
});

test("an export reads more than it holds, and months end where they do", async () => {
  const orders = await copyOrder(on.db, await seedOrder(on), 1_100);
  await issueOrders(on.db, orders);
  const { issueDate } = (await list("limit=1")).data[0];
  // The dates of two are set to the last of the month and the first of the next, past the triggers.
  const [year, month] = issueDate.split("-").map(Number);
  const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  const next = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
  const issued = (await on.db.selectFrom("invoices").select("id").execute()).length;
  await withClient(api.database.superuserUrl, async (superuser) => {
    await superuser.query("set session_replication_role = replica");
    await superuser.query("update invoices set issue_date = $1 where id = $2", [last, dinar.id]);
    await superuser.query("update invoices set issue_date = $1 where id = $2", [next, yen.id]);
  });
  expect(await exported(issueDate.slice(0, 7))).toHaveLength(issued - 1);
  expect(await exported(next.slice(0, 7))).toHaveLength(1);
});

test("billpost series check says that the series are whole, and exits 1 when one is not", async () => {
  const environment = { BILLPOST_URL: api.url, BILLPOST_KEY: "bp_local_development_key" };
  await withClient(api.database.superuserUrl, (superuser) =>
    superuser.query(
      "set session_replication_role = replica; update invoices set issue_date = issued_at::date where kind = 'invoice'",
    ),
  );
  const whole = await runCli(["series", "check"], environment);
  expect(whole.stderr + whole.stdout).toMatch(/2 series, \d+ documents: every number once, no gap/);
  expect(whole.code).toBe(0);
  await withClient(api.database.superuserUrl, (superuser) =>
    superuser.query("set session_replication_role = replica; delete from invoices where sequence_number = 7"),
  );
  const broken = await runCli(["series", "check"], environment);
  expect(broken.stdout).toContain("1 missing (7)");
  expect(broken.code).toBe(1);
  const json = await runCli(["series", "check", "--json"], environment);
  expect(JSON.parse(json.stdout)[0]).toMatchObject({ gapless: false, gaps: [{ from: 7, to: 7 }] });
});

test("settings, product and customer changes never show on what was issued", async () => {
  const before = (await api.call("GET", `/api/invoices/${euro.number}`)).body;
  await on.db.updateTable("customers").set({ name: "Somebody Else", address: null }).execute();
  await on.db
    .updateTable("products")
    .set({ name: "Renamed", unit_price_minor: 1, tax_rate_ppm: 0 })
    .execute();
  await on.db
    .updateTable("orders")
    .set({ billing_details: JSON.stringify({ name: "X", address: null, vatId: null }), locale: "fr" })
    .execute();
  await on.db.updateTable("order_items").set({ product_name: "Renamed" }).execute();
  const other = await issueOrders(on.db, [await seedOrder(on)], {
    ...issuingSettings,
    seller: { ...issuingSettings.seller, name: "Renamed Ltd" },
  });
  const after = (await api.call("GET", `/api/invoices/${euro.number}`)).body;
  expect(after).toEqual(before);
  expect((await api.call("GET", `/api/invoices/${other[0]?.number}`)).body.seller.name).toBe("Renamed Ltd");
});
