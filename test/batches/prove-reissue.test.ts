import { sql } from "kysely";
import { expect, test } from "vitest";
import { startApi } from "../../apps/api/test/api.ts";
import { seedSentInvoices } from "../src/batch-history.ts";
import { askForBatch, batchWhen } from "../src/batches.ts";
import { createTestDatabase } from "../src/database.ts";
import { startFaultyS3 } from "../src/faulty-s3.ts";
import { startFaultySes } from "../src/faulty-ses.ts";
import { waitForEmptyQueue } from "../src/ledger.ts";
import { waitFor } from "../src/wait-for.ts";
import { settleDoubts, startFleet } from "../src/worker-fleet.ts";
import { startWorkerProcess } from "../src/worker-process.ts";

/** `pnpm prove:reissues` asks for 1,000. */
const count = Number(process.env["PROVE_REISSUES"] ?? 16);
const patience = 60_000 + count * 1_000;

test(
  `${count} invoices corrected over 3 workers that are killed: never a credit note without its invoice, nor twice`,
  async () => {
    const database = await createTestDatabase();
    const [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes(0, { keep: "hashes" })]);
    const api = await startApi({ database });
    const { db, call } = api;
    await seedSentInvoices(
      { db, clientId: 1, customerId: 1 },
      count,
      (key, bytes) => void s3.objects.set(key, bytes),
    );
    const fleet = await startFleet(() =>
      startWorkerProcess(
        { databaseUrl: database.url, s3, ses },
        { AMBIGUOUS_POLICY: "hold", QUARANTINE_AFTER_CRASHES: "50", WORKER_CONCURRENCY: "2" },
      ),
    );
    /** Credit notes and new invoices as one statement sees them: as many of the one as of the other. */
    const made = async (): Promise<number> => {
      const { rows } = await sql<{ credits: number; invoices: number }>`
      select count(*) filter (where original_invoice_id is not null) as credits,
        count(*) filter (where replaces_invoice_id is not null) as invoices from invoices`.execute(db);
      const { credits = 0, invoices = 0 } = rows[0] ?? {};
      if (credits !== invoices) throw new Error(`${credits} credit notes and ${invoices} new invoices`);
      return invoices;
    };
    const untilMade = (share: number) =>
      waitFor(`${share} of the corrections`, async () => (await made()) >= share * count, {
        timeoutMs: patience,
        everyMs: 5,
      });

    const { id } = await askForBatch(call, {
      kind: "reissue",
      externalRef: "prove-reissue",
      selection: { filter: {} },
      billingDetails: { vatId: "DE136695976" },
      samples: 0,
      autoStart: true,
    });
    await untilMade(0.05);
    await fleet.killOne();
    await untilMade(0.4);
    await fleet.killAll();
    await made();
    await fleet.startAll();
    await untilMade(0.7);
    await fleet.killOne();
    await waitFor(
      "the end of it",
      async () => {
        await made();
        await settleDoubts(db, ses);
        return (await call("GET", `/api/batches/${id}`)).body.state === "done";
      },
      { timeoutMs: patience, everyMs: 200 },
    );
    const { counts } = await batchWhen(call, id, ["done"], patience);
    expect(counts).toMatchObject({ total: count, done: count });

    const { rows } = await sql<{ credits: number; invoices: number; number: string; credit: string }>`
    select (select count(*) from invoices c where c.original_invoice_id = i.id) as credits,
      (select count(*) from invoices n where n.replaces_invoice_id = i.id) as invoices,
      n.number, c.number as credit
    from batch_items t join invoices i on i.id = t.invoice_id left join invoices n on n.id = t.new_invoice_id
      left join invoices c on c.id = t.credit_note_id where t.batch_id = ${id}`.execute(db);
    expect(rows).toHaveLength(count);
    const mails = new Map<string, string[][]>();
    for (const { attachments } of ses.taken)
      for (const name of attachments.keys())
        mails.set(name, [...(mails.get(name) ?? []), [...attachments.keys()]]);
    for (const { credits, invoices, number, credit } of rows) {
      expect([number, credits, invoices]).toEqual([number, 1, 1]);
      // Nobody gets it twice, and whoever gets the one document has the other in the same email.
      const both = mails.get(`${number}.pdf`) ?? [];
      expect(both.length).toBeLessThanOrEqual(1);
      expect(mails.get(`${credit}.pdf`) ?? []).toEqual(both);
      for (const names of both)
        expect(names.toSorted()).toEqual([`${credit}.pdf`, `${number}.pdf`].toSorted());
    }
    await waitForEmptyQueue(db);
    await fleet.killAll();
    await api.close();
    await Promise.all([s3.stop(), ses.stop()]);
  },
  120_000 + patience * 2,
);
