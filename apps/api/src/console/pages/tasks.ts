import type { Db } from "@billpost/db/connection";
import { databaseTime } from "@billpost/db/operators/database-time";
import { Type } from "typebox";
import { pauseTask, readTasks, resumeTask } from "../../operations/operators/pauses.ts";
import { PauseBody, ResumeBody } from "../../schemas/operators/tasks.ts";
import type { App } from "../../server.ts";
import { checked, fieldOf, formOf, goOn } from "../forms.ts";
import { acting, contextFor, reading, sessionOf } from "../kit.ts";
import { sendPage } from "../page.ts";

const params = Type.Object({ task: Type.String({ maxLength: 60 }) });
const minutes = { "15": 15, "60": 60, "240": 240, "1440": 1440 } as const;

const endOf = async (db: Db, choice: string | undefined): Promise<{ endsAt?: string }> => {
  if (choice === undefined || !Object.hasOwn(minutes, choice)) return {};
  const plusMinutes = minutes[choice as keyof typeof minutes];
  return { endsAt: (await databaseTime(db, { plusMinutes })).toISOString() };
};

/** Every kind of work, and what of it is paused. */
export const addTaskPages = (app: App): void => {
  const { db } = app.services;

  app.get("/tasks", reading, async (request, reply) =>
    sendPage(
      request,
      reply,
      "tasks",
      { title: "Tasks", nav: "tasks", live: true },
      { tasks: await readTasks(db) },
    ),
  );

  app.post("/tasks/:task/pause", { ...acting, schema: { params } }, async (request, reply) => {
    const form = formOf(request);
    const stage = fieldOf(form, "stage");
    const body = checked(PauseBody, {
      reason: fieldOf(form, "reason") ?? "",
      ...(await endOf(db, fieldOf(form, "minutes"))),
    });
    const { task } = request.params;
    await pauseTask(contextFor(request, sessionOf(request).clientId), { task, stage }, body);
    const what = stage === undefined ? task : `${stage} of ${task}`;
    return goOn(
      request,
      reply,
      "/console/tasks",
      `Paused ${what}. What is under way ends; workers begin nothing more of it within 2 seconds.`,
    );
  });

  app.post("/tasks/:task/resume", { ...acting, schema: { params } }, async (request, reply) => {
    const form = formOf(request);
    const stage = fieldOf(form, "stage");
    const body = checked(ResumeBody, { reason: fieldOf(form, "reason") ?? "" });
    const { task } = request.params;
    await resumeTask(contextFor(request, sessionOf(request).clientId), { task, stage }, body);
    return goOn(
      request,
      reply,
      "/console/tasks",
      `Resumed ${stage === undefined ? task : `${stage} of ${task}`}.`,
    );
  });
};
