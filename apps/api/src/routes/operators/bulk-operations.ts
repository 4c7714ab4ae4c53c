import { countItems, listBulkOperations, listItems } from "@billpost/db/operators/bulk-operations";
import { Type } from "typebox";
import { contextOf } from "../../context.ts";
import { endpoint } from "../../http/endpoint.ts";
import { sendWritten } from "../../http/idempotency.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../../http/paging.ts";
import {
  beginBulkOperation,
  readBulkOperation,
  stopBulkOperation,
} from "../../operations/operators/bulk-operations.ts";
import {
  BulkBody,
  BulkItemSchema,
  BulkOperationSchema,
  DryRunSchema,
  presentBulk,
} from "../../schemas/operators/bulk-operations.ts";
import { idOf, lineOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";

const tag = "Operations";
const params = Type.Object({ id: idOf("The operation's id.") });

const BeginBulk = endpoint({
  scope: "operator",
  tag,
  operationId: "beginBulkOperation",
  summary: "Act on many jobs: selected ones, or all that match a filter",
  description:
    "The jobs are frozen now; a worker acts on them in the background. What is not proven not to mail twice is passed over, unless it is settled in so many words. With `dryRun` (200) it is only told what would become of them.",
  errors: ["bulk_too_large"],
  idempotent: true,
  body: BulkBody,
  response: { 200: DryRunSchema, 202: BulkOperationSchema },
});

const ListBulk = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listBulkOperations",
  summary: "List bulk operations, newest first",
  errors: ["invalid_cursor"],
  querystring: Type.Object(pagingQuery, { additionalProperties: false }),
  response: { 200: listOf(BulkOperationSchema, "A page of bulk operations.") },
});

const GetBulk = endpoint({
  scope: "operator:read",
  tag,
  operationId: "getBulkOperation",
  summary: "Read how a bulk operation stands",
  errors: ["bulk_operation_not_found"],
  params,
  response: { 200: BulkOperationSchema },
});

const ListBulkItems = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listBulkOperationItems",
  summary: "List what became of each job of a bulk operation",
  errors: ["bulk_operation_not_found", "invalid_cursor"],
  params,
  querystring: Type.Object(
    {
      ...pagingQuery,
      result: Type.Optional(Type.Enum(["changed", "skipped"], { description: "Only of this result." })),
    },
    { additionalProperties: false },
  ),
  response: { 200: listOf(BulkItemSchema, "A page of jobs, in the order in which they are acted on.") },
});

const StopBulk = endpoint({
  scope: "operator",
  tag,
  operationId: "stopBulkOperation",
  summary: "Stop a bulk operation",
  description: "It acts on no further jobs, from its next window on. What it has done stays done.",
  errors: ["bulk_operation_not_found", "bulk_operation_over"],
  idempotent: true,
  params,
  body: Type.Object({ reason: lineOf(500, "Why.", "too many fail") }, { additionalProperties: false }),
  response: { 202: BulkOperationSchema },
});

export const addBulkOperationRoutes = (app: App): void => {
  const { db } = app.services;
  app.post("/api/bulk-operations", BeginBulk, async (request, reply) =>
    sendWritten(reply, await beginBulkOperation(contextOf(request), request.body)),
  );

  app.get("/api/bulk-operations", ListBulk, async ({ query: { cursor, limit = 20 } }) => {
    const beforeId = readCursor(cursor, "bulk", 1)?.[0];
    const rows = await listBulkOperations(db, { limit: limit + 1, beforeId });
    const shown = await Promise.all(rows.map(async (row) => presentBulk(row, await countItems(db, row.id))));
    return pageOf(
      shown,
      limit,
      "bulk",
      ({ id }) => [id],
      (operation) => operation,
    );
  });

  app.get("/api/bulk-operations/:id", GetBulk, ({ params: { id } }) => readBulkOperation(db, id));

  app.get(
    "/api/bulk-operations/:id/items",
    ListBulkItems,
    async ({ params: { id }, query: { cursor, limit = 20, result } }) => {
      await readBulkOperation(db, id);
      const list = `bulk-${id}-${result ?? "all"}`;
      const afterPosition = readCursor(cursor, list, 1)?.[0];
      const items = await listItems(db, id, { limit: limit + 1, afterPosition, result });
      return pageOf(
        items,
        limit,
        list,
        ({ position }) => [position],
        (item) => item,
      );
    },
  );

  app.post("/api/bulk-operations/:id/stop", StopBulk, async (request, reply) =>
    sendWritten(reply, await stopBulkOperation(contextOf(request), request.params.id, request.body)),
  );
};
