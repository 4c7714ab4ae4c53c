import type { Command } from "commander";
import { connect } from "../api.ts";
import { printJson, printLine, printTable, say, showAge, showSpan } from "../output.ts";

const helps: Readonly<Record<string, string>> = {
  blocked: "an invoice lacks data: complete the billing details",
  failed: "given up: find out why, then retry",
  ambiguous: "nobody knows whether the mail was sent: settle it",
  quarantined: "its worker died of it: release or cancel it",
  suppressed: "the address gets no mail: clear it, or correct it",
  bounced: "the mail came back: correct the address",
};

export const addAttentionCommand = (program: Command): void => {
  program
    .command("attention")
    .description("what needs somebody, and how the queue is")
    .option("--json", "print JSON")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const billpost = connect();
      const stats = await billpost.get("/api/stats");
      if (json) return printJson(stats);
      const open = stats.attention.data.filter(({ count }) => count > 0);
      if (open.length === 0) say("Nothing needs somebody.");
      else
        printTable(
          ["STATE", "JOBS", "OLDEST", "WHAT HELPS"],
          open.map(({ state, count, oldestAt }) => [state, count, showAge(oldestAt), helps[state]]),
          [],
          false,
        );
      const { queue, workers, health } = stats;
      return printLine(
        `The queue is ${health.replace("_", " ")}: ${queue.waiting} waiting${queue.waiting === 0 ? "" : ` (the longest for ${showSpan(queue.oldestWaitSeconds)})`}, ${queue.running} running, ${workers} ${workers === 1 ? "worker" : "workers"}.${health === "paused" ? " `billpost tasks list` shows what is paused, and why." : ""}`,
      );
    });
};
