import type { ErrorClass } from "@billpost/domain/work";
import { type RawBuilder, sql } from "kysely";
import type { Db } from "../connection.ts";

/** Failures of one kind: of one class, in one stage, with the same message but for its numbers and ids. */
export interface FailureGroup {
  readonly fingerprint: string;
  readonly errorClass: ErrorClass | null;
  readonly stage: string | null;
  /** Of the latest of them, as it was. */
  readonly message: string | null;
  /** Jobs that failed so last and are not over: what retrying them all would retry. */
  readonly openJobs: number;
  readonly openOrders: number;
  /** Attempts that ended so in the last 24 hours, of jobs that are over as well. */
  readonly lastDay: number;
  /** The same by the hour, the oldest first; the last one is the hour until now. */
  readonly trend: readonly number[];
  readonly firstSeenAt: Date | null;
  readonly lastSeenAt: Date | null;
  /** The latest job that failed so. */
  readonly sampleJobId: number | null;
}

/** More kinds than a page can show mean that the messages are not alike enough, not that there are so many kinds. */
const groupLimit = 200;

/** States of jobs that a failure still matters to. */
const open = [
  "waiting",
  "scheduled",
  "running",
  "retrying",
  "blocked",
  "throttled",
  "failed",
  "ambiguous",
  "quarantined",
];

/** What fails now or failed in the last 24 hours, grouped: what most jobs wait for first. */
export const listFailures = async (db: Db): Promise<FailureGroup[]> => {
  const { rows } = await failuresQuery().execute(db);
  return rows;
};

/** The statement behind `listFailures`, apart so that its plan can be looked at. */
export const failuresQuery = (): RawBuilder<FailureGroup> => sql<FailureGroup>`
  with open_jobs as (
    select last_error_fingerprint as fingerprint, count(*) as jobs, count(distinct order_id) as orders, max(id) as sample
    from work_items
    where state = any(${open}::text[]) and state <> 'done' and last_error_fingerprint is not null
      and last_error_class <> 'handed_back'
    group by 1
  ), hours as (
    select error_fingerprint as fingerprint,
      23 - floor(extract(epoch from clock_timestamp() - occurred_at) / 3600)::int as hour, count(*) as failures,
      max(work_item_id) as sample
    from work_item_events
    where error_fingerprint is not null and occurred_at > clock_timestamp() - interval '24 hours'
    group by 1, 2
  ), kinds as (
    select coalesce(o.fingerprint, d.fingerprint) as fingerprint, coalesce(o.jobs, 0) as jobs,
      coalesce(o.orders, 0) as orders, coalesce(o.sample, d.sample) as sample, coalesce(d.failures, 0) as failures
    from open_jobs o full join (
      select fingerprint, sum(failures)::bigint as failures, max(sample) as sample from hours group by 1
    ) d on d.fingerprint = o.fingerprint
    order by jobs desc, failures desc, fingerprint limit ${groupLimit}
  )
  select k.fingerprint, coalesce(latest.error_class, w.last_error_class) as "errorClass", latest.stage,
    coalesce(latest.error_message, w.last_error_message) as message, k.jobs as "openJobs", k.orders as "openOrders",
    k.failures as "lastDay",
    array(select coalesce((select sum(h.failures) from hours h where h.fingerprint = k.fingerprint and h.hour = n), 0)::int
      from generate_series(0, 23) n order by n) as trend,
    (select min(occurred_at) from work_item_events e where e.error_fingerprint = k.fingerprint) as "firstSeenAt",
    coalesce(latest.occurred_at, w.updated_at) as "lastSeenAt", k.sample as "sampleJobId"
  from kinds k left join work_items w on w.id = k.sample left join lateral (
    select error_class, stage, error_message, occurred_at from work_item_events e
    where e.error_fingerprint = k.fingerprint order by e.occurred_at desc limit 1
  ) latest on true
  order by k.jobs desc, k.failures desc, k.fingerprint`;
