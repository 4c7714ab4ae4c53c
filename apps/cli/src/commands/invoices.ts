import type { Command } from "commander";
import type { AnswerOf, Billpost } from "@billpost/client/billpost";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { exitCodes } from "../exit-codes.ts";
import { follow } from "../follow.ts";
import { printJson, showSpan } from "../output.ts";
import { addInvoiceReading, addResend } from "./invoices-reading.ts";

type Verification = AnswerOf<"get", "/api/invoice-verifications/{id}">;

interface VerifyOptions {
  readonly wait: number;
  readonly json?: boolean;
}

/** What can be asked of issued invoices. */
export const addInvoiceCommands = (program: Command): void => {
  const invoices = program.command("invoices").description("issued invoices and credit notes");
  addInvoiceReading(invoices);
  addResend(invoices);
  invoices
    .command("verify")
    .description(
      "compare an invoice's frozen content and stored PDF with their hashes, and the PDF with one rendered now; exit code 1 when anything differs",
    )
    .argument("<number...>", "one or more, such as INV-2026-000001")
    .option("--wait <seconds>", "how long a worker may take for each", parseId, 60)
    .option("--json", "print JSON")
    .action(async (numbers: readonly string[], { wait: seconds, json }: VerifyOptions) => {
      const billpost = connect();
      const found: Verification[] = [];
      for (const number of numbers) {
        const verification = await verify(billpost, number, seconds);
        found.push(verification);
        if (verification.state === "pending") process.exitCode ??= exitCodes.unfinished;
        else if (!verification.result?.verified) process.exitCode = exitCodes.refused;
        if (!json) report(verification, seconds);
      }
      if (json) printJson(found);
    });
};

const verify = async (billpost: Billpost, number: string, seconds: number): Promise<Verification> => {
  const asked = await billpost.post("/api/invoices/{number}/verifications", { params: { path: { number } } });
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  return follow({
    read: () => billpost.get("/api/invoice-verifications/{id}", { params: { path: { id: asked.id } } }),
    over: ({ state }) => state !== "pending" || elapsed() > seconds,
    lineOf: () => `${number}: comparing, ${showSpan(elapsed())}`,
    farewell: "Nothing is left behind: verifying changes nothing.",
    everyMs: 200,
  });
};

const signs = { same: "ok", different: "DIFFERENT", not_possible: "not possible" } as const;
const names: Readonly<Record<string, string>> = {
  snapshot_hash: "frozen content",
  snapshot_content: "its sums and columns",
  stored_object: "stored PDF",
  rendering: "rendered again",
};

const report = ({ number, state, result }: Verification, seconds: number): void => {
  if (!result) {
    console.log(
      state === "failed"
        ? `${number}: the worker could not look; its work item says why.`
        : `${number}: not verified within ${seconds} s. Is a worker running, and verify-invoice not paused?`,
    );
    return;
  }
  console.log(
    `${number}: ${result.verified ? "verified" : "NOT VERIFIED"}${result.comparedBy === "nothing" ? "" : `, compared by ${result.comparedBy}`}`,
  );
  for (const { check, result: outcome, message, differences } of result.checks) {
    console.log(`  ${signs[outcome].padEnd(12)}  ${(names[check] ?? check).padEnd(20)}  ${message}`);
    for (const line of differences) console.log(`      ${line}`);
  }
};
