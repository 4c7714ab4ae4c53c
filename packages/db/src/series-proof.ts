import type { InvoiceKind } from "@billpost/domain/invoice-snapshot";
import { sql } from "kysely";
import type { Db } from "./connection.ts";

/** A range of sequence numbers that no document has, both ends included. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

/** One series with what was counted in it. Everything is computed by the database over the documents themselves. */
export interface SeriesProof {
  readonly seller: string;
  readonly kind: InvoiceKind;
  readonly year: number;
  readonly prefix: string;
  readonly startNumber: number;
  readonly nextNumber: number;
  readonly lastIssueDate: string | null;
  readonly count: number;
  readonly firstNumber: number | null;
  readonly lastNumber: number | null;
  /** At most the first hundred. */
  readonly gaps: Gap[];
  readonly missing: number;
  readonly duplicates: number;
  /** Documents dated before the one with the number before. */
  readonly datesGoingBack: number;
  /** Documents whose issue date is of another year than the series. */
  readonly wrongYear: number;
  /** Documents whose printed number is not the one of their place in the series. */
  readonly wrongNumber: number;
  /** Documents whose frozen content has another number or hash than their row; null: not looked at. */
  readonly wrongContent: number | null;
  /** The counter would give out a number again, or its last date is not that of the last document. */
  readonly counterWrong: boolean;
  /** Whether nothing of the above is wrong. */
  readonly gapless: boolean;
  /** When it was counted, by the database's clock. */
  readonly provedAt: Date;
  /** What repairs what is wrong; null: nothing is. */
  readonly act: string | null;
}

/**
 * Every series with its proof: from the start number to the last one taken, each number exactly once, in
 * the order of the dates. It reads every document's row, so it is for audits, not for every request; with
 * `content` the frozen content as well, which takes several times as long.
 */
export const proveSeries = async (db: Db, { content = true } = {}): Promise<SeriesProof[]> => {
  const wrongContent = content
    ? sql`p.snapshot::jsonb ->> 'number' is distinct from p.number
        or p.snapshot_sha256 <> encode(sha256(convert_to(p.snapshot, 'UTF8')), 'hex')`
    : sql`null::boolean`;
  const { rows } = await sql<Omit<SeriesProof, "gapless" | "act">>`
    with placed as (
      select series_id, sequence_number, issue_date,
        lag(sequence_number) over w as before_number,
        lag(issue_date) over w as before_date,
        number, ${content ? sql`snapshot, snapshot_sha256` : sql`null::text as snapshot, null::text as snapshot_sha256`}
      from invoices window w as (partition by series_id order by sequence_number)
    ), judged as (
      select p.series_id, p.sequence_number, p.issue_date,
        coalesce(p.before_number, s.start_number - 1) as before_number,
        p.issue_date < p.before_date as goes_back,
        extract(year from p.issue_date) <> s.year as wrong_year,
        p.number <> s.prefix || '-' || s.year || '-' || lpad(p.sequence_number::text,
            greatest(s.padding, length(p.sequence_number::text)), '0') as wrong_number,
        ${wrongContent} as wrong_content
      from placed p join invoice_series s on s.id = p.series_id
    ), totals as (
      select series_id,
        count(*) as count,
        min(sequence_number) as first_number,
        max(sequence_number) as last_number,
        max(issue_date) as last_date,
        count(*) - count(distinct sequence_number) as duplicates,
        count(*) filter (where goes_back) as dates_going_back,
        count(*) filter (where wrong_year) as wrong_year,
        count(*) filter (where wrong_number) as wrong_number,
        count(*) filter (where wrong_content) as wrong_content
      from judged group by series_id
    ), holes as (
      select series_id, before_number + 1 as from_number, sequence_number - 1 as to_number
      from judged where sequence_number > before_number + 1
      -- Numbers that the counter gave out and nobody has, at the end.
      union all
      select s.id, coalesce(t.last_number, s.start_number - 1) + 1, s.next_number - 1
      from invoice_series s left join totals t on t.series_id = s.id
      where s.next_number > coalesce(t.last_number, s.start_number - 1) + 1
    )
    select s.seller, s.kind, s.year, s.prefix, now() as "provedAt",
      s.start_number as "startNumber", s.next_number as "nextNumber", s.last_issue_date as "lastIssueDate",
      coalesce(t.count, 0) as count, t.first_number as "firstNumber", t.last_number as "lastNumber",
      coalesce((select json_agg(json_build_object('from', h.from_number, 'to', h.to_number))
        from (select * from holes where series_id = s.id order by from_number limit 100) h), '[]') as gaps,
      coalesce((select sum(to_number - from_number + 1) from holes where series_id = s.id), 0)::bigint as missing,
      coalesce(t.duplicates, 0) as duplicates,
      coalesce(t.dates_going_back, 0) as "datesGoingBack",
      coalesce(t.last_number >= s.next_number or t.last_date is distinct from s.last_issue_date, false) as "counterWrong",
      coalesce(t.wrong_year, 0) as "wrongYear",
      coalesce(t.wrong_number, 0) as "wrongNumber",
      case when ${content} then coalesce(t.wrong_content, 0) end as "wrongContent"
    from invoice_series s left join totals t on t.series_id = s.id
    order by s.seller, s.kind desc, s.year`.execute(db);
  return rows.map((row) => {
    const act = actFor(row);
    return { ...row, gapless: act === null, act };
  });
};

/** Nothing repairs a series by itself: numbers that went out are in customers' hands. */
const actFor = (proof: Omit<SeriesProof, "gapless" | "act">): string | null => {
  const { missing, duplicates, datesGoingBack, wrongYear, wrongNumber, wrongContent, counterWrong } = proof;
  if ((wrongContent ?? 0) > 0 || wrongNumber > 0 || duplicates > 0)
    return "rows were changed past the application: restore them from a backup, and find out who can write to the tables";
  if (missing > 0)
    return "documents are missing: look for them in a backup; else write down for the tax office which numbers are missing and why";
  if (counterWrong)
    return "set the series' counter and last date to those of its last document, with nobody issuing meanwhile";
  if (datesGoingBack > 0 || wrongYear > 0)
    return "dates are wrong and cannot be changed: credit the documents and issue them anew, and write down why";
  return null;
};
