import type { ApiKey } from "@billpost/db/api-keys";
import { clientNamePattern } from "@billpost/db/client-changes";
import type { Client } from "@billpost/db/clients";
import { type Scope, scopeNames } from "@billpost/domain/scopes";
import { type Static, Type } from "typebox";
import { idOf, instant, lineOf, nullableString } from "./values.ts";

export const auditReason = Type.Optional(lineOf(500, "Why, for the audit.", "the old key leaked"));

export const ClientName = Type.String({
  pattern: clientNamePattern,
  description: "Lower case letters, digits and hyphens.",
  examples: ["shop-eu"],
});

export const ClientSchema = Type.Object(
  { id: idOf("The client's id."), name: ClientName, createdAt: Type.String() },
  { title: "Client", description: "A client: a shop or back office that calls this API." },
);

const ScopeList = Type.Array(Type.Enum([...scopeNames] as Scope[]), {
  minItems: 1,
  maxItems: scopeNames.length,
  uniqueItems: true,
  description: "What the key may do.",
  examples: [["orders:write", "orders:read"]],
});

export const NewKeySchema = Type.Object(
  {
    scopes: ScopeList,
    label: Type.Optional(lineOf(100, "What it is for.", "checkout")),
    expiresInDays: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3650, description: "Absent: it does not expire.", examples: [90] }),
    ),
    reason: auditReason,
  },
  { additionalProperties: false },
);

const keyProperties = {
  id: idOf("The key's id."),
  clientId: idOf("The client it belongs to."),
  prefix: Type.String({ description: "The part of the key that may be seen." }),
  label: Type.String(),
  scopes: Type.Array(Type.String()),
  createdAt: Type.String(),
  expiresAt: nullableString("Null: never."),
  revokedAt: nullableString("Null: not revoked."),
  lastUsedAt: nullableString("To the minute."),
};

export const KeySchema = Type.Object(keyProperties, {
  title: "Key",
  description: "A key, without its secret.",
});

export const CreatedKeySchema = Type.Object(
  {
    ...keyProperties,
    key: Type.String({ description: "The key itself. It is shown this once and kept nowhere." }),
  },
  { title: "CreatedKey", description: "The new key. Its secret is shown this once." },
);

export const presentClient = ({ id, name, createdAt }: Client): Static<typeof ClientSchema> => ({
  id,
  name,
  createdAt: instant(createdAt),
});

export const presentKey = (key: ApiKey): Static<typeof KeySchema> => ({
  id: key.id,
  clientId: key.clientId,
  prefix: key.prefix,
  label: key.label,
  scopes: [...key.scopes],
  createdAt: instant(key.createdAt),
  expiresAt: key.expiresAt && instant(key.expiresAt),
  revokedAt: key.revokedAt && instant(key.revokedAt),
  lastUsedAt: key.lastUsedAt && instant(key.lastUsedAt),
});
