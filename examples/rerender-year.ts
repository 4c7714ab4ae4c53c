/**
 * Makes the PDFs of a year anew with the template of now, such as after a change of the letterhead. The invoices do
 * not change: each gets a further revision of its document, and nothing is mailed.
 *
 *   node examples/rerender-year.ts 2026
 */
import { runBatch } from "@billpost/client/run-batch";
import { billpost, report, tell } from "./config.ts";

const year = process.argv[2] ?? String(new Date().getUTCFullYear());

const batch = await runBatch(
  billpost,
  {
    kind: "rerender",
    externalRef: `rerender-${year}`,
    reason: "The new letterhead",
    selection: { filter: { from: `${year}-01-01`, to: `${year}-12-31`, documents: "all" } },
    // Twenty first: when one of them fails it pauses, and `billpost batches items` says why.
    canary: 20,
    stopAtFailureRate: 0.05,
    mail: false,
  },
  { onProgress: tell },
);
await report(batch);
