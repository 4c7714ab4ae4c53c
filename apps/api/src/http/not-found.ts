import type { FastifyInstance } from "fastify";
import { refusal } from "./problems.ts";
import type { RateLimits } from "./rate-limits.ts";

/** Unknown paths are 404; known paths with another method are 405 with `Allow`. */
export const addNotFound = (app: FastifyInstance, limits: RateLimits): void => {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  app.addHook("onRoute", ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const name of Array.isArray(method) ? method : [method]) route.methods.add(name);
    routes.set(url, route);
  });
  // The router takes `/api/orders/` for an order whose name is empty.
  app.addHook("onRequest", async (request, reply) =>
    Object.values(request.params ?? {}).includes("") ? reply.callNotFound() : undefined,
  );
  app.setNotFoundHandler(async (request, reply) => {
    await limits.countAddress(request);
    const path = request.url.split("?", 1)[0] ?? "";
    const allowed = [...routes.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap(({ methods }) => [...methods]);
    if (allowed.length === 0) throw refusal("route_not_found", "There is no such route.");
    reply.header("allow", [...new Set(allowed)].toSorted().join(", "));
    throw refusal("method_not_allowed", `This route does not take ${request.method}.`);
  });
};

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll("*", ".*")
      .replaceAll(/:[A-Za-z]+/g, "[^/]+")}$`,
  );
