import { type Command, CommanderError } from "commander";
import { ask } from "./ask.ts";
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
  const answer = await ask(capital(what));
  if (answer === "yes") return true;
  say("Nothing was done.");
  process.exitCode = answer === "no" ? exitCodes.refused : exitCodes.interrupted;
  return false;
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Ends the command for wrong arguments that the parser cannot know of. */
export const wrongUsage = (message: string): never => {
  say(message);
  throw new CommanderError(exitCodes.usage, "billpost.usage", message);
};
