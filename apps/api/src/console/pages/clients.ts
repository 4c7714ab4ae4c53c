import { type ApiKey, listApiKeys } from "@billpost/db/api-keys";
import { listClients } from "@billpost/db/clients";
import { databaseTime } from "@billpost/db/operators/database-time";
import { Type } from "typebox";
import { revokeKey } from "../../operations/clients.ts";
import { idOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";
import { goOn } from "../forms.ts";
import { acting, contextFor, reading, sessionOf } from "../kit.ts";
import { sendPage } from "../page.ts";

const params = Type.Object({ clientId: idOf("The client's id."), keyId: idOf("The key's id.") });

const stateOf = ({ revokedAt, expiresAt }: ApiKey, now: Date): string => {
  if (revokedAt) return "revoked";
  return expiresAt && expiresAt <= now ? "expired" : "active";
};

/** Who may call, with which keys; a key that leaked is revoked here. */
export const addClientPages = (app: App): void => {
  const { db } = app.services;

  app.get("/clients", reading, async (request, reply) => {
    const [clients, keys, now] = await Promise.all([
      listClients(db, { limit: 500 }),
      listApiKeys(db),
      databaseTime(db),
    ]);
    const keysOf = Map.groupBy(keys, ({ clientId }) => clientId);
    return sendPage(
      request,
      reply,
      "clients",
      { title: "Clients and keys", nav: "clients" },
      {
        clients: clients.map((client) => ({
          ...client,
          keys: (keysOf.get(client.id) ?? []).map((key) => ({
            ...key,
            state: stateOf(key, now),
            own: key.id === sessionOf(request).keyId,
          })),
        })),
      },
    );
  });

  app.post(
    "/clients/:clientId/keys/:keyId/revoke",
    { ...acting, schema: { params } },
    async (request, reply) => {
      const { clientId, keyId } = request.params;
      const { prefix } = await revokeKey(contextFor(request, clientId), { clientId, keyId });
      app.verifiedKeys.forget();
      return goOn(request, reply, "/console/clients", `The key ${prefix} is revoked.`);
    },
  );
};
