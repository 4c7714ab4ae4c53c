import { Type } from "typebox";
import type { WorkerMode } from "@billpost/db/schema-operators";
import { readWorkers, tellWorker, unlockDeadWorker } from "../../operations/operators/workers.ts";
import { WorkerActBody } from "../../schemas/operators/workers.ts";
import type { App } from "../../server.ts";
import { checked, fieldOf, formOf, goOn } from "../forms.ts";
import { acting, contextFor, reading, sessionOf } from "../kit.ts";
import { sendPage } from "../page.ts";

const params = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 100, pattern: "^[A-Za-z0-9._-]+$" }),
  act: Type.Enum(["quiet", "wake", "stop", "unlock"]),
});

const modes: Readonly<Record<string, WorkerMode>> = { quiet: "quiet", wake: "active", stop: "stopping" };

const notes = {
  quiet: "The worker takes no new jobs.",
  wake: "The worker takes jobs again.",
  stop: "The worker ends what it is at, then itself.",
} as const;

/** The processes that do the work. */
export const addWorkerPages = (app: App): void => {
  const { db } = app.services;

  app.get("/workers", reading, async (request, reply) => {
    const workers = await readWorkers(db);
    return sendPage(
      request,
      reply,
      "workers",
      { title: "Workers", nav: "workers", live: true },
      {
        workers: workers.map((worker) => ({
          ...worker,
          looks:
            worker.state === "presumed_dead" ? "dead" : worker.state === "active" ? "alive" : worker.state,
          dead: worker.state === "presumed_dead",
          ending: worker.wanted === "stopping",
          quiet: worker.wanted === "quiet",
        })),
      },
    );
  });

  app.post("/workers/:id/:act", { ...acting, schema: { params } }, async (request, reply) => {
    const { id, act } = request.params;
    const context = contextFor(request, sessionOf(request).clientId);
    const body = checked(WorkerActBody, { reason: fieldOf(formOf(request), "reason") ?? "" });
    if (act === "unlock") {
      const { released } = await unlockDeadWorker(context, id, body);
      return goOn(request, reply, "/console/workers", `${released} jobs were taken from it.`);
    }
    await tellWorker(context, id, modes[act] ?? "active", body);
    return goOn(request, reply, "/console/workers", notes[act]);
  });
};
