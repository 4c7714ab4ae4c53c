import type { Db } from "@billpost/db/connection";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { startApi, type TestApi } from "../../apps/api/test/api.ts";
import { seedSentInvoices } from "../src/batch-history.ts";
import { askForBatch, batchWhen } from "../src/batches.ts";
import { createTestDatabase } from "../src/database.ts";
import { startFaultyS3 } from "../src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "../src/faulty-ses.ts";
import { waitForEmptyQueue } from "../src/ledger.ts";
import { waitFor } from "../src/wait-for.ts";
import { settleDoubts, startFleet } from "../src/worker-fleet.ts";
import { startWorkerProcess } from "../src/worker-process.ts";

/** `pnpm prove:batches` asks for 10,000. */
const count = Number(process.env["PROVE_BATCH_ITEMS"] ?? 60);
/** Slow enough for there to be a middle. */
const sendsPerSecond = Math.max(5, Math.round(count / 60));
const patience = 60_000 + count * 200;

const endedOf = async ({ call }: TestApi, id: number): Promise<number> => {
  const { counts } = (await call("GET", `/api/batches/${id}`)).body;
  return counts.done + counts.failed + counts.skipped;
};

/** Waits until so many more messages were taken, which shows sooner than in the batch's counts. */
const untilSent = (ses: FaultySes, more: number) => {
  const wanted = ses.taken.length + Math.ceil(more);
  return waitFor(`${wanted} messages`, () => ses.taken.length >= wanted, { timeoutMs: patience, everyMs: 5 });
};

test(`${count} re-sends over 3 workers with kills, a pause, a resume and a cancel: one outcome each, no email twice`, async () => {
  const database = await createTestDatabase();
  const [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes(0, { keep: "hashes" })]);
  const api = await startApi({ database });
  const { db, call } = api;
  const of = async (customerId: number, items: number) =>
    seedSentInvoices({ db, clientId: 1, customerId }, items, (key, bytes) => void s3.objects.set(key, bytes));
  const kept = Math.ceil(count * 0.75);
  await of(1, kept);
  await of(2, count - kept);
  const fleet = await startFleet(() =>
    startWorkerProcess(
      { databaseUrl: database.url, s3, ses },
      {
        AMBIGUOUS_POLICY: "hold",
        QUARANTINE_AFTER_CRASHES: "50",
        WORKER_CONCURRENCY: "4",
        SES_SENDS_PER_SECOND: String(sendsPerSecond),
        SES_FRESH_SHARE_PERCENT: "0",
      },
    ),
  );
  const started = performance.now();
  const [first, second] = await Promise.all(
    [1, 2].map(async (customerId) => {
      const batch = await askForBatch(call, {
        kind: "resend",
        externalRef: `prove-${customerId}`,
        selection: { filter: { customerId } },
        samples: 0,
      });
      await batchWhen(call, batch.id, ["planned"], patience);
      return batch.id as number;
    }),
  );
  if (first === undefined || second === undefined) throw new Error("two batches were asked for");
  await call("POST", `/api/batches/${first}/start`, { body: {} });
  await untilSent(ses, 0.15 * kept);
  await fleet.killOne();
  await untilSent(ses, 0.15 * kept);
  await call("POST", `/api/batches/${first}/pause`, { body: {} });
  const doubts = await calm(api, first, ses);
  const atPause = ses.taken.length;
  await call("POST", `/api/batches/${second}/start`, { body: {} });
  await untilSent(ses, 0.2 * (count - kept));
  const cancelled = await call("POST", `/api/batches/${second}/cancel`, { body: { reason: "Enough" } });
  expect(cancelled.body.state).toBe("cancelled");
  await calm(api, second, ses);
  const own = await numbersOf(db, first);
  const mailed = ses.taken.flatMap(({ attachments }) => [...attachments.keys()]);
  expect(mailed.filter((name) => own.has(name.slice(0, -4)))).toHaveLength(atPause);

  await call("POST", `/api/batches/${first}/resume`, { body: {} });
  await untilSent(ses, 0.15 * kept);
  await fleet.killAll();
  const died = await endedOf(api, first);
  expect(died).toBeLessThan(kept);
  await fleet.startAll();
  await untilSent(ses, 0.1 * kept);
  await fleet.killOne();
  await waitFor(
    "the end of it",
    async () => {
      await settleDoubts(db, ses);
      return (await call("GET", `/api/batches/${first}`)).body.state === "done";
    },
    { timeoutMs: patience, everyMs: 500 },
  );
  const done = await batchWhen(call, first, ["done"], patience);
  expect(done.counts).toMatchObject({ total: kept, waiting: 0, running: 0 });
  const other = await batchWhen(call, second, ["cancelled"], patience);
  expect(other.counts).toMatchObject({ total: count - kept, waiting: 0, running: 0 });
  expect(other.counts.skipped).toBeGreaterThan(0);

  const { rows } = await sql<{ number: string; state: string; reason: string; tries: number }>`
    select i.number, t.state, t.reason, t.tries from batch_items t join invoices i on i.id = t.invoice_id`.execute(
    db,
  );
  expect(rows).toHaveLength(count);
  const mails = new Map<string, number>();
  for (const { attachments } of ses.taken)
    for (const name of attachments.keys()) mails.set(name, (mails.get(name) ?? 0) + 1);
  for (const { number, state, reason } of rows) {
    const wanted = state === "done" && reason !== "handled" ? 1 : 0;
    expect([number, state, reason, mails.get(`${number}.pdf`) ?? 0]).toEqual([number, state, reason, wanted]);
  }
  await waitForEmptyQueue(db);
  console.log(
    `${count} items in ${((performance.now() - started) / 1000).toFixed(1)} s; ${doubts} in doubt at the pause; ${other.counts.skipped} cancelled`,
  );
  await fleet.killAll();
  await api.close();
  await Promise.all([s3.stop(), ses.stop()]);
}, 900_000);

const numbersOf = async (db: Db, batchId: number): Promise<Set<string>> => {
  const { rows } = await sql<{ number: string }>`
    select i.number from batch_items t join invoices i on i.id = t.invoice_id where t.batch_id = ${batchId}`.execute(
    db,
  );
  return new Set(rows.map(({ number }) => number));
};

/** Waits until nothing of a batch is under way, settling what is in doubt; answers how many that were. */
const calm = async ({ db, call }: TestApi, id: number, ses: FaultySes): Promise<number> => {
  let doubts = 0;
  await waitFor(
    `nothing of batch ${id} to be under way`,
    async () => {
      doubts += await settleDoubts(db, ses);
      const { counts } = (await call("GET", `/api/batches/${id}`)).body;
      return counts.running === 0;
    },
    { timeoutMs: patience, everyMs: 200 },
  );
  return doubts;
};
