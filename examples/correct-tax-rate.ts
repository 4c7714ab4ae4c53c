/**
 * Corrects a wrong tax rate on the invoices of a list of orders: each gets a credit note and a new invoice, in one
 * email. Run it again whenever it was killed: the reference makes it the same batch, so nobody is corrected twice.
 *
 *   node examples/correct-tax-rate.ts orders.txt       one order id a line
 */
import { readFile } from "node:fs/promises";
import { runBatch } from "@billpost/client/run-batch";
import { billpost, report, tell } from "./config.ts";

const orderIds = (await readFile(process.argv[2] ?? "orders.txt", "utf8")).split(/\s+/).filter(Boolean);

const batch = await runBatch(
  billpost,
  {
    kind: "reissue",
    externalRef: "wrong-tax-rate-2026",
    reason: "The reduced rate applies to these goods",
    selection: { orderIds },
    // What was taxed at 10 % should have been at 5 %. The customers paid the right sum: the gross stays.
    corrections: [{ match: { taxRatePercent: 10 }, set: { taxRatePercent: 5 }, keep: "gross" }],
  },
  { onProgress: tell },
);
await report(batch);
