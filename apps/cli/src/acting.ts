import { createInterface } from "node:readline/promises";
import { type Command, CommanderError } from "commander";
import { exitCodes } from "./exit-codes.ts";
import { say } from "./output.ts";

export interface ActOptions {
  readonly reason?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** The options of every command that changes something. */
export const acting = (command: Command, reason: "required" | "optional" | "none" = "optional"): Command => {
  const help = "why, for the audit";
  if (reason === "required") command.requiredOption("--reason <text>", help);
  if (reason === "optional") command.option("--reason <text>", help);
  return command
    .option("--yes", "do not ask")
    .option("--dry-run", "say what would be done, and do nothing")
    .option("--json", "print JSON");
};

/**
 * Whether to go on: asks at a terminal, unless --yes was given. Where nobody can be asked the command line itself is the
 * answer. With --dry-run it only says what would be done.
 */
export const agreed = async (what: string, { yes, dryRun }: ActOptions): Promise<boolean> => {
  if (dryRun) {
    say(`Would ${what}. Nothing was done.`);
    return false;
  }
  if (yes || !process.stdin.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${capital(what)}? [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return true;
  } finally {
    terminal.close();
  }
  say("Nothing was done.");
  process.exitCode = exitCodes.refused;
  return false;
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Ends the command for wrong arguments that the parser cannot know of. */
export const wrongUsage = (message: string): never => {
  say(message);
  throw new CommanderError(exitCodes.usage, "billpost.usage", message);
};
