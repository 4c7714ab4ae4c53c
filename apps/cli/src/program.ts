import { BillpostProblem, BillpostUnreachable } from "@billpost/client/errors";
import { databaseTrouble } from "@billpost/db/database-errors";
import { DomainError } from "@billpost/domain/domain-error";
import { SettingsError } from "@billpost/runtime/settings";
import { version } from "@billpost/runtime/version";
import { Command, CommanderError } from "commander";
import { addClientCommands } from "./commands/clients.ts";
import { addInvoiceCommands } from "./commands/invoices.ts";
import { addKeyCommands } from "./commands/keys.ts";
import { addReconcileCommand } from "./commands/reconcile.ts";
import { addSeriesCommands } from "./commands/series.ts";
import { addStockCommands } from "./commands/stock.ts";
import { exitCodes } from "./exit-codes.ts";
import { say } from "./output.ts";

const createProgram = (): Command => {
  const program = new Command("billpost")
    .description(
      "Operate Billpost. Clients, keys and stock work on the database of DATABASE_URL; the rest on the API at BILLPOST_URL with BILLPOST_KEY.",
    )
    .version(version)
    .showHelpAfterError("(--help tells more)")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 refused or a check failed, 2 wrong arguments or configuration, 3 no database or API.",
    )
    .exitOverride();
  addClientCommands(program);
  addKeyCommands(program);
  addStockCommands(program);
  addReconcileCommand(program);
  addSeriesCommands(program);
  addInvoiceCommands(program);
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
    say(`Refused: ${error.message}`);
    return exitCodes.refused;
  }
  if (error instanceof BillpostUnreachable) {
    say(`The API cannot be reached: ${error.message}`);
    return exitCodes.unavailable;
  }
  if (databaseTrouble(error)) {
    say(`The database cannot be reached: ${(error as Error).message || String(error)}`);
    return exitCodes.unavailable;
  }
  throw error;
};
