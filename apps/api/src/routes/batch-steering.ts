import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendWritten } from "../http/idempotency.ts";
import {
  cancelBatch,
  pauseBatch,
  resumeBatch,
  retryFailed,
  startBatch,
} from "../operations/batches/steer-batch.ts";
import { batchParams, BatchSchema } from "../schemas/batches.ts";
import { reasonOf } from "../schemas/invoices.ts";
import type { App } from "../server.ts";

const act = (operationId: string, summary: string, description: string) =>
  endpoint({
    scope: "batches:write",
    tag: "Batches",
    operationId,
    summary,
    description: `${description} What is so already is answered as it is.`,
    errors: ["batch_not_found", "batch_state_conflict"],
    idempotent: true,
    params: batchParams,
    body: Type.Object(
      { reason: Type.Optional(reasonOf("Why; for the audit.")) },
      { additionalProperties: false },
    ),
    response: { 200: BatchSchema },
  });

const Start = act("startBatch", "Start a planned batch", "Carries out exactly what was planned.");
const Pause = act(
  "pauseBatch",
  "Pause a running batch",
  "No further item is begun; what a worker has begun ends.",
);
const Resume = act("resumeBatch", "Go on with a paused batch", "The failure rate is counted afresh.");
const Cancel = act(
  "cancelBatch",
  "Cancel a batch",
  "What was not begun is skipped as `cancelled`; what was done stays done.",
);
const Retry = act(
  "retryFailedBatchItems",
  "Run the failed items of a batch again",
  "Never one whose message may have gone out.",
);

/** Starting, pausing, going on with, cancelling and retrying batches. */
export const addBatchSteeringRoutes = (app: App): void => {
  app.post("/api/batches/:id/start", Start, async (request, reply) =>
    sendWritten(reply, await startBatch(contextOf(request), request.params.id, request.body.reason)),
  );
  app.post("/api/batches/:id/pause", Pause, async (request, reply) =>
    sendWritten(reply, await pauseBatch(contextOf(request), request.params.id, request.body.reason)),
  );
  app.post("/api/batches/:id/resume", Resume, async (request, reply) =>
    sendWritten(reply, await resumeBatch(contextOf(request), request.params.id, request.body.reason)),
  );
  app.post("/api/batches/:id/cancel", Cancel, async (request, reply) =>
    sendWritten(reply, await cancelBatch(contextOf(request), request.params.id, request.body.reason)),
  );
  app.post("/api/batches/:id/retry-failed", Retry, async (request, reply) =>
    sendWritten(reply, await retryFailed(contextOf(request), request.params.id, request.body.reason)),
  );
};
