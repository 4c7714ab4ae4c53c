import type { Command } from "commander";
import type { ItemOf } from "@billpost/client/billpost";
import { connect } from "../api.ts";
import { exitCodes } from "../exit-codes.ts";
import { printJson, printTable, say } from "../output.ts";

type Series = ItemOf<"/api/invoice-series">;

/** The proof of the numbers, for whoever audits them. */
export const addSeriesCommands = (program: Command): void => {
  program
    .command("series")
    .description("the series of invoice and credit note numbers")
    .command("check")
    .description(
      "prove that every series is gapless, unique and chronological; exit code 1 when one is not (needs the scope operator:read)",
    )
    .option("--content", "compare the frozen content of every document with its hash, too")
    .option("--json", "print JSON")
    .action(async ({ content = false, json }: { readonly content?: boolean; readonly json?: boolean }) => {
      const { data } = await connect().get("/api/invoice-series", { params: { query: { content } } });
      const wrong = data.filter(({ gapless }) => !gapless);
      if (wrong.length > 0) process.exitCode = exitCodes.refused;
      if (json) return printJson(data);
      const documents = data.reduce((sum, { count }) => sum + count, 0);
      say(
        `${data.length} series, ${documents} documents: ${wrong.length === 0 ? "every number once, no gap, no date going back" : `${wrong.length} series are not as they must be`}.`,
      );
      return printTable(
        ["SERIES", "KIND", "COUNT", "FIRST", "LAST", "LAST DATE", "PROOF"],
        data.map((series) => [
          `${series.prefix}-${series.year}`,
          series.kind,
          series.count,
          series.firstNumber,
          series.lastNumber,
          series.lastIssueDate,
          verdict(series),
        ]),
      );
    });
};

const verdict = (series: Series): string => {
  if (series.gapless) return "gapless";
  const ranges = series.gaps.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
  return [
    series.missing > 0 && `${series.missing} missing (${ranges})`,
    series.duplicates > 0 && `${series.duplicates} twice`,
    series.datesGoingBack > 0 && `${series.datesGoingBack} dated before their predecessor`,
    series.wrongYear > 0 && `${series.wrongYear} of another year`,
    series.wrongNumber > 0 && `${series.wrongNumber} with another number printed`,
    (series.wrongContent ?? 0) > 0 && `${series.wrongContent} changed since issuing`,
    series.counterWrong && "the counter does not follow the last document",
  ]
    .filter((problem) => problem !== false)
    .join("; ");
};
