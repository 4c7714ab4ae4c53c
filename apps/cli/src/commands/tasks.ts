import type { AnswerOf } from "@billpost/client/billpost";
import type { Command } from "commander";
import { type ActOptions, acting, agreed } from "../acting.ts";
import { connect } from "../api.ts";
import { parseSpan } from "../arguments.ts";
import { given } from "../listing.ts";
import { printJson, printTable, say, showInstant } from "../output.ts";

type Tasks = AnswerOf<"get", "/api/tasks">["data"];
type Pause = Tasks[number]["pause"];

interface PauseOptions extends ActOptions {
  readonly stage?: string;
  readonly for?: number;
}

export const addTaskCommands = (program: Command): void => {
  const tasks = program.command("tasks").description("kinds of work, and their stages, which can be paused");

  tasks
    .command("list")
    .description("list tasks and stages, with what is paused and how much waits")
    .option("--json", "print JSON")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { data } = await connect().get("/api/tasks");
      if (json) return printJson(data);
      return printTable(
        ["TASK", "STATE", "WAITING", "RUNNING", "LATER", "ATTENTION", "PAUSED BY"],
        data.flatMap((task) => [
          [
            task.task,
            task.state.replace("_", " "),
            task.waiting,
            task.running,
            task.later,
            task.needsAttention,
            describe(task.pause),
          ],
          ...task.stages
            .filter(({ pause }) => pause)
            .map(({ stage, pause }) => [`  ${stage}`, "paused", "", "", "", "", describe(pause)]),
        ]),
        ["LATER", "RUNNING"],
      );
    });

  acting(
    tasks
      .command("pause")
      .description(
        "pause a task, or one of its stages; workers obey within 2 seconds and finish what they are at",
      )
      .argument("<task>", "such as deliver-invoice")
      .option("--stage <stage>", "only this stage, such as send")
      .option("--for <span>", "such as 30m or 2h; it resumes by itself then", parseSpan),
    "required",
  ).action(async (task: string, options: PauseOptions & { readonly reason: string }) => {
    const { stage, reason } = options;
    const until = options.for === undefined ? undefined : new Date(Date.now() + options.for * 1000);
    const what = `${task}${stage === undefined ? "" : `, stage ${stage}`}`;
    if (!(await agreed(`pause ${what}${until ? ` until ${showInstant(until)}` : ""}`, options)))
      return undefined;
    const body = given({ reason, endsAt: until?.toISOString() });
    const billpost = connect();
    const answer =
      stage === undefined
        ? await billpost.post("/api/tasks/{task}/pause", { params: { path: { task } }, body })
        : await billpost.post("/api/tasks/{task}/stages/{stage}/pause", {
            params: { path: { task, stage } },
            body,
          });
    if (options.json) return printJson(answer);
    return say(
      `${what} is paused${until ? ` until ${showInstant(until)}` : ""}. \`billpost tasks resume ${task}${stage === undefined ? "" : ` --stage ${stage}`} --reason …\` lets it go on.`,
    );
  });

  acting(
    tasks
      .command("resume")
      .description("let a paused task or stage go on")
      .argument("<task>", "such as deliver-invoice")
      .option("--stage <stage>", "only this stage, such as send"),
    "required",
  ).action(async (task: string, options: PauseOptions & { readonly reason: string }) => {
    const { stage } = options;
    const what = `${task}${stage === undefined ? "" : `, stage ${stage}`}`;
    if (!(await agreed(`resume ${what}`, options))) return undefined;
    const body = { reason: options.reason };
    const billpost = connect();
    const answer =
      stage === undefined
        ? await billpost.post("/api/tasks/{task}/resume", { params: { path: { task } }, body })
        : await billpost.post("/api/tasks/{task}/stages/{stage}/resume", {
            params: { path: { task, stage } },
            body,
          });
    if (options.json) return printJson(answer);
    return say(`${what} goes on.`);
  });
};

const describe = (pause: Pause): string =>
  pause === null
    ? ""
    : `${pause.actor}: ${pause.reason}${pause.endsAt === null ? "" : ` (until ${showInstant(pause.endsAt)})`}`;
