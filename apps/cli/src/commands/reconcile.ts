import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import type { AnswerOf, Billpost, ItemOf } from "@billpost/client/billpost";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { exitCodes } from "../exit-codes.ts";
import { printJson, printTable, say } from "../output.ts";

type Reconciliation = AnswerOf<"get", "/api/reconciliations/{id}">;
type Finding = ItemOf<"/api/reconciliations/{id}/findings">;

interface Options {
  readonly deep?: boolean;
  readonly json?: boolean;
  readonly wait: number;
}

export const addReconcileCommand = (program: Command): void => {
  program
    .command("reconcile")
    .description(
      "find and repair what fell between the tables, the queue and the object store; exit code 1 when something is left",
    )
    .option("--deep", "compute the hash of every stored object, not only of those not read for a week")
    .option("--wait <seconds>", "how long a worker may take", parseId, 3_600)
    .option("--json", "print JSON")
    .action(async ({ deep = false, json, wait: seconds }: Options) => {
      const billpost = connect();
      const { id } = await billpost.post("/api/reconciliations", { body: { deep } });
      const result = await finished(billpost, id, seconds);
      const findings = await allFindings(billpost, id);
      if (result.state !== "done" || result.left > 0) process.exitCode = exitCodes.refused;
      if (json) return printJson({ ...result, findings });
      if (result.state !== "done")
        return say(
          result.state === "failed"
            ? `Reconciliation ${id} could not look everywhere; its work item says why.`
            : `Reconciliation ${id} was not finished within ${seconds} s. Is a worker running?`,
        );
      const looked = Object.entries(result.checked ?? {}).map(([what, count]) => `${count} ${what}`);
      say(`Looked at ${looked.join(", ")}: ${result.repaired} repaired, ${result.left} left.`);
      if (findings.length === 0) return undefined;
      return printTable(
        ["", "KIND", "SUBJECT", "ACT"],
        findings.map(({ repaired, kind, subject, act }) => [
          repaired ? "repaired" : "LEFT",
          kind,
          subject,
          act,
        ]),
      );
    });
};

const finished = async (billpost: Billpost, id: number, seconds: number): Promise<Reconciliation> => {
  const started = performance.now();
  for (;;) {
    const found = await billpost.get("/api/reconciliations/{id}", { params: { path: { id } } });
    if (found.state !== "running" || performance.now() - started > seconds * 1000) return found;
    await wait(500);
  }
};

const allFindings = async (billpost: Billpost, id: number): Promise<Finding[]> => {
  const findings: Finding[] = [];
  const params = { path: { id } };
  for await (const finding of billpost.each("/api/reconciliations/{id}/findings", { params }))
    findings.push(finding);
  return findings;
};
