import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { importOrders } from "@billpost/client/import-orders";
import type { Command } from "commander";
import { type ActOptions, acting, agreed, wrongUsage } from "../acting.ts";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { exitCodes } from "../exit-codes.ts";
import { given, type ListOptions, listing, pageOf, printList } from "../listing.ts";
import { printFields, printJson, printLine, printTable, say, showInstant, showMoney } from "../output.ts";
import { showProgress } from "../progress.ts";

interface OrderListOptions extends ListOptions {
  readonly customer?: number;
  readonly status?: "COMPLETED" | "CANCELLED";
  readonly invoice?: "pending" | "blocked" | "issued" | "not_required" | "external";
  readonly ref?: string;
  readonly from?: string;
  readonly to?: string;
}

export const addOrderCommands = (program: Command): void => {
  const orders = program.command("orders").description("orders of the key's client");

  listing(orders.command("list").description("list orders, newest first"))
    .option("--customer <id>", "of this customer", parseId)
    .option("--status <status>", "COMPLETED or CANCELLED")
    .option("--invoice <status>", "pending, blocked, issued, not_required or external")
    .option("--ref <text>", "the order of this externalRef")
    .option("--from <instant>", "placed at or after, such as 2026-01-01T00:00:00Z")
    .option("--to <instant>", "placed before")
    .action(async ({ customer, status, invoice, ref, from, to, ...options }: OrderListOptions) => {
      const query = given({
        limit: pageOf(options.limit),
        customerId: customer,
        status,
        invoiceStatus: invoice,
        externalRef: ref,
        createdFrom: from,
        createdTo: to,
      });
      await printList(
        connect().each("/api/orders", { params: { query } }),
        options,
        ["ORDER", "PLACED", "CUSTOMER", "TOTAL", "STATUS", "INVOICE", "NUMBERS", "REFERENCE"],
        (order) => [
          order.orderId,
          showInstant(order.createdAt),
          order.customerName,
          showMoney(order.total, order.currency),
          order.status,
          order.invoiceStatus,
          order.invoices.map(({ number }) => number).join(",") || "-",
          order.externalRef,
        ],
        ["REFERENCE", "STATUS", "NUMBERS"],
      );
    });

  orders
    .command("show")
    .description("one order, with why it has no invoice or email yet and what to do about it")
    .argument("<orderId>", "such as ORD-2026-000001")
    .option("--json", "print JSON")
    .action(async (orderId: string, { json }: { readonly json?: boolean }) => {
      const billpost = connect();
      const params = { path: { orderId } };
      const order = await billpost.get("/api/orders/{orderId}", { params });
      const verdict = await billpost.get("/api/orders/{orderId}/verdict", { params });
      if (json) return printJson({ ...order, verdict });
      printLine(verdict.sentence);
      if (verdict.act.name !== "none") printLine(`→ ${verdict.act.sentence}`);
      for (const other of verdict.others) printLine(`  also: ${other.sentence}`);
      printLine();
      printFields({
        order: order.orderId,
        reference: order.externalRef,
        placed: showInstant(order.createdAt),
        customer: `${order.customerName} (${order.customerId}), ${order.customerEmail}`,
        total: `${showMoney(order.total, order.currency)}, of it ${showMoney(order.tax, order.currency)} tax`,
        status: order.status,
        invoice: order.invoiceStatus,
        missing: order.missing?.join(", "),
      });
      printLine();
      printTable(
        ["LINE", "PRODUCT", "QUANTITY", "PRICE", "TAX", "NET"],
        order.items.map((item) => [
          item.lineNumber,
          item.productName,
          item.quantity,
          showMoney(item.unitPrice, order.currency),
          `${item.taxRatePercent} %`,
          showMoney(item.netPrice, order.currency),
        ]),
      );
      if (order.invoices.length === 0) return undefined;
      printLine();
      return printTable(
        ["NUMBER", "KIND", "STATE", "EMAIL"],
        order.invoices.map(({ number, kind, state, deliveryState }) => [number, kind, state, deliveryState]),
      );
    });

  acting(
    orders
      .command("import")
      .description(
        "import orders of the past from a file of JSON Lines; they are invoiced elsewhere until a batch says otherwise. Can be run again at any time.",
      )
      .argument("<file>", "one order a line (docs/api.md); - reads standard input"),
    "none",
  ).action(importFile);
};

const importFile = async (file: string, options: ActOptions): Promise<void> => {
  const input = file === "-" ? process.stdin : createReadStream(file);
  if (file === "-" && !options.yes && process.stdin.isTTY)
    wrongUsage("There is nothing to read: pipe the orders in, or name a file.");
  // Standard input is the orders' here, and cannot answer.
  const asking = file === "-" ? { ...options, yes: true } : options;
  if (!(await agreed(`import the orders of ${file === "-" ? "standard input" : file}`, asking))) return;
  const counts: Record<string, number> = { imported: 0, already_imported: 0, refused: 0, failed: 0 };
  const progress = showProgress();
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const result of importOrders(connect(), nonBlank(lines))) {
    counts[result.outcome] = (counts[result.outcome] ?? 0) + 1;
    progress.update(`${result.line} lines, ${counts["imported"]} imported`);
    if (options.json) console.log(JSON.stringify(result));
    else if (result.outcome === "refused" || result.outcome === "failed") {
      progress.clear();
      printLine(
        `line ${result.line}${result.externalRef === undefined ? "" : ` (${result.externalRef})`}: ${result.detail ?? ""} (${result.code ?? ""})${fieldsOf(result)}`,
      );
    }
  }
  progress.clear();
  const { imported, already_imported: known, refused, failed } = counts;
  say(`${imported} imported, ${known} imported before, ${refused} refused, ${failed} failed.`);
  if ((refused ?? 0) + (failed ?? 0) > 0) process.exitCode = exitCodes.partlyFailed;
};

/** Blank lines stay, so that numbers are those of the file. */
const nonBlank = (lines: AsyncIterable<string>): AsyncIterable<string> => lines;

const fieldsOf = ({ errors, differences }: { errors?: unknown[]; differences?: { pointer: string }[] }) => {
  const pointers = [
    ...((errors ?? []) as { pointer?: string; detail?: string }[]).map(
      ({ pointer, detail }) => `${pointer ?? ""} ${detail ?? ""}`,
    ),
    ...(differences ?? []).map(({ pointer }) => `${pointer} differs`),
  ];
  return pointers.length === 0 ? "" : `: ${pointers.join("; ")}`;
};
