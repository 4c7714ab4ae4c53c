import { createBillpost } from "@billpost/client/billpost";
import type { Batch } from "@billpost/client/run-batch";

/** The API of these scripts: BILLPOST_URL, and BILLPOST_KEY with the scope batches:write. */
export const billpost = createBillpost({
  url: process.env["BILLPOST_URL"] ?? "http://127.0.0.1:3000",
  key: process.env["BILLPOST_KEY"] ?? "",
});

/** How a batch stands, in a line. */
export const tell = ({ id, state, counts }: Batch): void =>
  console.error(`batch ${id} ${state}: ${counts.done} done, ${counts.failed} failed, of ${counts.total}`);

/** Each item with what became of it, as CSV on standard output; and an exit code that tells whether all went well. */
export const report = async ({ id, state, counts }: Batch): Promise<void> => {
  const path = { id };
  for await (const item of billpost.each("/api/batches/{id}/items", { params: { path } }))
    console.log(
      [item.orderId, item.invoiceNumber, item.newInvoiceNumber, item.outcome, item.reason].join(","),
    );
  if (state !== "done" || counts.failed > 0) process.exitCode = 1;
};
