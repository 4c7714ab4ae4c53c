import type { WorkerMode } from "@billpost/db/schema-operators";
import { Type } from "typebox";
import { contextOf } from "../../context.ts";
import { endpoint } from "../../http/endpoint.ts";
import { sendWritten } from "../../http/idempotency.ts";
import { readWorkers, tellWorker, unlockDeadWorker } from "../../operations/operators/workers.ts";
import { UnlockResultSchema, WorkerActBody, WorkerSchema } from "../../schemas/operators/workers.ts";
import type { App } from "../../server.ts";

const tag = "Operations";
const params = Type.Object({
  workerId: Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: "^[A-Za-z0-9._-]+$",
    description: "As in `GET /api/workers`.",
    examples: ["pool-0a1b2c3d4e5f60718293"],
  }),
});

const ListWorkers = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listWorkers",
  summary: "List the worker processes",
  description: "A worker that ended in good order is not listed any more.",
  response: { 200: Type.Object({ data: Type.Array(WorkerSchema) }, { description: "All workers." }) },
});

const tellEndpoint = (operationId: string, summary: string, description: string) =>
  endpoint({
    scope: "operator",
    tag,
    operationId,
    summary,
    description,
    errors: ["worker_not_found", "worker_stopping"],
    idempotent: true,
    params,
    body: WorkerActBody,
    response: { 200: WorkerSchema },
  });

const QuietWorker = tellEndpoint(
  "quietWorker",
  "Let a worker take no new jobs",
  "What it is at is finished. It lives on, and can be woken.",
);
const WakeWorker = tellEndpoint("wakeWorker", "Let a quiet worker take jobs again", "Within two seconds.");
const StopWorker = tellEndpoint(
  "stopWorker",
  "Let a worker end in good order, as by SIGTERM",
  "What it is at is finished or handed back, and the process ends with 0. Whoever supervises it may start it again.",
);

const UnlockWorker = endpoint({
  scope: "operator",
  tag,
  operationId: "unlockWorker",
  summary: "Take its jobs from a dead worker",
  description:
    "Only for one that is proven dead: its beat is old and stands still while it is watched for 3 seconds. Living workers do this by themselves within 15 seconds; this is for when there are none. What may have been sent is in doubt and waits for a person.",
  errors: ["worker_not_found", "worker_alive"],
  params,
  body: WorkerActBody,
  response: { 200: UnlockResultSchema },
});

export const addWorkerRoutes = (app: App): void => {
  const { db } = app.services;
  app.get("/api/workers", ListWorkers, async () => ({ data: await readWorkers(db) }));

  const acts = [
    ["quiet", "quiet", QuietWorker],
    ["wake", "active", WakeWorker],
    ["stop", "stopping", StopWorker],
  ] as const satisfies (readonly [string, WorkerMode, unknown])[];
  for (const [name, wanted, definition] of acts)
    app.post(`/api/workers/:workerId/${name}`, definition, async (request, reply) =>
      sendWritten(reply, await tellWorker(contextOf(request), request.params.workerId, wanted, request.body)),
    );

  app.post("/api/workers/:workerId/unlock", UnlockWorker, (request) =>
    unlockDeadWorker(contextOf(request), request.params.workerId, request.body),
  );
};
