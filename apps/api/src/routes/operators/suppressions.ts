import { listSuppressions, type Suppression } from "@billpost/db/suppressions";
import { type Static, Type } from "typebox";
import { contextOf } from "../../context.ts";
import { endpoint } from "../../http/endpoint.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../../http/paging.ts";
import { clearAddress } from "../../operations/operators/suppressions.ts";
import { idOf, instant, lineOf, nullableString } from "../../schemas/values.ts";
import type { App } from "../../server.ts";

const tag = "Operations";

const SuppressionSchema = Type.Object(
  {
    id: idOf("The entry's id."),
    address: nullableString(
      "Null: its customer was erased; it gets no mail all the same.",
      "gone@example.com",
    ),
    reason: Type.Enum(["hard_bounce", "complaint"]),
    deliveryId: Type.Unsafe<number | null>({
      type: ["integer", "null"],
      description: "Whose message it was.",
    }),
    createdAt: Type.String(),
  },
  { title: "Suppression", description: "An address that gets no automatic mail." },
);

const ListSuppressions = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listSuppressions",
  summary: "List addresses that get no mail, newest first",
  description:
    "A hard bounce or a complaint that SES reports stops automatic mail to its address until it is cleared.",
  errors: ["invalid_cursor"],
  querystring: Type.Object(
    {
      ...pagingQuery,
      email: Type.Optional(lineOf(320, "Whether this address is one of them, in any case.")),
    },
    { additionalProperties: false },
  ),
  response: { 200: listOf(SuppressionSchema, "A page of addresses.") },
});

const ClearSuppression = endpoint({
  scope: "operator",
  tag,
  operationId: "clearSuppression",
  summary: "Allow mail to an address again",
  description: "Sends nothing by itself: retry or resend what was suppressed.",
  errors: ["suppression_not_found"],
  params: Type.Object({ id: idOf("The entry's id.") }),
  body: Type.Object(
    { reason: lineOf(500, "Why mail may go there again.", "The customer's mailbox is no longer full") },
    { additionalProperties: false },
  ),
  response: { 200: SuppressionSchema },
});

const present = (entry: Suppression): Static<typeof SuppressionSchema> => ({
  ...entry,
  createdAt: instant(entry.createdAt),
});

export const addSuppressionRoutes = (app: App): void => {
  const { db } = app.services;

  app.get("/api/suppressions", ListSuppressions, async ({ query: { cursor, email, limit = 20 } }) => {
    const beforeId = readCursor(cursor, "suppressions", 1)?.[0];
    const entries = await listSuppressions(db, { limit: limit + 1, beforeId, email });
    return pageOf(entries, limit, "suppressions", ({ id }) => [id], present);
  });

  app.delete("/api/suppressions/:id", ClearSuppression, async (request) =>
    present(await clearAddress(contextOf(request), { id: request.params.id, reason: request.body.reason })),
  );
};
