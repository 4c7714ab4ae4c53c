import {
  type Finding,
  findReconciliation,
  listFindings,
  listReconciliations,
  type Reconciliation,
  requestReconciliation,
} from "@billpost/db/reconciliations";
import { recordAudit } from "@billpost/db/audit";
import { type Static, Type } from "typebox";
import { type Context, contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendWritten, write } from "../http/idempotency.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../http/paging.ts";
import { refusal } from "../http/problems.ts";
import { idOf, instant, lineOf, nullableString } from "../schemas/values.ts";
import type { App } from "../server.ts";

const tag = "Operations";
const params = Type.Object({ id: idOf("The reconciliation's id.") });

const ReconciliationSchema = Type.Object(
  {
    id: idOf("The reconciliation's id."),
    state: Type.Enum(["running", "done", "failed"], {
      description: "`failed`: it could not look everywhere.",
    }),
    deep: Type.Boolean({ description: "Whether the hash of every stored object was computed." }),
    createdAt: Type.String(),
    finishedAt: nullableString("Null: not yet."),
    checked: Type.Unsafe<Record<string, number> | null>({
      type: ["object", "null"],
      additionalProperties: { type: "integer" },
      description: "How many of each were looked at.",
    }),
    repaired: Type.Integer({ description: "Findings that were repaired." }),
    left: Type.Integer({ description: "Findings that need somebody." }),
  },
  { description: "A search for what fell between the tables, the queue and the object store." },
);

const FindingSchema = Type.Object({
  kind: Type.String({ examples: ["order_without_invoice"] }),
  subject: Type.String({ description: "What it is about.", examples: ["ORD-2026-000001"] }),
  ids: Type.Record(Type.String(), Type.Integer()),
  repaired: Type.Boolean(),
  act: Type.String({ description: "What was done, or what repairs it." }),
});

const StartReconciliation = endpoint({
  scope: "operator",
  tag,
  operationId: "startReconciliation",
  summary: "Look for what fell between the tables, the queue and the object store",
  description:
    "A worker looks and repairs what is safe: work without a job, jobs without work, locks of dead workers, " +
    "completed orders that nothing invoices. The rest is listed with what repairs it. It also runs every 10 minutes.",
  idempotent: true,
  body: Type.Object(
    {
      deep: Type.Optional(
        Type.Boolean({
          default: false,
          description: "Read every stored object and compare its hash, not only those not read for a week.",
        }),
      ),
      reason: Type.Optional(lineOf(500, "Why, for the audit.", "an order has no invoice")),
    },
    { additionalProperties: false },
  ),
  response: { 202: ReconciliationSchema },
});

const ListReconciliations = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listReconciliations",
  summary: "List reconciliations, newest first",
  description: "The first one that is `done` is the latest result, with its date. They are kept for 30 days.",
  errors: ["invalid_cursor"],
  querystring: Type.Object(pagingQuery, { additionalProperties: false }),
  response: { 200: listOf(ReconciliationSchema, "A page of reconciliations.") },
});

const GetReconciliation = endpoint({
  scope: "operator:read",
  tag,
  operationId: "getReconciliation",
  summary: "Read how a reconciliation stands",
  errors: ["reconciliation_not_found"],
  params,
  response: { 200: ReconciliationSchema },
});

const ListFindings = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listReconciliationFindings",
  summary: "List what a reconciliation found",
  errors: ["reconciliation_not_found", "invalid_cursor"],
  params,
  querystring: Type.Object(pagingQuery, { additionalProperties: false }),
  response: { 200: listOf(FindingSchema, "A page of findings, in the order in which they were found.") },
});

const present = (found: Reconciliation): Static<typeof ReconciliationSchema> => ({
  ...found,
  createdAt: instant(found.createdAt),
  finishedAt: found.finishedAt && instant(found.finishedAt),
});

const presentFinding = ({ kind, subject, ids, repaired, act }: Finding): Static<typeof FindingSchema> => ({
  kind,
  subject,
  ids,
  repaired,
  act,
});

/** Asks a worker to look; the same for the API and the console. */
export const startReconciliation = (
  context: Context,
  { deep = false, reason }: { readonly deep?: boolean; readonly reason?: string },
) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId } = context;
    const id = await requestReconciliation(trx, { actor, deep, requestId });
    await recordAudit(trx, {
      actor,
      clientId,
      action: "reconciliation.started",
      targetType: "reconciliation",
      targetId: id,
      reason,
      after: { deep },
      requestId,
    });
    const found = await findReconciliation(trx, id);
    if (!found) throw new Error("the reconciliation was not written");
    return { status: 202, headers: { location: `/api/reconciliations/${id}` }, body: present(found) };
  });

export const addReconciliationRoutes = (app: App): void => {
  const { db } = app.services;
  const find = async (id: number) => {
    const found = await findReconciliation(db, id);
    if (!found) throw refusal("reconciliation_not_found", "No such reconciliation.");
    return found;
  };

  app.post("/api/reconciliations", StartReconciliation, async (request, reply) =>
    sendWritten(reply, await startReconciliation(contextOf(request), request.body)),
  );

  app.get("/api/reconciliations", ListReconciliations, async ({ query: { cursor, limit = 20 } }) => {
    const beforeId = readCursor(cursor, "reconciliations", 1)?.[0];
    const found = await listReconciliations(db, { limit: limit + 1, beforeId });
    return pageOf(found, limit, "reconciliations", ({ id }) => [id], present);
  });

  app.get("/api/reconciliations/:id", GetReconciliation, async ({ params: { id } }) =>
    present(await find(id)),
  );

  app.get(
    "/api/reconciliations/:id/findings",
    ListFindings,
    async ({ params: { id }, query: { cursor, limit = 20 } }) => {
      await find(id);
      const list = `findings-${id}`;
      const afterPosition = readCursor(cursor, list, 1)?.[0];
      const found = await listFindings(db, id, { limit: limit + 1, afterPosition });
      return pageOf(found, limit, list, ({ position }) => [position], presentFinding);
    },
  );
};
