import { Type } from "typebox";
import { contextOf } from "../../context.ts";
import { endpoint } from "../../http/endpoint.ts";
import { sendWritten } from "../../http/idempotency.ts";
import { pauseTask, readTasks, resumeTask } from "../../operations/operators/pauses.ts";
import { PauseBody, ResumeBody, TaskSchema } from "../../schemas/operators/tasks.ts";
import type { App } from "../../server.ts";

const tag = "Operations";
const name = (description: string, example: string) =>
  Type.String({ minLength: 1, maxLength: 60, description, examples: [example] });
const task = Type.Object({ task: name("As in `GET /api/tasks`.", "deliver-invoice") });
const stage = Type.Object({ ...task.properties, stage: name("One of the task's stages.", "send") });

const ListTasks = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listTasks",
  summary: "List tasks, what of them is paused, and how much is waiting",
  response: {
    200: Type.Object({ data: Type.Array(TaskSchema) }, { description: "All tasks; there are few." }),
  },
});

const whatHappens =
  "What is under way ends; workers begin nothing more of it within 2 seconds. What waits because of a pause is not " +
  "stuck, burns no attempt and goes on by itself afterwards.";

const PauseTask = endpoint({
  scope: "operator",
  tag,
  operationId: "pauseTask",
  summary: "Pause a task",
  description: whatHappens,
  errors: ["task_not_found", "already_paused"],
  idempotent: true,
  params: task,
  body: PauseBody,
  response: { 200: TaskSchema },
});

const ResumeTask = endpoint({
  scope: "operator",
  tag,
  operationId: "resumeTask",
  summary: "Resume a paused task",
  errors: ["task_not_found", "not_paused"],
  idempotent: true,
  params: task,
  body: ResumeBody,
  response: { 200: TaskSchema },
});

const PauseStage = endpoint({
  scope: "operator",
  tag,
  operationId: "pauseStage",
  summary: "Pause one stage of a task, such as sending",
  description: `The stages before it go on. ${whatHappens}`,
  errors: ["task_not_found", "stage_not_found", "already_paused"],
  idempotent: true,
  params: stage,
  body: PauseBody,
  response: { 200: TaskSchema },
});

const ResumeStage = endpoint({
  scope: "operator",
  tag,
  operationId: "resumeStage",
  summary: "Resume a paused stage",
  errors: ["task_not_found", "stage_not_found", "not_paused"],
  idempotent: true,
  params: stage,
  body: ResumeBody,
  response: { 200: TaskSchema },
});

export const addTaskRoutes = (app: App): void => {
  const { db } = app.services;
  app.get("/api/tasks", ListTasks, async () => ({ data: await readTasks(db) }));

  app.post("/api/tasks/:task/pause", PauseTask, async (request, reply) =>
    sendWritten(reply, await pauseTask(contextOf(request), request.params, request.body)),
  );

  app.post("/api/tasks/:task/resume", ResumeTask, async (request, reply) =>
    sendWritten(reply, await resumeTask(contextOf(request), request.params, request.body)),
  );

  app.post("/api/tasks/:task/stages/:stage/pause", PauseStage, async (request, reply) =>
    sendWritten(reply, await pauseTask(contextOf(request), request.params, request.body)),
  );

  app.post("/api/tasks/:task/stages/:stage/resume", ResumeStage, async (request, reply) =>
    sendWritten(reply, await resumeTask(contextOf(request), request.params, request.body)),
  );
};
