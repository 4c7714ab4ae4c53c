import { createDatabase, createPool, type Trx } from "@billpost/db/connection";
import { proveSeries } from "@billpost/db/series-proof";
import { type SeriesSettings, takeNumbers } from "@billpost/db/series";
import { withClient } from "@billpost/local/database-roles";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  creditNoteSeries,
  type InvoicingDatabase,
  issueOrders,
  issuingSettings,
  openInvoicingDatabase,
  seedOrder,
} from "./factory.ts";
import { waitFor } from "../wait-for.ts";

let on: InvoicingDatabase;
beforeEach(async () => {
  on = await openInvoicingDatabase();
});
afterEach(() => on.close());

/** Takes numbers as if the database's clock showed at least `today`. */
const take = (count: number, today: string, settings: Partial<SeriesSettings> = {}) =>
  on.db
    .transaction()
    .execute((trx: Trx) => takeNumbers(trx, { ...issuingSettings.invoiceSeries, ...settings }, count, today));

const issueSome = async (count: number) =>
  issueOrders(on.db, await Promise.all(Array.from({ length: count }, () => seedOrder(on))));

/** Does what the application cannot, as somebody with all rights who switches the triggers off. */
const tamper = (sql: string) =>
  withClient(on.database.superuserUrl, (superuser) =>
    superuser.query(`set session_replication_role = replica; ${sql}`),
  );

const proveInvoices = async () => {
  const proofs = await proveSeries(on.db);
  const proof = proofs.find(({ kind }) => kind === "invoice");
  if (!proof) throw new Error("no series");
  return proof;
};

test("numbers follow each other, and the new year has a series of its own that begins at 1", async () => {
  expect(await take(3, "2090-12-30")).toMatchObject({ year: 2090, first: 1, issueDate: "2090-12-30" });
  expect(await take(2, "2090-12-31")).toMatchObject({ year: 2090, first: 4, issueDate: "2090-12-31" });
  expect(await take(1, "2091-01-01")).toMatchObject({ year: 2091, first: 1, issueDate: "2091-01-01" });
  expect(await take(1, "2091-01-02")).toMatchObject({ year: 2091, first: 2, issueDate: "2091-01-02" });
});

test("a clock that goes back, even over the turn of the year, takes neither date nor series back", async () => {
  await take(1, "2091-01-02");
  expect(await take(1, "2090-12-31")).toMatchObject({ year: 2091, first: 2, issueDate: "2091-01-02" });
  // And so with the database's own clock, which is decades behind.
  expect(await take(1, "")).toMatchObject({ year: 2091, first: 3, issueDate: "2091-01-02" });
});

/** Databases whose `clock_timestamp()` shows what a test sets it to. */
const withClock = async () => {
  await withClient(on.database.superuserUrl, (superuser) =>
    superuser.query(`
      create schema fake;
      create table fake.clock as select timestamptz '2090-12-31 23:59:59Z' as now;
      create function fake.clock_timestamp() returns timestamptz language sql volatile as 'select now from fake.clock';
      grant usage on schema fake to public;
      grant select on fake.clock to public`),
  );
  const url = `${on.database.url}?options=${encodeURIComponent("-c search_path=fake,pg_catalog,public")}`;
  const db = createDatabase(createPool({ url, max: 8, applicationName: "test", onIdleError: () => {} }));
  const set = (now: string) =>
    withClient(on.database.superuserUrl, (superuser) =>
      superuser.query("update fake.clock set now = $1", [now]),
    );
  const takeNow = (count: number) =>
    db.transaction().execute((trx) => takeNumbers(trx, issuingSettings.invoiceSeries, count));
  return { db, set, takeNow };
};

test("whoever waits for the series over midnight of New Year's Eve takes the new year's first number", async () => {
  const { db, set, takeNow } = await withClock();
  expect(await takeNow(1)).toMatchObject({ year: 2090, first: 1, issueDate: "2090-12-31" });
  const held = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const holder = db.transaction().execute(async (trx) => {
    const taken = await takeNumbers(trx, issuingSettings.invoiceSeries, 2);
    held.resolve();
    await release.promise;
    return taken;
  });
  await held.promise;
  const waiting = [takeNow(1), takeNow(1)];
  await waitFor("both to wait for the series", async () => {
    const { rows } = await sql<{ waiting: number }>`select count(*) as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(on.db);
    return rows[0]?.waiting === 2;
  });
  await set("2091-01-01 00:00:01Z");
  release.resolve();
  expect(await holder).toMatchObject({ year: 2090, first: 2, issueDate: "2090-12-31" });
  const after = await Promise.all(waiting);
  expect(after.map(({ year, issueDate }) => [year, issueDate])).toEqual([
    [2091, "2091-01-01"],
    [2091, "2091-01-01"],
  ]);
  expect(new Set(after.map(({ first }) => first))).toEqual(new Set([1, 2]));
  await set("2090-12-31 23:00:00Z");
  expect(await takeNow(1)).toMatchObject({ year: 2091, first: 3, issueDate: "2091-01-01" });
  await db.destroy();
});

test("the date is that of the seller's time zone, by the database's clock", async () => {
  const { db, set } = await withClock();
  const takeIn = (timeZone: string) =>
    db.transaction().execute((trx) => takeNumbers(trx, { ...issuingSettings.invoiceSeries, timeZone }, 1));
  await set("2090-12-31 12:00:00Z");
  expect(await takeIn("America/New_York")).toMatchObject({ issueDate: "2090-12-31", first: 1 });
  expect(await takeIn("Pacific/Kiritimati")).toMatchObject({ issueDate: "2091-01-01", year: 2091, first: 1 });
  await db.destroy();
});

test("the start number is that of the first series only, prefix and padding are the series' own", async () => {
  const moved = { startNumber: 4711, prefix: "ACME-A", padding: 8 };
  expect(await take(1, "2090-05-01", moved)).toMatchObject({ first: 4711, prefix: "ACME-A", padding: 8 });
  expect(await take(1, "2090-05-01", { prefix: "OTHER" })).toMatchObject({ first: 4712, prefix: "ACME-A" });
  expect(await take(1, "2091-05-01", moved)).toMatchObject({ first: 1, year: 2091 });
});

test("invoices and credit notes have numbers of their own, and cannot share a prefix", async () => {
  await take(1, "2090-05-01");
  expect(await take(1, "2090-05-01", creditNoteSeries)).toMatchObject({ first: 1, prefix: "CN" });
  await take(1, "2091-05-01");
  await expect(take(1, "2091-05-01", { ...creditNoteSeries, prefix: "INV" })).rejects.toThrow(/prefix/);
});

test("numbers of a transaction that is rolled back are given out again", async () => {
  await take(1, "2090-05-01");
  await expect(
    on.db.transaction().execute(async (trx) => {
      await takeNumbers(trx, issuingSettings.invoiceSeries, 5, "2090-05-01");
      throw new Error("rolled back");
    }),
  ).rejects.toThrow("rolled back");
  expect(await take(1, "2090-05-01")).toMatchObject({ first: 2 });
});

test("the proof of untouched series says how many, from where to where, and that nothing is wrong", async () => {
  await issueSome(5);
  expect(await proveInvoices()).toMatchObject({
    prefix: "INV",
    count: 5,
    firstNumber: 1,
    lastNumber: 5,
    startNumber: 1,
    nextNumber: 6,
    gaps: [],
    missing: 0,
    duplicates: 0,
    datesGoingBack: 0,
    wrongYear: 0,
    wrongNumber: 0,
    wrongContent: 0,
    counterWrong: false,
    gapless: true,
  });
});

test("the proof finds a document that was removed in the middle, at the start and at the end", async () => {
  await issueSome(7);
  await tamper("delete from invoices where sequence_number in (1, 3, 4, 7)");
  expect(await proveInvoices()).toMatchObject({
    count: 3,
    missing: 4,
    gaps: [
      { from: 1, to: 1 },
      { from: 3, to: 4 },
      { from: 7, to: 7 },
    ],
    gapless: false,
  });
});

test("the proof finds a number that was given out twice", async () => {
  await issueSome(3);
  await tamper(`
    alter table invoices drop constraint invoices_series_id_sequence_number_key;
    update invoices set sequence_number = 2 where sequence_number = 3`);
  expect(await proveInvoices()).toMatchObject({ duplicates: 1, missing: 1, wrongNumber: 1, gapless: false });
});

test("the proof finds dates that go back, a wrong year, a changed number and changed content", async () => {
  await issueSome(4);
  await tamper("update invoices set issue_date = issue_date - 1 where sequence_number = 2");
  expect(await proveInvoices()).toMatchObject({ datesGoingBack: 1, gapless: false });
  await tamper("update invoices set issue_date = issue_date - interval '3 years' where sequence_number = 2");
  expect(await proveInvoices()).toMatchObject({ wrongYear: 1 });
  await tamper("update invoices set number = number || 'X' where sequence_number = 1");
  expect(await proveInvoices()).toMatchObject({ wrongNumber: 1, wrongContent: 1 });
  await tamper(`
    alter table invoices drop constraint invoices_snapshot_hash;
    update invoices set snapshot = replace(snapshot, 'John', 'Jack') where sequence_number = 3`);
  expect(await proveInvoices()).toMatchObject({ wrongContent: 2 });
  expect((await proveSeries(on.db, { content: false }))[0]).toMatchObject({
    wrongContent: null,
    wrongNumber: 1,
  });
});

test("the proof finds a counter that would give a number out again", async () => {
  await issueSome(2);
  await tamper("update invoice_series set next_number = 2");
  expect(await proveInvoices()).toMatchObject({ counterWrong: true, gapless: false });
});
