import { listItems } from "@billpost/db/batches/items";
import { Readable } from "node:stream";
import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendWritten } from "../http/idempotency.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../http/paging.ts";
import { streamItems } from "../operations/batches/batch-items.ts";
import { requireSample } from "../operations/batches/batch-samples.ts";
import { createBatch } from "../operations/batches/create-batch.ts";
import { listBatches, readBatch, requireBatch } from "../operations/batches/read-batches.ts";
import { watchBatch } from "../operations/batches/watch-batch.ts";
import { BatchItemSchema, presentItem } from "../schemas/batch-items.ts";
import {
  BatchKindSchema,
  batchParams,
  BatchSchema,
  BatchStateSchema,
  NewBatchSchema,
  OutcomeSchema,
} from "../schemas/batches.ts";
import { idOf, lineOf } from "../schemas/values.ts";
import type { App } from "../server.ts";

const tag = "Batches";

const CreateBatch = endpoint({
  scope: "batches:write",
  tag,
  operationId: "createBatch",
  summary: "Plan a batch",
  description:
    "Freezes what is selected as it is now and adds up what would be done; `start` then carries out exactly that, and what has changed meanwhile is skipped. Posting the same `externalRef` and body again answers the same batch, with 200, so that a script can be run again at any time.",
  errors: ["batch_external_ref_taken", "unknown_selection"],
  idempotent: true,
  body: NewBatchSchema,
  response: { 202: BatchSchema, 200: BatchSchema },
});

const ListBatches = endpoint({
  scope: "batches:read",
  tag,
  operationId: "listBatches",
  summary: "List batches, newest first",
  errors: ["invalid_cursor"],
  querystring: Type.Object(
    { ...pagingQuery, state: Type.Optional(BatchStateSchema), kind: Type.Optional(BatchKindSchema) },
    { additionalProperties: false },
  ),
  response: { 200: listOf(BatchSchema, "A page of batches.") },
});

const GetBatch = endpoint({
  scope: "batches:read",
  tag,
  operationId: "getBatch",
  summary: "Read how a batch stands",
  errors: ["batch_not_found"],
  params: batchParams,
  response: { 200: BatchSchema },
});

const itemFilter = {
  outcome: Type.Optional(OutcomeSchema),
  reason: Type.Optional(lineOf(60, "Items with this reason.", "changed_since_plan")),
};

const ListItems = endpoint({
  scope: "batches:read",
  tag,
  operationId: "listBatchItems",
  summary: "List the items of a batch",
  errors: ["batch_not_found", "invalid_cursor"],
  params: batchParams,
  querystring: Type.Object({ ...pagingQuery, ...itemFilter }, { additionalProperties: false }),
  response: { 200: listOf(BatchItemSchema, "A page of items.") },
});

const exportOf = (operationId: string, summary: string, mediaType: string) =>
  endpoint({
    scope: "batches:read",
    tag,
    operationId,
    summary,
    description:
      "Written while it is read. Cells that a spreadsheet would take for formulas begin with an apostrophe.",
    errors: ["batch_not_found"],
    params: batchParams,
    querystring: Type.Object(itemFilter, { additionalProperties: false }),
    response: { 200: Type.Unknown({ description: "Every item." }) },
    content: { 200: { [mediaType]: Type.String() } },
  });

const ItemsAsLines = exportOf(
  "exportBatchItems",
  "Export the items of a batch as JSON Lines",
  "application/x-ndjson",
);
const ItemsAsTable = exportOf("exportBatchItemsCsv", "Export the items of a batch as CSV", "text/csv");

const WatchBatch = endpoint({
  scope: "batches:read",
  tag,
  operationId: "watchBatch",
  summary: "Watch a batch live",
  description:
    "Server-sent events: `progress` with the batch whenever it changed, `end` when it is over. When the connection ends without `end`, connect again.",
  errors: ["batch_not_found"],
  params: batchParams,
  response: { 200: Type.Unknown({ description: "Events." }) },
  content: { 200: { "text/event-stream": Type.String() } },
});

const GetSample = endpoint({
  scope: "batches:read",
  tag,
  operationId: "getBatchSample",
  summary: "Read a sample of what a batch would make",
  description: "A PDF marked as a sample, without a number.",
  errors: ["batch_not_found", "sample_not_found", "storage_unavailable"],
  params: Type.Object({ id: idOf("The batch's id."), number: idOf("From 1.") }),
  response: { 200: Type.Unknown({ description: "The PDF." }) },
  content: { 200: { "application/pdf": Type.String({ contentMediaType: "application/pdf" }) } },
});

/** Planning batches and looking at them. */
export const addBatchRoutes = (app: App): void => {
  const { db } = app.services;

  app.post("/api/batches", CreateBatch, async (request, reply) =>
    sendWritten(reply, await createBatch(contextOf(request), request.body)),
  );

  app.get("/api/batches", ListBatches, async (request) => {
    const { limit = 20, cursor, state, kind } = request.query;
    const beforeId = readCursor(cursor, "batches", 1)?.[0];
    const page = { beforeId, limit: limit + 1 };
    const batches = await listBatches(contextOf(request), { state, kind }, page);
    return pageOf(
      batches,
      limit,
      "batches",
      ({ id }) => [id],
      (batch) => batch,
    );
  });

  app.get("/api/batches/:id", GetBatch, async (request) => readBatch(contextOf(request), request.params.id));

  app.get("/api/batches/:id/items", ListItems, async (request) => {
    const { limit = 20, cursor, ...filter } = request.query;
    const { id } = await requireBatch(contextOf(request), request.params.id);
    const afterPosition = readCursor(cursor, "batch-items", 1)?.[0] ?? 0;
    const items = await listItems(db, id, filter, { afterPosition, limit: limit + 1 });
    return pageOf(items, limit, "batch-items", ({ position }) => [position], presentItem);
  });

  app.get("/api/batches/:id/items.ndjson", ItemsAsLines, async (request, reply) =>
    reply
      .type("application/x-ndjson")
      .send(await streamItems(contextOf(request), request.params.id, request.query, "ndjson")),
  );

  app.get("/api/batches/:id/items.csv", ItemsAsTable, async (request, reply) =>
    reply
      .type("text/csv; charset=utf-8; header=present")
      .header("content-disposition", `attachment; filename="batch-${request.params.id}.csv"`)
      .send(await streamItems(contextOf(request), request.params.id, request.query, "csv")),
  );

  app.get("/api/batches/:id/events", WatchBatch, async (request, reply) => {
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort());
    if (reply.raw.destroyed) gone.abort();
    const events = await watchBatch(contextOf(request), request.params.id, app.lifecycle, gone.signal);
    return reply
      .type("text/event-stream; charset=utf-8")
      .header("cache-control", "no-store")
      .header("x-accel-buffering", "no")
      .send(Readable.from(events));
  });

  app.get("/api/batches/:id/samples/:number", GetSample, async (request, reply) => {
    const { id, number } = request.params;
    const { s3Key, byteSize } = await requireSample(contextOf(request), id, number);
    const { body } = await app.store.stream(s3Key);
    return reply
      .type("application/pdf")
      .headers({
        "content-length": byteSize,
        "content-disposition": `inline; filename="batch-${id}-sample-${number}.pdf"`,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
      })
      .send(body);
  });
};
