import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import { callApi } from "../api.ts";
import { parseId } from "../arguments.ts";
import { exitCodes } from "../exit-codes.ts";
import { printJson } from "../output.ts";

interface Verification {
  readonly id: number;
  readonly number: string;
  readonly state: "pending" | "finished" | "failed";
  readonly result: {
    readonly verified: boolean;
    readonly comparedBy: "bytes" | "text" | "nothing";
    readonly checks: readonly {
      readonly check: string;
      readonly result: "same" | "different" | "not_possible";
      readonly message: string;
      readonly differences: readonly string[];
    }[];
  } | null;
}

interface VerifyOptions {
  readonly wait: number;
  readonly json?: boolean;
}

/** What can be asked of issued invoices. */
export const addInvoiceCommands = (program: Command): void => {
  program
    .command("invoices")
    .description("issued invoices and credit notes")
    .command("verify")
    .description(
      "compare an invoice's frozen content and stored PDF with their hashes, and the PDF with one rendered now; exit code 1 when anything differs",
    )
    .argument("<number...>", "one or more, such as INV-2026-000001")
    .option("--wait <seconds>", "how long a worker may take for each", parseId, 60)
    .option("--json", "print JSON")
    .action(async (numbers: readonly string[], { wait: seconds, json }: VerifyOptions) => {
      const found: Verification[] = [];
      for (const number of numbers) {
        const verification = await verify(number, seconds);
        found.push(verification);
        if (!verification.result?.verified) process.exitCode = exitCodes.refused;
        if (!json) report(verification, seconds);
      }
      if (json) printJson(found);
    });
};

const verify = async (number: string, seconds: number): Promise<Verification> => {
  const path = `/api/invoices/${encodeURIComponent(number)}/verifications`;
  const { id } = await callApi<Verification>("POST", path);
  const started = performance.now();
  for (;;) {
    const verification = await callApi<Verification>("GET", `/api/invoice-verifications/${id}`);
    if (verification.state !== "pending" || performance.now() - started > seconds * 1000) return verification;
    await wait(200);
  }
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
        : `${number}: not verified within ${seconds} s. Is a worker running?`,
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
