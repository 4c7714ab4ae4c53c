import { invoiceState } from "@billpost/domain/invoice-state";
import { requestCreditForCancellation } from "@billpost/db/credit-requests";
import { withClient } from "@billpost/local/database-roles";
import { expect, test } from "vitest";
import { drawDiagrams } from "./src/docs/diagrams.ts";
import { readPages } from "./src/docs/pages.ts";
import { creditNow, issueOne, openInvoicingDatabase } from "./src/invoicing/factory.ts";

test("the state machines in docs/ are those of the code (pnpm docs:diagrams draws them)", async () => {
  const pages = await readPages();
  expect(pages.map(({ text }) => text).join("")).toContain("<!-- diagram: delivery -->");
  for (const { text } of pages) expect(text).toBe(drawDiagrams(text));
});

test("the statements in docs/invoicing.md run: what is refused is refused, and nothing wrong is found", async () => {
  const page = (await readPages()).find(({ path }) => path.endsWith("invoicing.md"));
  const statements = [...(page?.text.matchAll(/```sql\n([\s\S]*?)```/g) ?? [])]
    .flatMap(([, block = ""]) => block.replaceAll(/^--.*$/gm, "").split(";"))
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
  expect(statements).toHaveLength(7);
  const on = await openInvoicingDatabase();
  const invoice = await issueOne(on, { lines: [{ quantity: 2 }] });
  const request = await on.db.transaction().execute((trx) =>
    requestCreditForCancellation(trx, {
      clientId: on.clientId,
      orderId: invoice.orderId,
      reason: "x",
      actor: "test",
    }),
  );
  await creditNow(on.db, invoice.orderId, request);
  for (const statement of statements)
    for (const url of [on.database.url, on.database.ownerUrl]) {
      const run = withClient(url, (client) => client.query(statement));
      if (!statement.startsWith("select")) await expect(run).rejects.toThrow(/refused|denied/);
      else if (statement.includes("having") || statement.includes("<>")) expect((await run).rows).toEqual([]);
      else expect((await run).rows).not.toEqual([]);
    }
  await on.close();
});

const line = (quantity: number, creditedQuantity: number) => ({ quantity, creditedQuantity });

test("an invoice's state follows from what was given back of its lines", () => {
  expect(invoiceState([line(2, 0), line(1, 0)])).toBe("issued");
  expect(invoiceState([line(2, 2), line(1, 0)])).toBe("partially_credited");
  expect(invoiceState([line(2, 1), line(1, 1)])).toBe("partially_credited");
  expect(invoiceState([line(2, 2), line(1, 1)])).toBe("credited");
  expect(invoiceState([])).toBe("issued");
});
