import { type AuditedAct, listAudit } from "@billpost/db/operators/audit-list";
import { type Static, Type } from "typebox";
import { endpoint } from "../../http/endpoint.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../../http/paging.ts";
import { idOf, instant, instantOf, lineOf, nullableString } from "../../schemas/values.ts";
import type { App } from "../../server.ts";

const anyObject = (description: string) =>
  Type.Unsafe<Record<string, unknown> | null>({
    type: ["object", "null"],
    additionalProperties: true,
    description,
  });

const AuditedActSchema = Type.Object(
  {
    id: Type.Integer(),
    actor: Type.String({
      description: "`key:<prefix>` of an API key, or ourselves.",
      examples: ["key:bp_1a2b3c"],
    }),
    client: Type.Unsafe<{ id: number; name: string } | null>({
      type: ["object", "null"],
      properties: { id: { type: "integer" }, name: { type: "string" } },
      required: ["id", "name"],
      description: "Whose key it was.",
    }),
    action: Type.String({ examples: ["order.cancelled"] }),
    targetType: Type.String({ examples: ["order"] }),
    targetId: Type.String({ description: "As the API names it.", examples: ["ORD-2026-000001"] }),
    reason: nullableString("Why, in the actor's words."),
    before: anyObject("What was, as far as it changed."),
    after: anyObject("What is."),
    requestId: nullableString("The request that did it."),
    occurredAt: Type.String(),
  },
  { title: "AuditedAct", description: "Who did what, when and why." },
);

const ListAudit = endpoint({
  scope: "operator:read",
  tag: "Operations",
  operationId: "listAudit",
  summary: "List who did what, newest first",
  description:
    "Every change is in it, of every client. Orders that were placed would hide all else: they are listed when asked for, by `action=order.placed`, a target or a request.",
  errors: ["invalid_cursor"],
  querystring: Type.Object(
    {
      ...pagingQuery,
      actor: Type.Optional(lineOf(100, "Who.", "key:bp_1a2b3c")),
      action: Type.Optional(lineOf(100, "What was done.", "order.cancelled")),
      targetType: Type.Optional(lineOf(60, "To what kind of thing.", "order")),
      targetId: Type.Optional(lineOf(100, "To which, as the API names it.", "ORD-2026-000001")),
      clientId: Type.Optional(idOf("By a key of this client.")),
      requestId: Type.Optional(lineOf(128, "By the request of this X-Request-Id.")),
      from: Type.Optional(instantOf("At this instant or later.")),
      to: Type.Optional(instantOf("Before this instant.")),
    },
    { additionalProperties: false },
  ),
  response: { 200: listOf(AuditedActSchema, "A page of acts.") },
});

const present = ({ clientId, clientName, ...act }: AuditedAct): Static<typeof AuditedActSchema> => ({
  ...act,
  client: clientId === null ? null : { id: clientId, name: clientName ?? "" },
  occurredAt: instant(act.occurredAt),
});

export const addAuditRoutes = (app: App): void => {
  app.get("/api/audit", ListAudit, async ({ query: { limit = 20, cursor, from, to, ...filter } }) => {
    const acts = await listAudit(
      app.services.db,
      {
        ...filter,
        from: from === undefined ? undefined : new Date(from),
        to: to === undefined ? undefined : new Date(to),
      },
      { limit: limit + 1, beforeId: readCursor(cursor, "audit", 1)?.[0] },
    );
    return pageOf(acts, limit, "audit", ({ id }) => [id], present);
  });
};
