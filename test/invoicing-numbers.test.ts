import { type SeriesSettings, takeNumbers } from "@billpost/db/series";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { createTestDatabase } from "./src/database.ts";
import { startFaultyS3 } from "./src/faulty-s3.ts";
import { startFaultySes } from "./src/faulty-ses.ts";
import { issuingSettings, openInvoicingDatabase } from "./src/invoicing/factory.ts";
import { proveNumbers } from "./src/invoicing/prove-numbers.ts";
import { openTestDatabase } from "./src/test-orders.ts";
import { startWorkerProcess } from "./src/worker-process.ts";

/** `pnpm prove:numbers` asks for 10,000. */
const orders = Number(process.env["PROVE_ORDERS"] ?? 1_000);
const kills = orders >= 10_000 ? 12 : 3;

test(`${orders} orders, 4 worker processes and ${kills} kills: 1 to ${orders}, no gap, no double, no date going back`, async () => {
  const database = await createTestDatabase();
  const [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  const db = openTestDatabase(database.url);
  const proof = await proveNumbers({
    db,
    orders,
    workers: 4,
    kills,
    startWorker: () => startWorkerProcess({ databaseUrl: database.url, s3, ses }),
    log: console.log,
  });
  console.log(
    `${orders} numbers in ${proof.seconds.toFixed(1)} s; killed after ${proof.killedAt.join(", ")}`,
  );
  expect(proof.killedAt).toHaveLength(kills);
  expect(proof.series).toMatchObject([
    {
      kind: "invoice",
      count: orders,
      firstNumber: 1,
      lastNumber: orders,
      nextNumber: orders + 1,
      gaps: [],
      missing: 0,
      duplicates: 0,
      datesGoingBack: 0,
      gapless: true,
    },
  ]);
  // A number never comes without the rest of its transaction, nor an order twice.
  const { rows } = await sql<Record<string, number>>`
    select count(distinct order_id) as orders, (select count(*) from invoice_line_credits) as lines,
      (select count(*) from deliveries) as deliveries,
      (select count(*) from work_items where task = 'deliver-invoice') as work,
      (select count(*) from order_events where type = 'invoice.issued') as events
    from invoices`.execute(db);
  expect(rows).toEqual([{ orders, lines: orders, deliveries: orders, work: orders, events: orders }]);
  await Promise.all([db.destroy(), s3.stop(), ses.stop()]);
}, 900_000);

test("numbers taken side by side over the turn of the year, with rollbacks in between, are gapless in both years", async () => {
  const on = await openInvoicingDatabase(16);
  const settings: SeriesSettings = issuingSettings.invoiceSeries;
  const taken: { year: number; number: number; date: string }[] = [];
  const take = async (index: number) => {
    // What the clock shows moves on with the work, and jumps back a day now and then.
    const day = index < 150 ? "2090-12-31" : index % 7 === 0 ? "2090-12-30" : "2091-01-01";
    await on.db
      .transaction()
      .execute(async (trx) => {
        const count = 1 + (index % 3);
        const run = await takeNumbers(trx, settings, count, day);
        if (index % 5 === 0) throw new Error("given back");
        // Under the series' lock, so in the order of the numbers.
        for (let offset = 0; offset < count; offset += 1)
          taken.push({ year: run.year, number: run.first + offset, date: run.issueDate });
      })
      .catch((error: unknown) => {
        if (!(error instanceof Error) || error.message !== "given back") throw error;
      });
  };
  let next = 0;
  await Promise.all(
    Array.from({ length: 12 }, async () => {
      while (next < 300) await take(next++);
    }),
  );
  for (const year of [2090, 2091]) {
    const ofYear = taken.filter((one) => one.year === year);
    expect(ofYear.length).toBeGreaterThan(100);
    expect(ofYear.map(({ number }) => number)).toEqual(ofYear.map((_, index) => index + 1));
    const dates = ofYear.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted());
    expect(dates.every((date) => date.startsWith(`${year}-`))).toBe(true);
  }
  await on.close();
});
