import { BillpostProblem, BillpostUnreachable } from "@billpost/client/errors";
import { databaseTrouble } from "@billpost/db/database-errors";
import { DomainError } from "@billpost/domain/domain-error";
import { SettingsError } from "@billpost/runtime/settings";
import { version } from "@billpost/runtime/version";
import { Command, CommanderError } from "commander";
import { addClientCommands } from "./commands/clients.ts";
import { addAttentionCommand } from "./commands/attention.ts";
import { addAuditCommands } from "./commands/audit.ts";
import { addBatchCommands } from "./commands/batches.ts";
import { addBulkCommands } from "./commands/bulk.ts";
import { addCompletionCommand } from "./commands/completion.ts";
import { addCustomerCommands } from "./commands/customers.ts";
import { addFailureCommands } from "./commands/failures.ts";
import { addInvoiceCommands } from "./commands/invoices.ts";
import { addJobCommands } from "./commands/jobs.ts";
import { addKeyCommands } from "./commands/keys.ts";
import { addOrderCommands } from "./commands/orders.ts";
import { addProductCommands } from "./commands/products.ts";
import { addReconcileCommand } from "./commands/reconcile.ts";
import { addSeriesCommands } from "./commands/series.ts";
import { addStockCommands } from "./commands/stock.ts";
import { addSuppressionCommands } from "./commands/suppressions.ts";
import { addTaskCommands } from "./commands/tasks.ts";
import { addWorkerCommands } from "./commands/workers.ts";
import { exitCodes } from "./exit-codes.ts";
import { say } from "./output.ts";

/** The command with all its nouns and verbs. */
export const createProgram = (): Command => {
  const program = new Command("billpost")
    .description(
      "Operate Billpost through its API at BILLPOST_URL (http://127.0.0.1:3000) with the key BILLPOST_KEY.",
    )
    .version(version)
    .showHelpAfterError("(--help tells more)")
    .addHelpText(
      "after",
      `
Without BILLPOST_KEY, \`clients\` and \`keys\` work on the database of DATABASE_URL: that is how the first key is made.
\`stock check\` always does.

Exit codes:
  0  done
  1  refused, not found, or a check found something wrong
  2  wrong arguments or configuration
  3  the API or the database cannot be reached
  4  some of a batch, a bulk operation or an import failed
  5  not over in the time given; it goes on

Examples:
  billpost attention
  billpost orders show ORD-2026-000001
  billpost jobs list --state failed,ambiguous --json`,
    )
    .exitOverride();
  addAttentionCommand(program);
  addOrderCommands(program);
  addInvoiceCommands(program);
  addCustomerCommands(program);
  addProductCommands(program);
  addBatchCommands(program);
  addJobCommands(program);
  addBulkCommands(program);
  addFailureCommands(program);
  addTaskCommands(program);
  addWorkerCommands(program);
  addSuppressionCommands(program);
  addReconcileCommand(program);
  addSeriesCommands(program);
  addStockCommands(program);
  addAuditCommands(program);
  addClientCommands(program);
  addKeyCommands(program);
  addCompletionCommand(program);
  exitByException(program);
  return program;
};

/** Subcommands made before `exitOverride` would end the process themselves. */
const exitByException = (command: Command): void => {
  command.exitOverride();
  for (const child of command.commands) exitByException(child);
};

/** Runs one command line and answers its exit code. */
export const runProgram = async (args: readonly string[]): Promise<number> => {
  try {
    await createProgram().parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    return explain(error);
  }
};

/** What the refusal says, where, and what helps. */
const explainProblem = ({ message, code, errors, requestId }: BillpostProblem): void => {
  say(`Refused: ${message}`);
  for (const { pointer, detail } of errors) say(`  ${pointer}: ${detail}`);
  const help = helps[code];
  if (help !== undefined) say(help);
  if (requestId !== undefined) say(`Request ${requestId}`);
};

const helps: Readonly<Record<string, string>> = {
  key_missing: "Set BILLPOST_KEY to an API key.",
  key_invalid: "Is BILLPOST_KEY a key of the API at BILLPOST_URL?",
  scope_missing: "`billpost keys create --help` lists the scopes.",
  preview_stale: "It changed since you looked. Run the command again.",
};

const explain = (error: unknown): number => {
  // Commander has said what is wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof SettingsError) {
    say(error.message);
    return exitCodes.usage;
  }
  if (error instanceof DomainError) {
    say(`Refused: ${error.message} (${error.code})`);
    return exitCodes.refused;
  }
  if (error instanceof BillpostProblem) {
    explainProblem(error);
    return exitCodes.refused;
  }
  if (error instanceof BillpostUnreachable) {
    say(`The API cannot be reached: ${error.message}`);
    return exitCodes.unavailable;
  }
  if (isFileError(error)) {
    say(error.message);
    return exitCodes.usage;
  }
  if (databaseTrouble(error)) {
    say(`The database cannot be reached: ${(error as Error).message || String(error)}`);
    return exitCodes.unavailable;
  }
  throw error;
};

/** A file that was named on the command line and cannot be read. */
const isFileError = (error: unknown): error is Error =>
  error instanceof Error &&
  "path" in error &&
  "code" in error &&
  ["ENOENT", "EACCES", "EISDIR"].includes(String(error.code));
