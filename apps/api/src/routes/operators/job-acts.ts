import { jobActs } from "@billpost/domain/operators/job-acts";
import { type TObject, Type } from "typebox";
import { contextOf } from "../../context.ts";
import { endpoint } from "../../http/endpoint.ts";
import { sendWritten } from "../../http/idempotency.ts";
import type { ProblemCode } from "../../http/problems.ts";
import { actOnJob, previewAct } from "../../operations/operators/act-on-job.ts";
import { correctAddress } from "../../operations/operators/correct-address.ts";
import {
  ActBody,
  ActResultSchema,
  CorrectAddressBody,
  outcomeOf,
  PreviewSchema,
  RescheduleBody,
  SettleBody,
} from "../../schemas/operators/job-acts.ts";
import { idOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";

const tag = "Operations";
const params = Type.Object({ jobId: idOf("The job's id.") });

const PreviewAct = endpoint({
  scope: "operator:read",
  tag,
  operationId: "previewJobAct",
  summary: "Read what an act would do to a job, before it is done",
  description:
    "Says what exactly will happen, what is skipped because it is done, and whether a mail may go out twice. Acting with the token does exactly that, or answers `preview_stale`.",
  errors: ["job_not_found"],
  params,
  querystring: Type.Object(
    {
      action: Type.Enum(jobActs, { description: "The act." }),
      outcome: Type.Optional(outcomeOf),
    },
    { additionalProperties: false },
  ),
  response: { 200: PreviewSchema },
});

const actErrors: ProblemCode[] = [
  "job_not_found",
  "job_running",
  "act_not_allowed",
  "preview_stale",
  "preview_needed",
  "reason_required",
];

const actEndpoint = <B extends TObject>(
  operationId: string,
  summary: string,
  body: B,
  errors: readonly ProblemCode[] = [],
  description = "Preview it first: `GET /api/jobs/{jobId}/preview`.",
) =>
  endpoint({
    scope: "operator",
    tag,
    operationId,
    summary,
    description: `${description} The audit keeps who did it and why.`,
    errors: [...actErrors, ...errors],
    idempotent: true,
    params,
    body,
    response: { 200: ActResultSchema },
  });

const RetryJob = actEndpoint("retryJob", "Try a job again, with all its attempts", ActBody);
const RunJobNow = actEndpoint("runJobNow", "Run a job at once that waits for its time", ActBody);
const CancelJob = actEndpoint("cancelJob", "Cancel a job that is not done", ActBody);
const RescheduleJob = actEndpoint("rescheduleJob", "Let a waiting job run at another time", RescheduleBody);
const SettleJob = actEndpoint(
  "settleJob",
  "Settle a delivery in doubt: it was sent, or is to be sent again",
  SettleBody,
);
const ReleaseJob = actEndpoint("releaseJob", "Release a job from quarantine", ActBody);
const MarkHandled = actEndpoint("markJobHandled", "Note that a job was settled by other means", ActBody);
const CorrectAddress = actEndpoint(
  "correctJobAddress",
  "Correct a delivery's address and send it there",
  CorrectAddressBody,
  ["address_suppressed", "customer_erased"],
  "In one transaction: where no mail went out, the same delivery goes to the corrected address; else a new one with the same PDFs. The order's further mail goes there, too.",
);

export const addJobActRoutes = (app: App): void => {
  const { db } = app.services;
  app.get("/api/jobs/:jobId/preview", PreviewAct, ({ params: { jobId }, query: { action, outcome } }) =>
    previewAct({ db }, jobId, action, outcome),
  );

  app.post("/api/jobs/:jobId/retry", RetryJob, async (request, reply) =>
    sendWritten(reply, await actOnJob(contextOf(request), request.params.jobId, "retry", request.body)),
  );

  app.post("/api/jobs/:jobId/run-now", RunJobNow, async (request, reply) =>
    sendWritten(reply, await actOnJob(contextOf(request), request.params.jobId, "run-now", request.body)),
  );

  app.post("/api/jobs/:jobId/cancel", CancelJob, async (request, reply) =>
    sendWritten(reply, await actOnJob(contextOf(request), request.params.jobId, "cancel", request.body)),
  );

  app.post("/api/jobs/:jobId/reschedule", RescheduleJob, async (request, reply) =>
    sendWritten(reply, await actOnJob(contextOf(request), request.params.jobId, "reschedule", request.body)),
  );

  app.post("/api/jobs/:jobId/settle", SettleJob, async (request, reply) =>
    sendWritten(reply, await actOnJob(contextOf(request), request.params.jobId, "settle", request.body)),
  );

  app.post("/api/jobs/:jobId/release", ReleaseJob, async (request, reply) =>
    sendWritten(reply, await actOnJob(contextOf(request), request.params.jobId, "release", request.body)),
  );

  app.post("/api/jobs/:jobId/mark-handled", MarkHandled, async (request, reply) =>
    sendWritten(
      reply,
      await actOnJob(contextOf(request), request.params.jobId, "mark-handled", request.body),
    ),
  );

  app.post("/api/jobs/:jobId/correct-address", CorrectAddress, async (request, reply) =>
    sendWritten(reply, await correctAddress(contextOf(request), request.params.jobId, request.body)),
  );
};
