import { allows } from "@billpost/domain/scopes";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Caller } from "../context.ts";
import { refusal } from "../http/problems.ts";
import type { RateLimits } from "../http/rate-limits.ts";
import { isExpired, VerifiedKeys } from "./verified-keys.ts";

declare module "fastify" {
  interface FastifyInstance {
    readonly verifiedKeys: VerifiedKeys;
  }
}

/**
 * Every route says the scope it needs or that it is public; a route that says neither does not start.
 * The key is checked before the body is read.
 */
export const addAuthentication = (app: FastifyInstance, limits: RateLimits): void => {
  const keys = new VerifiedKeys(app.services.db, (error) =>
    app.log.warn({ err: error instanceof Error ? error.message : String(error) }, "key use not noted"),
  );
  app.decorate("verifiedKeys", keys);
  app.decorateRequest("caller", null);
  app.decorateRequest("claim", null);
  app.addHook("onClose", () => keys.settle());
  app.addHook("onRoute", (route) => {
    if (route.url.startsWith("/api/") && route.config?.scope === undefined)
      throw new Error(`${String(route.method)} ${route.url} does not say which scope it needs`);
  });
  app.addHook("onRequest", async (request) => {
    const { scope, orScope } = request.routeOptions.config;
    if (!scope || request.is404) return;
    request.caller = await identify(request, keys, limits);
    await limits.countKey(request);
    const { scopes } = request.caller;
    if (!allows(scopes, scope) && !(orScope && allows(scopes, orScope)))
      throw refusal(
        "scope_missing",
        `This needs a key with the scope ${[scope, orScope].filter(Boolean).join(" or ")}.`,
      );
  });
};

const identify = async (request: FastifyRequest, keys: VerifiedKeys, limits: RateLimits): Promise<Caller> => {
  const refuse = async (...reason: Parameters<typeof refusal>) => {
    await limits.countAddress(request);
    return refusal(...reason);
  };
  const header = request.headers.authorization;
  if (header === undefined) throw await refuse("key_missing", "Send a key as `Authorization: Bearer bp_…`.");
  const token = /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? "";
  // An address that has guessed too often is not worth a query.
  const name = keys.nameOf(token);
  if (!keys.isKept(name)) await limits.checkAddress(request);
  const key = await keys.find(token, name);
  if (!key) throw await refuse("key_invalid", "No such key.");
  if (key.revokedAt) throw await refuse("key_revoked", "The key was revoked.");
  if (isExpired(key)) throw await refuse("key_expired", "The key's time is over.");
  keys.touch(key.id);
  return { keyId: key.id, keyPrefix: key.prefix, clientId: key.clientId, scopes: key.scopes };
};
