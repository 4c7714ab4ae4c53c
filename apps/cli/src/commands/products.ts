import type { Command } from "commander";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { given, type ListOptions, listing, pageOf, printList } from "../listing.ts";
import { printFields, printJson, printLine, printTable, showInstant, showMoney } from "../output.ts";

interface ProductListOptions extends ListOptions {
  readonly sku?: string;
  readonly q?: string;
  readonly lowStock?: number;
  readonly archived?: boolean;
}

export const addProductCommands = (program: Command): void => {
  const products = program.command("products").description("the catalogue and its stock");

  listing(products.command("list").description("list products"))
    .option("--sku <text>", "of this SKU")
    .option("-q <text>", "whose name or SKU has this in it")
    .option("--low-stock <n>", "with at most so many in stock", parseId)
    .option("--archived", "those that can no longer be ordered")
    .action(async ({ sku, q, lowStock, archived, ...options }: ProductListOptions) => {
      const query = given({ limit: pageOf(options.limit), sku, q, lowStock, archived });
      await printList(
        connect().each("/api/products", { params: { query } }),
        options,
        ["ID", "SKU", "NAME", "PRICE", "TAX", "STOCK", ""],
        (product) => [
          product.id,
          product.sku,
          product.name,
          showMoney(product.unitPrice, product.currency),
          product.taxCategory === "standard" ? `${product.taxRatePercent} %` : product.taxCategory,
          product.stock ?? "not tracked",
          product.archived ? "archived" : "",
        ],
      );
    });

  products
    .command("show")
    .description("one product, with its latest stock movements")
    .argument("<id>", "the product's id", parseId)
    .option("--json", "print JSON")
    .action(async (id: number, { json }: { readonly json?: boolean }) => {
      const billpost = connect();
      const params = { path: { id } };
      const product = await billpost.get("/api/products/{id}", { params });
      const { data: movements } = await billpost.get("/api/products/{id}/stock-movements", { params });
      if (json) return printJson({ ...product, movements });
      printFields({
        product: product.id,
        SKU: product.sku,
        name: product.name,
        price: `${showMoney(product.unitPrice, product.currency)} ${product.priceIncludesTax ? "with" : "without"} tax`,
        tax: product.taxCategory === "standard" ? `${product.taxRatePercent} %` : product.taxCategory,
        stock: product.stock ?? "not tracked",
        state: product.archived ? "archived" : "can be ordered",
      });
      printLine();
      return printTable(
        ["WHEN", "TYPE", "QUANTITY", "THEN", "ORDER", "BY"],
        movements.map((movement) => [
          showInstant(movement.createdAt),
          movement.type,
          movement.quantity,
          movement.resultingQuantity,
          movement.orderId,
          movement.actor,
        ]),
      );
    });
};
