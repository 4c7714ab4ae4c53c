import { recordAudit } from "@billpost/db/audit";
import { clearSuppression, listSuppressions, type Suppression } from "@billpost/db/suppressions";
import { type Static, Type } from "typebox";
import { type Context, contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../http/paging.ts";
import { refusal } from "../http/problems.ts";
import { idOf, instant, nullableString } from "../schemas/values.ts";
import type { App } from "../server.ts";

const tag = "Operations";

const SuppressedAddressSchema = Type.Object(
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
  { description: "An address that gets no automatic mail." },
);

const ListSuppressed = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listSuppressedAddresses",
  summary: "List addresses that get no mail, newest first",
  description:
    "A hard bounce or a complaint that SES reports stops automatic mail to its address until it is cleared.",
  errors: ["invalid_cursor"],
  querystring: Type.Object(pagingQuery, { additionalProperties: false }),
  response: { 200: listOf(SuppressedAddressSchema, "A page of addresses.") },
});

const ClearSuppressed = endpoint({
  scope: "operator",
  tag,
  operationId: "clearSuppressedAddress",
  summary: "Allow mail to an address again",
  errors: ["suppressed_address_not_found"],
  params: Type.Object({ id: idOf("The entry's id.") }),
  response: { 200: SuppressedAddressSchema },
});

const present = (entry: Suppression): Static<typeof SuppressedAddressSchema> => ({
  ...entry,
  createdAt: instant(entry.createdAt),
});

const clear = ({ db, actor, clientId, requestId }: Context, id: number): Promise<Suppression> =>
  db.transaction().execute(async (trx) => {
    const cleared = await clearSuppression(trx, id, actor);
    if (!cleared) throw refusal("suppressed_address_not_found", "No such address, or it was cleared before.");
    await recordAudit(trx, {
      actor,
      clientId,
      action: "suppressed_address.cleared",
      targetType: "suppressed_address",
      targetId: id,
      before: { reason: cleared.reason },
      requestId,
    });
    return cleared;
  });

export const addSuppressedAddressRoutes = (app: App): void => {
  const { db } = app.services;

  app.get("/api/suppressed-addresses", ListSuppressed, async ({ query: { cursor, limit = 20 } }) => {
    const beforeId = readCursor(cursor, "suppressed", 1)?.[0];
    const entries = await listSuppressions(db, { limit: limit + 1, beforeId });
    return pageOf(entries, limit, "suppressed", ({ id }) => [id], present);
  });

  app.delete("/api/suppressed-addresses/:id", ClearSuppressed, async (request) =>
    present(await clear(contextOf(request), request.params.id)),
  );
};
