import type { Command } from "commander";
import { connect } from "../api.ts";
import { printJson, printTable, say, showAge } from "../output.ts";

const blocks = "▁▂▃▄▅▆▇█";

/** Counts as a row of little bars, oldest first. */
const sparkline = (counts: readonly number[]): string => {
  const most = Math.max(...counts, 1);
  return counts.map((count) => blocks[Math.round((count / most) * (blocks.length - 1))] ?? "").join("");
};

export const addFailureCommands = (program: Command): void => {
  program
    .command("failures")
    .description("what goes wrong, grouped by what it is")
    .command("list")
    .description("list the groups, the largest first")
    .option("--json", "print JSON")
    .addHelpText("after", "\n`billpost jobs list --fingerprint <fingerprint>` lists the jobs of a group.")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { data } = await connect().get("/api/failures");
      if (json) return printJson(data);
      if (data.length === 0) return say("Nothing fails.");
      return printTable(
        ["FINGERPRINT", "CLASS", "STAGE", "JOBS", "ORDERS", "DAY", "TREND", "LAST", "MESSAGE"],
        data.map((group) => [
          group.fingerprint,
          group.errorClass,
          group.stage,
          group.openJobs,
          group.openOrders,
          group.lastDay,
          sparkline(group.trend),
          showAge(group.lastSeenAt),
          group.message,
        ]),
        ["TREND", "DAY", "ORDERS", "STAGE", "CLASS"],
      );
    });
};
