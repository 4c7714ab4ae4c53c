import { type RawBuilder, sql } from "kysely";
import type { Db } from "../connection.ts";

/** What is to be done, as of now. */
export interface QueueFigures {
  /** Due, and nobody has it. */
  readonly waiting: number;
  /** Since when the oldest of them is due; null: none waits. */
  readonly oldestDueAt: Date | null;
  readonly oldestWaitSeconds: number;
  /** Begins later by itself: scheduled, tried again, told to wait, or in doubt with a resend to come. */
  readonly later: number;
  readonly running: number;
  /** Due for 15 seconds, not paused, and nobody has it. With all workers busy that is a backlog. */
  readonly stuck: number;
}

/** What was done in a span of time that ends now. */
export interface SpanFigures {
  readonly seconds: number;
  /** Jobs that came to an end. */
  readonly finished: number;
  readonly done: number;
  /** Ended so that a person must look: failed, ambiguous, quarantined, blocked, suppressed. */
  readonly unsuccessful: number;
  /** Of those; null: none ended. */
  readonly successRate: number | null;
  readonly jobsPerMinute: number;
  /** First emails of orders. */
  readonly emails: number;
  /** From the order to its first email, in ms; null: none was sent. Of a sample where there are many. */
  readonly orderToEmailP50Ms: number | null;
  readonly orderToEmailP95Ms: number | null;
}

const stuckSeconds = 15;

/** `paused`: the tasks of which anything is paused: what waits there waits on purpose. */
export const readQueue = async (db: Db, paused: readonly string[]): Promise<QueueFigures> => {
  const { rows } = await queueQuery(paused).execute(db);
  const [figures] = rows;
  if (!figures) throw new Error("an aggregate has one row");
  return figures;
};

export const queueQuery = (paused: readonly string[]): RawBuilder<QueueFigures> => sql<QueueFigures>`
  select count(*) filter (where due) as waiting, min(run_at) filter (where due) as "oldestDueAt",
    coalesce(extract(epoch from clock_timestamp() - min(run_at) filter (where due)), 0)::float8 as "oldestWaitSeconds",
    count(*) filter (where not due and state <> 'running') as later,
    count(*) filter (where state = 'running') as running,
    count(*) filter (where due and run_at < clock_timestamp() - make_interval(secs => ${stuckSeconds})
      and task <> all(${[...paused]}::text[])) as stuck
  from (
    select task, state, run_at, state <> 'running' and run_at <= clock_timestamp() as due from work_items
    where state in ('waiting', 'scheduled', 'running', 'retrying', 'throttled') and state <> 'done'
    union all
    select task, state, run_at, run_at <= clock_timestamp() from work_items
    where state = 'ambiguous' and state <> 'done' and finished_at is null
  ) live`;

/** Orders of which the time to the email is looked up at most; with more, every so many-th is. */
const sampleSize = 20_000;

export const readSpan = async (db: Db, seconds: number): Promise<SpanFigures> => {
  // Not clock_timestamp(), which changes within a statement, so that no index could be used.
  const since = sql`now() - make_interval(secs => ${seconds})`;
  const { rows: ended } = await sql<{ finished: number; done: number; unsuccessful: number }>`
    select count(*) as finished, count(*) filter (where state = 'done') as done,
      count(*) filter (where state in ('failed', 'ambiguous', 'quarantined', 'blocked', 'suppressed')) as unsuccessful
    from work_items where finished_at > ${since}`.execute(db);
  const { rows: sent } = await sql<{ emails: number; p50: number | null; p95: number | null }>`
    with sent as materialized (
      select order_id, sent_at, row_number() over () as n from deliveries
      where sent_at > ${since} and sent_at is not null and purpose like 'invoice:%'
    ), total as (select count(*) as emails from sent), sample as (
      select extract(epoch from s.sent_at - o.created_at) * 1000 as ms
      from total, sent s join orders o on o.id = s.order_id
      where s.n % greatest(1, total.emails / ${sampleSize}) = 0
    )
    select (select emails from total) as emails,
      (percentile_cont(0.5) within group (order by ms))::float8 as p50,
      (percentile_cont(0.95) within group (order by ms))::float8 as p95
    from sample`.execute(db);
  const { finished = 0, done = 0, unsuccessful = 0 } = ended[0] ?? {};
  const { emails = 0, p50 = null, p95 = null } = sent[0] ?? {};
  return {
    seconds,
    finished,
    done,
    unsuccessful,
    successRate: done + unsuccessful === 0 ? null : done / (done + unsuccessful),
    jobsPerMinute: (finished * 60) / seconds,
    emails,
    orderToEmailP50Ms: p50 === null ? null : Math.round(p50),
    orderToEmailP95Ms: p95 === null ? null : Math.round(p95),
  };
};
