import { listApiKeys } from "@billpost/db/api-keys";
import { findClient, listClients } from "@billpost/db/clients";
import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendWritten } from "../http/idempotency.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../http/paging.ts";
import { refusal } from "../http/problems.ts";
import { createClient, createKey, revokeKey } from "../operations/clients.ts";
import {
  auditReason,
  ClientName,
  ClientSchema,
  CreatedKeySchema,
  KeySchema,
  NewKeySchema,
  presentClient,
  presentKey,
} from "../schemas/clients.ts";
import { idOf } from "../schemas/values.ts";
import type { App } from "../server.ts";

const tag = "Clients and keys";
const clientParams = Type.Object({ id: idOf("The client's id.") });

const CreateClient = endpoint({
  scope: "operator",
  tag,
  operationId: "createClient",
  summary: "Make a client",
  errors: ["client_name_taken"],
  idempotent: true,
  body: Type.Object({ name: ClientName, reason: auditReason }, { additionalProperties: false }),
  response: { 201: ClientSchema },
});

const ListClients = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listClients",
  summary: "List clients, oldest first",
  errors: ["invalid_cursor"],
  querystring: Type.Object(pagingQuery, { additionalProperties: false }),
  response: { 200: listOf(ClientSchema, "A page of clients.") },
});

const CreateKey = endpoint({
  scope: "operator",
  tag,
  operationId: "createKey",
  summary: "Make a key for a client",
  description: "A client may have several live keys: make the new one, change over, revoke the old one.",
  errors: ["client_not_found"],
  idempotent: "refused",
  params: clientParams,
  body: NewKeySchema,
  response: { 201: CreatedKeySchema },
});

const ListKeys = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listKeys",
  summary: "List a client's keys, newest first",
  errors: ["client_not_found"],
  params: clientParams,
  response: { 200: listOf(KeySchema, "All keys of the client, in one page.") },
});

const RevokeKey = endpoint({
  scope: "operator",
  tag,
  operationId: "revokeKey",
  summary: "Revoke a key",
  description: "Every process refuses it within 3 seconds. Revoking again changes nothing.",
  errors: ["key_not_found"],
  params: Type.Object({ id: idOf("The client's id."), keyId: idOf("The key's id.") }),
  querystring: Type.Object({ reason: auditReason }, { additionalProperties: false }),
  response: { 200: KeySchema },
});

export const addClientRoutes = (app: App): void => {
  const { db } = app.services;

  app.post("/api/clients", CreateClient, async (request, reply) =>
    sendWritten(reply, await createClient(contextOf(request), request.body)),
  );

  app.get("/api/clients", ListClients, async ({ query: { cursor, limit = 20 } }) => {
    const afterId = readCursor(cursor, "clients", 1)?.[0] ?? 0;
    const clients = await listClients(db, { afterId, limit: limit + 1 });
    return pageOf(clients, limit, "clients", ({ id }) => [id], presentClient);
  });

  app.post("/api/clients/:id/keys", CreateKey, async (request, reply) => {
    const key = await createKey(contextOf(request), { clientId: request.params.id, ...request.body });
    reply
      .code(201)
      .header("location", `/api/clients/${key.clientId}/keys`)
      .header("cache-control", "no-store");
    return { ...presentKey(key), key: key.key };
  });

  app.get("/api/clients/:id/keys", ListKeys, async ({ params: { id } }) => {
    if (!(await findClient(db, id))) throw refusal("client_not_found", "No such client.");
    const keys = await listApiKeys(db, id);
    return { data: keys.map(presentKey), nextCursor: null };
  });

  app.delete("/api/clients/:id/keys/:keyId", RevokeKey, async (request) => {
    const { id: clientId, keyId } = request.params;
    const revoked = await revokeKey(contextOf(request), { clientId, keyId }, request.query.reason);
    app.verifiedKeys.forget();
    return presentKey(revoked);
  });
};
