/**
 * Sends last month's invoices once more to those whose mail bounced, at the addresses that the customers have now.
 * Correct those first; an address that is still suppressed is skipped and named.
 *
 *   node examples/resend-bounced.ts            last month
 *   node examples/resend-bounced.ts 2026-01    another one
 */
import { runBatch } from "@billpost/client/run-batch";
import { billpost, report, tell } from "./config.ts";

const monthBefore = (now: Date): string =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
const month = process.argv[2] ?? monthBefore(new Date());
const [year = 0, number = 0] = month.split("-").map(Number);
const lastDay = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);

const batch = await runBatch(
  billpost,
  {
    kind: "resend",
    // Once for each month: a second run of the same month answers the first.
    externalRef: `bounced-${month}`,
    reason: "The mail bounced; the addresses were corrected",
    selection: { filter: { from: `${month}-01`, to: lastDay } },
    only: "bounced",
    recipient: "customer",
  },
  { onProgress: tell },
);
await report(batch);
