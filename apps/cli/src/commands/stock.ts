import { checkStock } from "@billpost/db/stock";
import type { Command } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { printJson, printTable, say } from "../output.ts";
import { withDatabase } from "../session.ts";

export const addStockCommands = (program: Command): void => {
  program
    .command("stock")
    .description("the stock ledger")
    .command("check")
    .description("prove that every product's quantity is the sum of its ledger; exit code 1 when one is not")
    .option("--json", "print JSON")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const check = await withDatabase(checkStock);
      if (check.mismatches.length > 0) process.exitCode = exitCodes.refused;
      if (json) return printJson(check);
      say(`${check.products} products, ${check.movements} movements: ${verdict(check.mismatches.length)}.`);
      if (check.mismatches.length === 0) return undefined;
      return printTable(
        ["PRODUCT", "SKU", "QUANTITY", "LEDGER", "LAST ROW", "BROKEN ROWS"],
        check.mismatches.map((wrong) => [
          wrong.productId,
          wrong.sku,
          wrong.quantity,
          wrong.ledgerSum,
          wrong.lastResultingQuantity,
          wrong.brokenRows,
        ]),
      );
    });
};

const verdict = (wrong: number): string =>
  wrong === 0 ? "every quantity is the sum of its ledger" : `${wrong} do not agree with their ledger`;
