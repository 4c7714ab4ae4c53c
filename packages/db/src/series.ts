import { issueDate } from "@billpost/domain/invoice-numbering";
import type { InvoiceKind } from "@billpost/domain/invoice-snapshot";
import { sql } from "kysely";
import type { Trx } from "./connection.ts";

/** How the series of a kind are made; a series that exists keeps what it was made with. */
export interface SeriesSettings {
  readonly kind: InvoiceKind;
  readonly prefix: string;
  readonly padding: number;
  /** Of the first series of its kind: a business that moves here goes on with its numbers. Later years start at 1. */
  readonly startNumber: number;
  /** The calendar that dates and years are taken from: an IANA zone. */
  readonly timeZone: string;
}

/** A run of numbers taken from a series, all with the same date. */
export interface TakenNumbers {
  readonly seriesId: number;
  readonly prefix: string;
  readonly padding: number;
  readonly year: number;
  /** The first of the run; the others follow without a gap. */
  readonly first: number;
  readonly issueDate: string;
}

const seller = "default";

/**
 * Takes `count` numbers. The series' row stays locked to the end of the transaction, which must be short:
 * whoever issues next waits for it. Take it last of all locks. The date is the later of today by the
 * database's clock under the lock and the series' last date; when the year turned, the next series is used,
 * and never again an earlier one. A rollback gives the numbers back. `notBefore` is a date that the documents
 * cannot precede, such as that of the invoice a credit note corrects.
 */
export const takeNumbers = async (
  trx: Trx,
  settings: SeriesSettings,
  count: number,
  notBefore = "",
): Promise<TakenNumbers> => {
  for (let year = Math.max(await currentYear(trx, settings), yearOf(notBefore)); ; year += 1) {
    const series = (await lockSeries(trx, settings, year)) ?? (await createSeries(trx, settings, year));
    // Not now(), which is the start of the transaction: whoever waited would be dated before whoever did not.
    const today = issueDate(await readToday(trx, settings.timeZone), notBefore);
    if (yearOf(today) > year) continue;
    const date =
      yearOf(today) < year
        ? (series.last_issue_date ?? `${year}-01-01`)
        : issueDate(today, series.last_issue_date);
    await trx
      .updateTable("invoice_series")
      .set({ next_number: series.next_number + count, last_issue_date: date })
      .where("id", "=", series.id)
      .execute();
    const { id: seriesId, prefix, padding, next_number: first } = series;
    return { seriesId, prefix, padding, year, first, issueDate: date };
  }
};

interface SeriesRow {
  readonly id: number;
  readonly prefix: string;
  readonly padding: number;
  readonly next_number: number;
  readonly last_issue_date: string | null;
}

const lockSeries = async (
  trx: Trx,
  { kind }: SeriesSettings,
  year: number,
): Promise<SeriesRow | undefined> => {
  const { rows } = await sql<SeriesRow>`/*prepared*/
    select id, prefix, padding, next_number, last_issue_date from invoice_series
    where seller = ${seller} and kind = ${kind} and year = ${year}::int for update`.execute(trx);
  return rows[0];
};

/** This year, or the year of the latest series in use, should the clock have been ahead before. */
const currentYear = async (trx: Trx, { kind, timeZone }: SeriesSettings): Promise<number> => {
  const { rows } = await sql<{ today: string; latest: number | null }>`/*prepared*/
    select (clock_timestamp() at time zone ${timeZone}::text)::date as today, (
      select max(year) from invoice_series where seller = ${seller} and kind = ${kind} and last_issue_date is not null
    ) as latest`.execute(trx);
  return Math.max(yearOf(rows[0]?.today ?? ""), rows[0]?.latest ?? 0);
};

const readToday = async (trx: Trx, timeZone: string): Promise<string> => {
  const { rows } = await sql<{ today: string }>`/*prepared*/
    select (clock_timestamp() at time zone ${timeZone}::text)::date as today`.execute(trx);
  return rows[0]?.today ?? "";
};

const yearOf = (date: string): number => Number(date.slice(0, 4));

/** Makes the series of a year when its first number is taken, and locks it. */
const createSeries = async (trx: Trx, settings: SeriesSettings, year: number): Promise<SeriesRow> => {
  const { kind, prefix, padding, startNumber } = settings;
  // One at a time: ON CONFLICT alone guards one of the table's two unique keys, and of two transactions that make
  // the same series at once, the later can fail on the other. That one stays, for a prefix that is taken.
  await sql`select pg_advisory_xact_lock(hashtextextended('series:' || ${kind}, 0))`.execute(trx);
  await sql`
    insert into invoice_series (seller, kind, year, prefix, padding, start_number, next_number)
    select ${seller}, ${kind}, ${year}, ${prefix}, ${padding}, start, start
    from (select case when exists (select from invoice_series where seller = ${seller} and kind = ${kind})
      then 1 else ${startNumber}::bigint end as start) as chosen
    on conflict (seller, kind, year) do nothing`.execute(trx);
  const series = await lockSeries(trx, settings, year);
  if (!series) throw new Error(`the series of ${year} is neither there nor could it be made`);
  return series;
};
