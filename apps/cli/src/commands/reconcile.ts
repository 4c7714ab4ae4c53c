import type { Command } from "commander";
import type { AnswerOf, Billpost, ItemOf } from "@billpost/client/billpost";
import { type ActOptions, acting, agreed } from "../acting.ts";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { exitCodes } from "../exit-codes.ts";
import { follow } from "../follow.ts";
import { given } from "../listing.ts";
import { printJson, printTable, say, showSpan } from "../output.ts";

type Reconciliation = AnswerOf<"get", "/api/reconciliations/{id}">;
type Finding = ItemOf<"/api/reconciliations/{id}/findings">;

interface Options extends ActOptions {
  readonly deep?: boolean;
  readonly wait: number;
}

export const addReconcileCommand = (program: Command): void => {
  acting(
    program
      .command("reconcile")
      .description(
        "find and repair what fell between the tables, the queue and the object store; exit code 1 when something is left",
      )
      .option("--deep", "compute the hash of every stored object, not only of those not read for a week")
      .option("--wait <seconds>", "how long a worker may take", parseId, 3_600),
  ).action(async (options: Options) => {
    const { deep = false, json, wait: seconds, reason } = options;
    // What it repairs is safe, so nobody is asked.
    if (!(await agreed("look, and repair what is safe", { ...options, yes: true }))) return undefined;
    const billpost = connect();
    const { id } = await billpost.post("/api/reconciliations", { body: { deep, ...given({ reason }) } });
    const result = await finished(billpost, id, seconds);
    const findings = await allFindings(billpost, id);
    if (result.state === "running") process.exitCode = exitCodes.unfinished;
    else if (result.state !== "done" || result.left > 0) process.exitCode = exitCodes.refused;
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
      ["FINDING", "KIND", "SUBJECT", "ACT"],
      findings.map(({ repaired, kind, subject, act }) => [
        repaired ? "repaired" : "LEFT",
        kind,
        subject,
        act,
      ]),
      [],
      false,
    );
  });
};

/** Until it is over, or the time is up. */
const finished = (billpost: Billpost, id: number, seconds: number): Promise<Reconciliation> => {
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  return follow({
    read: () => billpost.get("/api/reconciliations/{id}", { params: { path: { id } } }),
    over: ({ state }) => state !== "running" || elapsed() > seconds,
    lineOf: () => `reconciliation ${id} under way, ${showSpan(elapsed())}`,
    farewell: `Reconciliation ${id} goes on; the console's page Proof, or GET /api/reconciliations/${id}, has its result.`,
  });
};

const allFindings = async (billpost: Billpost, id: number): Promise<Finding[]> => {
  const findings: Finding[] = [];
  const params = { path: { id } };
  for await (const finding of billpost.each("/api/reconciliations/{id}/findings", { params }))
    findings.push(finding);
  return findings;
};
