import type { Command } from "commander";
import { type ActOptions, acting, agreed } from "../acting.ts";
import { connect } from "../api.ts";
import { printJson, printTable, say, showAge, showSpan } from "../output.ts";

type Reasoned = ActOptions & { readonly reason: string };

const tells = [
  { act: "quiet", path: "/api/workers/{workerId}/quiet", description: "let a worker take no new jobs" },
  { act: "wake", path: "/api/workers/{workerId}/wake", description: "let a quiet worker take jobs again" },
  { act: "stop", path: "/api/workers/{workerId}/stop", description: "let a worker end in good order" },
] as const;

export const addWorkerCommands = (program: Command): void => {
  const workers = program.command("workers").description("the worker processes");

  workers
    .command("list")
    .description("list workers, with what they are at")
    .option("--json", "print JSON")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { data } = await connect().get("/api/workers");
      if (json) return printJson(data);
      if (data.length === 0) return say("There are no workers.");
      return printTable(
        ["WORKER", "STATE", "HOST", "PID", "VERSION", "UP", "BEAT", "JOBS", "RENDERS"],
        data.map((worker) => [
          worker.id,
          `${worker.state.replace("_", " ")}${worker.wanted === worker.state ? "" : ` (to be ${worker.wanted})`}`,
          worker.host,
          worker.pid,
          `${worker.version}${worker.versionMismatch ? " (not the API's)" : ""}`,
          showAge(worker.startedAt),
          `${showSpan(worker.secondsSinceBeat)} ago`,
          `${worker.busySlots}/${worker.slots}`,
          `${worker.renders}/${worker.renderSlots}`,
        ]),
        ["RENDERS", "PID", "UP", "HOST"],
      );
    });

  for (const { act, path, description } of tells)
    acting(
      workers.command(act).description(description).argument("<worker>", "as `workers list` shows it"),
      "required",
    ).action(async (workerId: string, options: Reasoned) => {
      if (!(await agreed(`${act} the worker ${workerId}`, options))) return undefined;
      const params = { path: { workerId } };
      const worker = await connect().post(path, { params, body: { reason: options.reason } });
      if (options.json) return printJson(worker);
      return say(`${worker.id} is told to be ${worker.wanted}; it hears that within a second.`);
    });

  acting(
    workers
      .command("unlock")
      .description("take its jobs from a worker that is proven dead; living ones do that by themselves")
      .argument("<worker>", "as `workers list` shows it"),
    "required",
  ).action(async (workerId: string, options: Reasoned) => {
    if (!(await agreed(`take the jobs of ${workerId} from it, if it is dead`, options))) return undefined;
    const params = { path: { workerId } };
    const result = await connect().post("/api/workers/{workerId}/unlock", {
      params,
      body: { reason: options.reason },
    });
    if (options.json) return printJson(result);
    return say(
      `${result.released} jobs were taken from ${workerId}.${result.unfinished ? " Some of its sessions are still open: run it again in a few seconds." : ""}`,
    );
  });
};
